"""Asks the one thing only a person can find out: did that text arrive?

Must not: answer by itself.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import Words
from mcdesk.ui.widgets.pictures import Icon


class CheckStrip(QFrame):
    """Shown while a lead waits for "please check"."""

    #: True: it arrived. False: it did not, and may be sent again.
    settled = Signal(bool)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("check")
        self.arrived = ActionButton(look, "It arrived", icon="check", height=28)
        self.missing = ActionButton(look, "It didn't arrive", icon="x", height=28)
        self.arrived.clicked.connect(lambda: self.settled.emit(True))
        self.missing.clicked.connect(lambda: self.settled.emit(False))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Icon(look, "circle-help", role="soon_text"))
        head.addWidget(Words("Please check: did the last text arrive?", weight=600), 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.arrived)
        buttons.addWidget(self.missing)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(
            Words(
                "The provider did not say. Nothing is sent a second time by itself: look at your provider's "
                "log or ask the caller, then say which it was. Sending again is your decision.",
                token="meta", tone="2", wrap=True,
            )
        )  # fmt: skip
        column.addLayout(buttons)
        self.hide()
