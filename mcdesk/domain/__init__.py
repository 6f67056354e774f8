"""What an office says: calls, texts, leads, hours, consent. Values and pure decisions.

Must not: read files, open sockets, know a database or the time of day (a caller passes `now`).
"""
