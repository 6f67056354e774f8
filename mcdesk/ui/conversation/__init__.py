"""One lead opened: its timeline, the box to write in, the caller's card.

Must not: read the desk itself (`watch` does).
"""
