"""One file or folder per company: a mapping table plus a few verbs. Found by looking in this folder.

Must not: know each other, the store or the engine.
"""
