"""An office that has words of its own for its clients, for tests of several parts.

Must not: build an office.
"""

#: Whoever is a client gets words of their own; the CRM is asked first.
CLIENTS = """
[[templates]]
name = "client"
body = "{firm}: Your lawyer was told. Reply STOP to opt out."
[[tracks]]
name = "clients"
caller = "known"
template = "client"
sequence = "law-4-24-72"
"""
#: What they get then.
CLIENT = "Rivera & Cole: Your lawyer was told. Reply STOP to opt out."
