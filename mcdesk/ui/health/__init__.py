"""How fresh and how healthy what is on screen is: stamp, banner, alerts.

Must not: judge a connection; the engine says how it is, in words.
"""
