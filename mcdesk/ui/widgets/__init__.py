"""Small parts every pane uses: labels, buttons, avatars, keyed row models.

Must not: know the desk.
"""
