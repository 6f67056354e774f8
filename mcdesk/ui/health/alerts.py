"""The list under the bell. It is the truth about what people were told; notifications are extra.

Must not: mark anything read by itself.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from mcdesk.domain.queue import Alert
from mcdesk.ui import words
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import ElidedWords, Words, divider
from mcdesk.ui.widgets.popup import Popup

WIDTH, TALLEST = 360, 420


class AlertRow(QPushButton):
    """Title, text, when."""

    def __init__(self, alert: Alert, *, when: str) -> None:
        super().__init__()
        self.setObjectName("alertRow")
        self.setAccessibleName(f"{alert.title}. {alert.text}. {when}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(56)
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(ElidedWords(alert.title, weight=500), 1)
        title.addWidget(Words(when, token="meta", tone="3", tabular=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(0)
        column.addLayout(title)
        column.addWidget(ElidedWords(alert.text, token="meta", tone="2"))
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)


class AlertList(Popup):
    """What this person has not read yet."""

    #: An alert was opened.
    opened = Signal(object)
    #: All of these may go: a tuple of ids.
    dismissed = Signal(tuple)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, name="Alerts", width=WIDTH)
        self._alerts: tuple[Alert, ...] = ()
        self._rows: list[QPushButton] = []
        self._clear = ActionButton(look, "Mark all read", kind="link", height=28)
        self._clear.clicked.connect(self._dismiss_all)
        nothing = "Nothing new. When a caller writes back or a timer runs out, it is listed here."
        self._nothing = Words(nothing, tone="3", wrap=True)
        self._nothing.setContentsMargins(12, 12, 12, 16)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 8, 8)
        head.addWidget(Words("Alerts", weight=600))
        head.addStretch(1)
        head.addWidget(self._clear)
        inside = QWidget()
        body = QVBoxLayout(inside)
        body.setContentsMargins(4, 4, 4, 4)
        body.setSpacing(0)
        body.addWidget(self._nothing)
        body.addLayout(self._list)
        body.addStretch(1)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidget(inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(divider())
        column.addWidget(self._area)

    def show_alerts(self, alerts: Sequence[Alert], now: datetime, *, zone: tzinfo) -> None:
        self._alerts = tuple(sorted(alerts, key=lambda alert: alert.at, reverse=True))
        for old in self._rows:
            old.hide()
            old.deleteLater()
        self._rows.clear()
        for alert in self._alerts:
            row = AlertRow(alert, when=words.moment(alert.at, now, zone=zone))
            row.clicked.connect(lambda _=False, which=alert: self._open(which))
            self._list.addWidget(row)
            self._rows.append(row)
        self._nothing.setVisible(not self._alerts)
        self._clear.setVisible(bool(self._alerts))
        self.setFixedHeight(min(TALLEST, 62 + max(56, 56 * len(self._alerts))))

    def rows(self) -> list[QPushButton]:
        """The alerts as buttons, newest first."""
        return list(self._rows)

    def _open(self, alert: Alert) -> None:
        self.close()
        self.opened.emit(alert)

    def _dismiss_all(self) -> None:
        self.close()
        self.dismissed.emit(tuple(alert.id for alert in self._alerts))
