"""The window: bars, banner and the room between them; painted before the desk is there.

Must not: decide, read the desk, or draw.
"""

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from mcdesk.domain.queue import Overview
from mcdesk.engine.silence import Silence
from mcdesk.ui.attending import Attending
from mcdesk.ui.desk import DeskVerbs
from mcdesk.ui.dialogs import DefectDialog
from mcdesk.ui.door import Door
from mcdesk.ui.frame import Frame
from mcdesk.ui.health.alerts import AlertList
from mcdesk.ui.health.banner import Banner
from mcdesk.ui.health.connection_list import ConnectionList
from mcdesk.ui.health.foot import Foot
from mcdesk.ui.health.top_bar import TopBar
from mcdesk.ui.keys import bind_always, bind_keys, bind_views
from mcdesk.ui.skeleton import Skeleton
from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import COMPACT_FROM, LOW_BELOW

#: The overview (freshness) is read again this often, in seconds.
OVERVIEW_EVERY = 5


class MainWindow(QMainWindow):
    """A skeleton until `attach`."""

    #: The window's close button; whoever composed the window decides what that means.
    close_asked = Signal()
    #: A fresh overview, for the tray.
    overview_changed = Signal(object)
    #: Unread alerts, for notifications.
    alerts_changed = Signal(object)
    #: The engine gives no sign of life, or does again: a `Silence` or None.
    silence_changed = Signal(object)

    def __init__(self, look: Look, door: Door) -> None:
        super().__init__()
        self.look = look
        self._door = door
        self._may_close = False
        self._seconds = 0
        self._silence: Silence | None = None
        self.desk: DeskVerbs | None = None
        self.attending: Attending | None = None
        self.skeleton = Skeleton(look)
        self.frame = Frame(
            TopBar(look), Banner(look), Foot(look), AlertList(look, self), ConnectionList(look, self)
        )
        self._middle = QStackedWidget()
        self._middle.addWidget(self.skeleton)
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.tick)
        self._lay_out()
        self._hear(door)

    def attach(self, desk: DeskVerbs) -> None:
        """The engine is up: build the room and fill it."""
        self.desk = desk
        attending = Attending(desk, self._door, look=self.look, frame=self.frame)
        attending.overview_changed.connect(self._title)
        attending.overview_changed.connect(self.overview_changed)
        attending.alerts_changed.connect(self.alerts_changed)
        self.attending = attending
        self._middle.addWidget(attending.room)
        self._middle.setCurrentWidget(attending.room)
        bind_keys(self, attending.keys())
        bind_always(self, "Escape", attending.back)
        bind_views(self, attending.room.views.choose)
        attending.room.queue.table.setFocus(Qt.FocusReason.OtherFocusReason)
        attending.watch.look(seen=self.isActiveWindow())
        self._timer.start()
        attending.watch.start()

    def could_not_start(self, sentence: str) -> None:
        """There is nothing to attach; the sentence says why."""
        self.skeleton.say(sentence)
        self.frame.top.stamp.not_started()

    def open_lead(self, lead: int) -> None:
        """Show a lead wherever it is asked from."""
        if self.attending is not None:
            self.attending.open_lead(lead)

    def show_again(self) -> None:
        """In front of everything, from tray, notification or a second start."""
        if self.isMinimized():
            self.showNormal()
        else:
            self.show()
        self.raise_()
        self.activateWindow()

    def let_close(self) -> None:
        """The next close is meant."""
        self._may_close = True
        self._timer.stop()
        if self.attending is not None:
            self.attending.close()

    def tick(self) -> None:
        """Once a second."""
        if self.attending is None:
            return
        self.attending.tick(visible=self.isVisible())
        self._look_at_engine()
        self._seconds += 1
        if self._seconds % OVERVIEW_EVERY == 0:
            self.attending.watch.refresh_overview()

    @Slot()
    def keep_drafts(self) -> None:
        """The session may end: what is written is kept."""
        if self.attending is not None:
            self.attending.room.conversation.box.keep_draft()

    def _look_at_engine(self) -> None:
        assert self.desk is not None
        silence = self.desk.silence()
        if silence != self._silence:
            self._silence = silence
            self.frame.banner.show_silence(silence, zone=self.desk.timezone)
            self.silence_changed.emit(silence)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.attending is not None:
            self.attending.watch.look(seen=self.isActiveWindow())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.frame.foot.setVisible(self.height() >= LOW_BELOW)
        self.frame.top.set_narrow(self.width() < COMPACT_FROM)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.close_asked.emit()

    def _title(self, overview: Overview) -> None:
        self.setWindowTitle(f"{overview.office} · mcdesk")

    def _hear(self, door: Door) -> None:
        foot = self.frame.foot
        door.said.connect(foot.say)
        door.refused.connect(lambda sentence: foot.say(sentence, ok=False))
        door.troubled.connect(lambda sentence: foot.say(sentence, ok=False))
        door.broke.connect(self._report)

    def _report(self, line: str, report: str) -> None:
        """One report at a time: what fails every few seconds must not bury the screen; all are in the log."""
        if self.findChild(DefectDialog) is None:
            DefectDialog(self.look, line, report, self).open()

    def _lay_out(self) -> None:
        self.setWindowTitle("mcdesk")
        self.setMinimumSize(960, 400)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.frame.top)
        column.addWidget(self.frame.banner)
        column.addWidget(self._middle, 1)
        column.addWidget(self.frame.foot)
        self.setCentralWidget(whole)
        self.resize(1440, 900)
