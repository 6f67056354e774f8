"""The bar at the top: the firm, how fresh the screen is, the bell, who sits here.

Must not: hide the stamp in any layout.
"""

from datetime import datetime, tzinfo

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from mcdesk.domain import spoken
from mcdesk.domain.queue import Overview
from mcdesk.ui import words
from mcdesk.ui.health.stamp import Stamp
from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import TOP_BAR
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.drawing import CENTRE, Drawing, Ink
from mcdesk.ui.widgets.labels import ElidedWords, Words, upright_divider
from mcdesk.ui.widgets.pictures import Avatar, Icon


class Badge(QWidget):
    """The firm's initial in the accent."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.letter = "m"
        self.setFixedSize(24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        drawing = Drawing(painter, self._look)
        drawing.box(QRectF(self.rect()), radius=6, fill="accent")
        drawing.text(QRectF(self.rect()), self.letter, Ink("body", "on_accent", weight=600), align=CENTRE)
        painter.end()


class Bell(ActionButton):
    """A dot on it while something is unread."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, icon="bell", kind="quiet", name="Alerts, none unread")
        self._look_at = look
        self.unread = 0

    def show_unread(self, count: int) -> None:
        self.unread = count
        self.setAccessibleName(f"Alerts, {count or 'none'} unread")
        self.setToolTip(f"{count or 'No'} unread alert{'' if count == 1 else 's'}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.unread:
            painter = QPainter(self)
            drawing = Drawing(painter, self._look_at)
            drawing.box(QRectF(self.width() - 14, 6, 8, 8), radius=4, fill="accent", edge="canvas")
            painter.end()


class TopBar(QFrame):
    """One row; the firm's name gives way last."""

    #: The bell.
    alerts_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.setFixedHeight(TOP_BAR)
        self._badge = Badge(look)
        self.office = ElidedWords("mcdesk", token="message", weight=600)
        self.stamp = Stamp(look)
        self._texting_icon = Icon(look, "message-square-text")
        self.texting = Words("", weight=500)
        self._standing_icon = Icon(look, "monitor")
        self.standing = Words("Standing by", weight=500, tone="2")
        self.bell = Bell(look)
        self._avatar = Avatar(look, size=24, mine=True)
        self.person = ElidedWords("", weight=500)
        self.bell.clicked.connect(self.alerts_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        self._line_edge = upright_divider(20)
        for widget in (self._badge, self.office, upright_divider(20), self.stamp, self._line_edge):
            row.addWidget(widget)
        row.addSpacing(4)
        row.addWidget(self._texting_icon)
        row.addWidget(self.texting)
        row.addWidget(self._standing_icon)
        row.addWidget(self.standing)
        row.addStretch(1)
        row.addWidget(self.bell)
        row.addSpacing(8)
        row.addWidget(self._avatar)
        row.addWidget(self.person)
        hidden = (self._texting_icon, self._standing_icon, self.standing, self._line_edge, self.bell)
        for part in (*hidden, self._avatar):
            part.hide()

    def show_person(self, person: str) -> None:
        self.person.setText(person)
        self._avatar.show_initials(words.initials(person))
        self._avatar.show()
        self.bell.show()

    def show_overview(self, overview: Overview, now: datetime, *, zone: tzinfo) -> None:
        self.office.setText(overview.office)
        self._badge.letter = overview.office[:1].upper() or "m"
        self._badge.update()
        self.stamp.show_overview(overview, now, zone=zone)
        line = overview.texts_in_line
        troubled = any(not connection.ok for connection in overview.connections)
        waiting = bool(line) and troubled
        self._texting_icon.setVisible(waiting)
        self._line_edge.setVisible(waiting or overview.worker_elsewhere is not None)
        self._show_standing(overview.worker_elsewhere)
        self._texting_icon.show_icon("message-square-off", "late_text")
        self.texting.setText(f"{spoken.counted(line, 'text')} in line" if waiting else "")
        self.texting.set_tone("late")

    def _show_standing(self, worker_elsewhere: str | None) -> None:
        """Calmly: all is well, only not here."""
        for part in (self._standing_icon, self.standing):
            part.setVisible(worker_elsewhere is not None)
            part.setToolTip(worker_elsewhere or "")
        self.standing.setAccessibleName(worker_elsewhere or "")

    def set_narrow(self, narrow: bool) -> None:
        """The account's name gives way first."""
        self.person.setVisible(not narrow)
