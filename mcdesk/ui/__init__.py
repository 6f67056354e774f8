"""The window: draws what the desk says and forwards what people do.

Must not: hold SQL, make web calls, or know the engine beyond `desk.DeskVerbs`.
"""
