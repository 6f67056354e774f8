"""Trouble in words: what, since when, what it means for texts, and the button that mends it.

Must not: write the sentence; the engine's health does.
"""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from mcdesk.domain.queue import ConnectionHealth, Overview
from mcdesk.ui import words
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import Words
from mcdesk.ui.widgets.pictures import Icon


class Banner(QFrame):
    """One connection at a time, with "and 1 more"; gone when all is well."""

    #: Name of the connection whose sign-in is wanted.
    sign_in_wanted = Signal(str)
    #: Name of the connection to try again now.
    check_wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("banner")
        self._connection: ConnectionHealth | None = None
        self._icon = Icon(look, "octagon-alert", size=20, role="late_text")
        self.sentence = Words("", weight=600, tone="late", wrap=True)
        self.meaning = Words("", tone="2", wrap=True)
        self.again = ActionButton(look, "Try again", icon="refresh-cw")
        self.fix = ActionButton(look, "Sign in", icon="key-round", kind="primary")
        self.again.clicked.connect(self._check)
        self.fix.clicked.connect(self._sign_in)
        lines = QVBoxLayout()
        lines.setSpacing(0)
        lines.addWidget(self.sentence)
        lines.addWidget(self.meaning)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(12)
        row.addWidget(self._icon)
        row.addLayout(lines, 1)
        row.addWidget(self.again)
        row.addWidget(self.fix)
        self.setMinimumHeight(52)
        self.hide()

    def show_overview(self, overview: Overview) -> None:
        troubled = [each for each in overview.connections if not each.ok]
        self._connection = troubled[0] if troubled else None
        self.setVisible(bool(troubled))
        if not troubled:
            self.setAccessibleName("")
            return
        self.sentence.setText(troubled[0].sentence)
        self.meaning.setText(meaning(troubled, overview.texts_in_line))
        self.fix.setVisible(troubled[0].wants_sign_in)
        said = f"{self.sentence.text()} {self.meaning.text()}"
        if said != self.accessibleName():
            self.setAccessibleName(said)
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _check(self) -> None:
        if self._connection is not None:
            self.check_wanted.emit(self._connection.name)

    def _sign_in(self) -> None:
        if self._connection is not None:
            self.sign_in_wanted.emit(self._connection.name)


def meaning(troubled: Sequence[ConnectionHealth], texts_in_line: int) -> str:
    """What the trouble means for texts, what to do, and how much more there is."""
    parts: list[str] = []
    if texts_in_line:
        verb = "waits" if texts_in_line == 1 else "wait"
        parts.append(f"{words.counted(texts_in_line, 'text')} {verb} in line, none is lost.")
    if len(troubled) > 1:
        parts.append(f"And {len(troubled) - 1} more: {', '.join(each.title for each in troubled[1:])}.")
    return " ".join(parts)
