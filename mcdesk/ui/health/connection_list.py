"""The list under the stamp: every connection, whether it works, and the times a person asks for.

Must not: offer to mend; the banner does where there is something to do.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from mcdesk.domain.queue import ConnectionHealth
from mcdesk.ui.health.sentences import details
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.labels import Words, divider
from mcdesk.ui.widgets.pictures import Icon
from mcdesk.ui.widgets.popup import Popup

WIDTH = 360


class ConnectionRow(QFrame):
    """What is the matter, or that nothing is; then the facts."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._icon = Icon(look, "circle-check", role="good")
        self._sentence = Words("", weight=500, wrap=True)
        self._facts = Words("", token="meta", tone="2", tabular=True, wrap=True)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addWidget(self._sentence)
        lines.addWidget(self._facts)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(lines, 1)

    def show_connection(self, connection: ConnectionHealth, now: datetime, *, zone: tzinfo) -> None:
        good = connection.ok
        self._icon.show_icon("circle-check" if good else "octagon-alert", "good" if good else "late_text")
        self._sentence.setText(connection.sentence)
        self._sentence.set_tone("1" if good else "late")
        facts = details(connection, now, zone=zone)
        self._facts.setText("\n".join(facts))
        self._facts.setVisible(bool(facts))
        self.setAccessibleName(". ".join((connection.sentence.rstrip("."), *facts)))


class ConnectionList(Popup):
    """It stays right while it is open."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent, name="Connections", width=WIDTH)
        self.rows: list[ConnectionRow] = []
        self._nothing = Words("No connection yet.", tone="3", wrap=True)
        self._nothing.setContentsMargins(12, 12, 12, 16)
        head = Words("Connections", weight=600)
        head.setContentsMargins(12, 10, 12, 8)
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 5)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(divider())
        column.addWidget(self._nothing)
        column.addLayout(self._list)

    def show_connections(
        self, connections: Sequence[ConnectionHealth], now: datetime, *, zone: tzinfo
    ) -> None:
        while len(self.rows) < len(connections):
            self.rows.append(ConnectionRow(self._look))
            self._list.addWidget(self.rows[-1])
        while len(self.rows) > len(connections):
            gone = self.rows.pop()
            self._list.removeWidget(gone)
            gone.deleteLater()
        for row, connection in zip(self.rows, connections, strict=True):
            row.show_connection(connection, now, zone=zone)
        self._nothing.setVisible(not connections)
        self.adjustSize()
