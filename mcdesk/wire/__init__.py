"""What provider files share about HTTP: one client with pacing and error mapping, OAuth, signatures.

Must not: know any company. Only this package imports httpx.
"""
