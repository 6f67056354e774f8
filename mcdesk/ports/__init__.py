"""What the engine asks of the outside, as abstract classes a provider file inherits from.

Must not: know any company, any HTTP or any table.
"""
