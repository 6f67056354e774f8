"""How things reach mcdesk: hooks, logs that are read again and again, and open sockets.

Must not: decide what they mean; the engine does.
"""
