"""The command line: every command of `mcdesk`, over the same engine and desk as the window.

Must not: hold rules of the office, SQL, or anything of Qt.
"""
