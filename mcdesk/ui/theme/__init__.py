"""Colours, type, icons and the style sheet made from them.

Must not: know what is drawn with them.
"""
