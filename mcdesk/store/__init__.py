"""What is kept: one database, its tables, and the questions asked of it.

Must not: decide anything; `engine` does.
"""
