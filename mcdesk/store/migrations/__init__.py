"""Steps from each released schema to the next.

Must not: be edited once released.
"""
