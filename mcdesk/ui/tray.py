"""The tray icon: how many need somebody, whether the screen is live, a short menu.

Must not: name callers; whoever passes the screen can read it.
"""

from datetime import datetime, tzinfo

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from mcdesk.domain.queue import Overview, View
from mcdesk.engine.silence import Silence
from mcdesk.ui import words
from mcdesk.ui.health.sentences import of_silence
from mcdesk.ui.health.stamp import is_live
from mcdesk.ui.theme.fonts import font
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.drawing import CENTRE, Drawing

SIZES = (16, 22, 24, 32, 48, 64)


class Tray(QObject):
    """Shown only where the system really has a tray."""

    #: Open mcdesk.
    open_wanted = Signal()
    #: Quit was picked; it has not been confirmed.
    quit_wanted = Signal()
    #: The message this icon showed was clicked.
    message_clicked = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown: tuple[int, bool] | None = None
        self._silence: str | None = None
        self.icon = QSystemTrayIcon()
        self.menu = QMenu()
        self.stamp = QAction("Starting…")
        self.counts = QAction("")
        for line in (self.stamp, self.counts):
            line.setEnabled(False)
            self.menu.addAction(line)
        self.counts.setVisible(False)
        self.menu.addSeparator()
        self.menu.addAction("Open mcdesk", self.open_wanted.emit)
        self.menu.addSeparator()
        self.menu.addAction("Quit, texting stops", self.quit_wanted.emit)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self.message_clicked)
        self._draw(0, live=False)
        if QSystemTrayIcon.isSystemTrayAvailable():
            self.icon.show()

    @property
    def is_there(self) -> bool:
        """Whether a person can find us here; only then may the window hide."""
        return QSystemTrayIcon.isSystemTrayAvailable() and self.icon.isVisible()

    def show_overview(self, overview: Overview, now: datetime, *, zone: tzinfo) -> None:
        if self._silence is not None:
            return
        live = is_live(overview, now)
        at = overview.live_as_of
        fresh = "Live as of" if live else "Stale since"
        self.stamp.setText(f"{fresh} {words.clock_seconds(at, zone)}" if at else "Not connected yet")
        waiting = overview.counts.get(View.WAITING, 0)
        self.counts.setText(f"{overview.needing_people} due or late, {waiting} waiting")
        self.counts.setVisible(True)
        self._draw(overview.needing_people, live=live)

    def show_silence(self, silence: Silence | None, *, zone: tzinfo) -> None:
        """The engine does not work: hollow icon, the sentence in menu and tooltip, and a message."""
        if silence is None:
            # the next overview says how things stand
            self._silence = self._shown = None
            return
        what, meaning = of_silence(silence, zone)
        self._silence = what
        self.stamp.setText(what)
        self.counts.setText("Open mcdesk to restart it.")
        self.counts.setVisible(True)
        self._draw(0, live=False)
        self.icon.setToolTip(f"mcdesk: {what}")
        if self.is_there and QSystemTrayIcon.supportsMessages():
            self.icon.showMessage(what, meaning, QSystemTrayIcon.MessageIcon.Critical)

    def close(self) -> None:
        self.icon.hide()

    def _activated(self, how: QSystemTrayIcon.ActivationReason) -> None:
        if how in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.open_wanted.emit()

    def _draw(self, needing: int, *, live: bool) -> None:
        if self._shown == (needing, live):
            return
        self._shown = (needing, live)
        icon = QIcon()
        for size in SIZES:
            icon.addPixmap(tray_picture(self._look, size, needing=needing, live=live))
        self.icon.setIcon(icon)
        self.icon.setToolTip(f"mcdesk: {needing} due or late" if needing else "mcdesk: nobody waits")


def tray_picture(look: Look, size: int, *, needing: int, live: bool) -> QPixmap:
    """An accent tile with an m, hollow while not live, a red number while somebody waits."""
    picture = QPixmap(size, size)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawing = Drawing(painter, look)
    edge = max(1.0, size / 16)
    tile = QRectF(0, size * 0.12, size * 0.88, size * 0.88)
    if live:
        drawing.box(tile, radius=size * 0.2, fill="accent")
    else:
        painter.setPen(QPen(look.colour("accent"), edge))
        painter.setBrush(look.colour("surface"))
        painter.drawRoundedRect(tile.adjusted(edge, edge, -edge, -edge), size * 0.2, size * 0.2)
    _letters(painter, look, tile, "m", size * 0.5, role="on_accent" if live else "accent")
    if needing:
        text = "9+" if needing > 9 else str(needing)
        width = size * (0.6 if len(text) == 1 else 0.78)
        badge = QRectF(size - width, 0, width, size * 0.6)
        drawing.box(badge, radius=size * 0.3, fill="late")
        _letters(painter, look, badge, text, size * 0.44, role="on_late")
    painter.end()
    return picture


def _letters(painter: QPainter, look: Look, at: QRectF, text: str, pixels: float, *, role: str) -> None:
    base = font("caption", weight=600)
    sized = type(base)(base)
    sized.setPixelSize(max(6, round(pixels)))
    painter.setFont(sized)
    painter.setPen(look.colour(role))
    painter.drawText(at, int(CENTRE), text)
