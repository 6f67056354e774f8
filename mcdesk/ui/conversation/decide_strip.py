"""Asks what only a person can tell: did what they wrote mean stop?

Must not: answer by itself.
"""

from datetime import datetime, tzinfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from mcdesk.domain import spoken
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import Words
from mcdesk.ui.widgets.pictures import Icon


class DecideStrip(QFrame):
    """Shown while a decision is due."""

    #: True: they asked us to stop. False: it is no opt-out.
    decided = Signal(bool)

    def __init__(self, look: Look, zone: tzinfo) -> None:
        super().__init__()
        self.setObjectName("check")
        self._zone = zone
        self.stop = ActionButton(look, "They asked us to stop", icon="message-square-off", height=28)
        self.go_on = ActionButton(look, "It is no opt-out", icon="check", height=28)
        self.stop.clicked.connect(lambda: self.decided.emit(True))
        self.go_on.clicked.connect(lambda: self.decided.emit(False))
        self.sentence = Words("", token="meta", tone="2", wrap=True)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Icon(look, "circle-help", role="soon_text"))
        head.addWidget(Words("They may not want texts any more.", weight=600), 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.stop)
        buttons.addWidget(self.go_on)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.sentence)
        column.addLayout(buttons)
        self.hide()

    def show_due(self, due: datetime | None) -> None:
        """`due`: when it counts as an opt-out; None where there is nothing to decide."""
        self.setVisible(due is not None)
        if due is None:
            return
        at = spoken.weekday_clock(due, self._zone)
        self.sentence.setText(f"Decide by {at}, or it counts as an opt-out.")
        self.setAccessibleName(f"They may not want texts any more. {self.sentence.text()}")
