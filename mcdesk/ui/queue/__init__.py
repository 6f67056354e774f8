"""The queue pane and the list of views beside it.

Must not: read the desk itself (`watch` does) or decide what is due.
"""
