"""A strip that says why not, with its shape; wraps and never truncates.

Must not: decide anything.
"""

from PySide6.QtWidgets import QFrame, QHBoxLayout

from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.labels import Words, repolish
from mcdesk.ui.widgets.pictures import Icon


class Reason(QFrame):
    """Amber for "this holds it up", red for "this was not done"."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("reason")
        self._icon = Icon(look, "triangle-alert", size=14, role="soon_text")
        self.words = Words("", token="body", tone="soon", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 6, 8, 6)
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self.words, 1)
        self.hide()

    def say(self, sentence: str, *, bad: bool, icon: str = "") -> None:
        self.words.setText(sentence)
        self.words.set_tone("late" if bad else "soon")
        self.setProperty("bad", bad)
        shape = icon or ("octagon-alert" if bad else "triangle-alert")
        self._icon.show_icon(shape, "late_text" if bad else "soon_text")
        self.setAccessibleName(sentence)
        repolish(self)
        self.show()
