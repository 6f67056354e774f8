"""Whether this PC can show a window.

Must not: be imported where none is wanted.
"""


def try_screen() -> str:
    """Bring up what a window needs, and what it runs on. Qt ends the process where that cannot be."""
    # Qt is a third of a second, and only the window and this question need it.
    from PySide6.QtWidgets import QApplication

    return QApplication(["mcdesk"]).platformName()
