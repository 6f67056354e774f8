"""The freshness stamp: live as of when, or stale since when; it never flatters.

Must not: decide how fresh is fresh; the overview says.
"""

from datetime import datetime, tzinfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from mcdesk.domain.queue import Overview
from mcdesk.ui import words
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.labels import Words, repolish
from mcdesk.ui.widgets.pictures import Dot, Icon


class Stamp(QFrame):
    """Green dot and time, or an amber pill. Pressed, it opens the list of connections."""

    #: How each connection stands is asked for.
    details_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("stamp")
        self.setFixedHeight(20)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip("How each connection stands")
        # grey until the first overview: green is a promise
        self._dot = Dot(look, role="line_strong")
        self._icon = Icon(look, "triangle-alert", size=13, role="soon_text")
        self._label = Words("", token="body", tone="2")
        self._time = Words("", token="body", weight=500, tabular=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(6)
        for widget in (self._dot, self._icon, self._label, self._time):
            row.addWidget(widget)
        self._icon.hide()
        self._label.setText("Starting…")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.details_wanted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.details_wanted.emit()
        else:
            super().keyPressEvent(event)

    def not_started(self) -> None:
        """There is no desk and none is coming."""
        self._label.setText("Not started")
        self.setAccessibleName("Not started")

    def show_overview(self, overview: Overview | None, now: datetime, *, zone: tzinfo) -> None:
        if overview is None:
            return
        at = overview.live_as_of
        stale = not is_live(overview, now)
        self._dot.set_role("good")
        self._dot.setVisible(not stale)
        self._icon.setVisible(stale)
        if at is None:
            label, time = (
                ("No phone connection yet", "") if not overview.connections else ("Not connected yet", "")
            )
        elif stale:
            label, time = f"Stale, {words.short(now - at)}, since", words.clock_seconds(at, zone)
        else:
            label, time = "Live as of", words.clock_seconds(at, zone)
        if bool(self.property("stale")) != stale:
            self.setProperty("stale", stale)
            repolish(self)
        for part, text in ((self._label, label), (self._time, time)):
            part.setText(text)
            part.set_tone("soon" if stale else "2" if part is self._label else "1")
        self._time.setVisible(bool(time))
        self.setAccessibleName(f"{label} {time}".strip())


def is_live(overview: Overview | None, now: datetime) -> bool:
    """Whether what is on screen can be trusted to be now."""
    if overview is None or overview.live_as_of is None:
        return False
    return now - overview.live_as_of <= overview.stale_after
