"""What mcdesk does: takes what arrived, decides, keeps what is owed, does it, and answers the desk.

Must not: know a company, draw, or keep in memory what must happen.
"""
