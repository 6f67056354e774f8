"""The window: bars, banner and the room between them; joins what is read with what shows it.

Must not: decide, read the desk itself, or draw.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from mcdesk.domain.leads import Disposition
from mcdesk.domain.queue import Alert, Conversation, Overview, QueueRow, View
from mcdesk.ui.actions import Actions
from mcdesk.ui.conversation.close_menu import ReasonDialog
from mcdesk.ui.conversation.tabs import Mode
from mcdesk.ui.desk import DeskVerbs
from mcdesk.ui.dialogs import DefectDialog
from mcdesk.ui.door import Door
from mcdesk.ui.health.alerts import AlertList
from mcdesk.ui.health.banner import Banner
from mcdesk.ui.health.foot import Foot
from mcdesk.ui.health.top_bar import TopBar
from mcdesk.ui.keys import bind_keys, bind_views
from mcdesk.ui.queue.delegate import Setting
from mcdesk.ui.queue.model import PAGE
from mcdesk.ui.room import Room
from mcdesk.ui.skeleton import Skeleton
from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import LOW_BELOW
from mcdesk.ui.watch import Watch

#: The overview (freshness) is read again this often, in seconds.
OVERVIEW_EVERY = 5


class MainWindow(QMainWindow):
    """Painted at once; the desk comes when it is ready."""

    #: The window's close button; whoever composed the window decides what that means.
    close_asked = Signal()
    #: A fresh overview, for the tray.
    overview_changed = Signal(object)
    #: Unread alerts, for notifications.
    alerts_changed = Signal(object)

    def __init__(self, look: Look, door: Door) -> None:
        super().__init__()
        self._look = look
        self.door = door
        self.desk: DeskVerbs | None = None
        self.room: Room | None = None
        self.watch: Watch | None = None
        self.actions: Actions | None = None
        self.overview: Overview | None = None
        self._may_close = False
        self._seconds = 0
        self.setWindowTitle("mcdesk")
        self.setMinimumSize(960, 400)
        self.top = TopBar(look)
        self.banner = Banner(look)
        self.foot = Foot(look)
        self.skeleton = Skeleton(look)
        self.alerts = AlertList(look, self)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.skeleton)
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self.tick)
        door.said.connect(self.foot.say)
        door.refused.connect(lambda sentence: self.foot.say(sentence, ok=False))
        door.troubled.connect(lambda sentence: self.foot.say(sentence, ok=False))
        door.broke.connect(self._show_defect)

    def attach(self, desk: DeskVerbs) -> None:
        """The engine is up: build the room and fill it."""
        self.desk = desk
        setting = Setting(now=desk.now, zone=desk.timezone, person=desk.person)
        self.room = Room(self._look, setting)
        self.watch = Watch(desk, self.door)
        self.actions = Actions(desk, self.door)
        self.top.show_person(desk.person)
        self._middle.addWidget(self.room)
        self._join_reading(self.room, self.watch, desk)
        self._join_writing(self.room, self.watch, self.actions)
        self._join_health(self.watch, self.actions)
        self._bind(self.room, self.actions)
        self._middle.setCurrentWidget(self.room)
        self.room.queue.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._timer.start()
        self.watch.start()

    def open_lead(self, lead: int) -> None:
        """Show a lead wherever it is asked from: a notification, an alert."""
        if self.room is None:
            return
        self.room.stack.setCurrentIndex(0)
        self.room.queue.table.choose(lead)

    def show_again(self) -> None:
        """In front of everything, from tray, notification or a second start."""
        self.showNormal() if self.isMinimized() else self.show()
        self.raise_()
        self.activateWindow()

    def let_close(self) -> None:
        """The next close is meant."""
        self._may_close = True
        self._timer.stop()
        if self.room is not None:
            self.room.conversation.box.flush()
        if self.watch is not None:
            self.watch.close()

    def tick(self) -> None:
        """Once a second."""
        if self.desk is None or self.room is None or self.watch is None:
            return
        now = self.desk.now()
        if self.isVisible():
            self.room.queue.table.tick()
            self.top.stamp.show_overview(self.overview, now, zone=self.desk.timezone)
            if self.room.conversation.shown is not None:
                self.room.card.tick(self.room.conversation.shown.card, now)
        self._seconds += 1
        if self._seconds % OVERVIEW_EVERY == 0:
            self.watch.refresh_overview()

    def _join_reading(self, room: Room, watch: Watch, desk: DeskVerbs) -> None:
        watch.overview_read.connect(self._show_overview)
        watch.rows_read.connect(self._show_rows)
        watch.page_read.connect(lambda rows, more: room.queue.add_rows(rows, has_more=more))
        watch.conversation_read.connect(self._show_conversation)
        watch.earlier_read.connect(lambda found: room.conversation.timeline.show_earlier(found.items))
        watch.draft_read.connect(room.conversation.box.restore)
        watch.alerts_read.connect(self._show_alerts)
        room.queue.model.more_wanted.connect(watch.more)
        room.queue.table.lead_chosen.connect(watch.open)
        room.queue.table.lead_opened.connect(lambda _lead: self._write(Mode.TEXT))
        room.views.view_chosen.connect(self._choose_view)
        room.conversation.timeline.earlier_wanted.connect(watch.earlier)

    def _join_writing(self, room: Room, watch: Watch, actions: Actions) -> None:
        box, header, card = room.conversation.box, room.conversation.header, room.card
        box.submitted.connect(self._submit)
        box.draft_changed.connect(actions.save_draft)
        box.left.connect(lambda: room.queue.table.setFocus())
        box.typing.connect(self.foot.set_typing)
        actions.written.connect(lambda lead, mode, text: box.accepted(lead, mode, text=text))
        actions.not_written.connect(self._not_written)
        actions.settled.connect(lambda: box.sending(False))
        header.claim_toggled.connect(self._with_row(actions.toggle_claim))
        header.push_wanted.connect(self._with_lead(actions.push_to_crm))
        header.reopen_wanted.connect(self._with_lead(actions.reopen))
        header.card_toggled.connect(room.toggle_card)
        card.renamed.connect(lambda name: self._with_lead(lambda lead: actions.rename(lead, name))())
        card.call_back_wanted.connect(self._with_lead(actions.call_back))
        card.link_opened.connect(actions.open_address)
        card.copied.connect(lambda number: self.foot.say(f"{number} is in the clipboard."))
        card.close_chosen.connect(self._close_as)
        room.conversation.check.settled.connect(
            lambda arrived: self._with_lead(lambda lead: actions.settle_check(lead, arrived=arrived))()
        )

    def _join_health(self, watch: Watch, actions: Actions) -> None:
        self.top.alerts_wanted.connect(lambda: self.alerts.open_under(self.top.bell))
        self.alerts.opened.connect(self._open_alert)
        self.alerts.dismissed.connect(actions.dismiss)
        self.banner.check_wanted.connect(actions.check_connection)
        self.banner.sign_in_wanted.connect(actions.sign_in)

    def _bind(self, room: Room, actions: Actions) -> None:
        bind_keys(
            self,
            {
                "J": lambda: room.queue.table.step(1),
                "K": lambda: room.queue.table.step(-1),
                "R": lambda: self._write(Mode.TEXT),
                "N": lambda: self._write(Mode.NOTE),
                "C": self._with_row(actions.toggle_claim),
                "B": self._with_lead(actions.call_back),
                "E": self._with_lead(lambda _lead: room.open_close_menu()),
                "I": room.toggle_card,
                "Escape": lambda: room.close_drawer() or room.queue.table.setFocus(),
            },
        )
        bind_views(self, room.views.choose)

    def _with_lead(self, act: Callable[[int], None]) -> Callable[[], None]:
        """Only while a conversation is open."""
        return self._with_row(lambda row: act(row.lead))

    def _with_row(self, act: Callable[[QueueRow], None]) -> Callable[[], None]:
        def run() -> None:
            if self.room is not None and self.room.conversation.shown is not None:
                act(self.room.conversation.shown.row)

        return run

    def _write(self, mode: Mode) -> None:
        if self.room is not None and self.room.conversation.shown is not None:
            self.room.conversation.box.write(mode)

    def _submit(self, mode: Mode, text: str) -> None:
        assert self.room is not None
        assert self.actions is not None
        shown = self.room.conversation.shown
        if shown is not None:
            self.room.conversation.box.sending(True)
            self.actions.write(shown.row.lead, mode, text, last_seen=shown.last_seen)

    def _not_written(self, lead: int, sentence: str) -> None:
        assert self.room is not None
        if not self.room.conversation.box.refused(lead, sentence):
            self.foot.say(sentence, ok=False)

    def _close_as(self, disposition: Disposition) -> None:
        assert self.room is not None
        assert self.actions is not None
        shown = self.room.conversation.shown
        if shown is None:
            return
        lead, actions = shown.row.lead, self.actions
        if disposition is not Disposition.OTHER:
            actions.close_lead(lead, disposition)
            return
        dialog = ReasonDialog(self._look, shown.row.who, self)
        dialog.given.connect(lambda reason: actions.close_lead(lead, disposition, reason=reason))
        dialog.open()

    def _choose_view(self, view: View) -> None:
        assert self.room is not None
        assert self.watch is not None
        self.room.queue.show_view(view)
        self.room.stack.setCurrentIndex(0)
        self.watch.show_view(view)

    def _show_overview(self, overview: Overview) -> None:
        assert self.desk is not None
        assert self.room is not None
        self.overview = overview
        self.setWindowTitle(f"{overview.office} · mcdesk")
        self.top.show_overview(overview, self.desk.now(), zone=self.desk.timezone)
        self.banner.show_overview(overview)
        self.room.show_overview(overview)
        self.overview_changed.emit(overview)

    def _show_rows(self, rows: tuple[QueueRow, ...], has_more: bool) -> None:
        assert self.room is not None
        counted = self.overview.counts.get(self.room.queue.view) if self.overview else None
        total = counted if counted is not None and len(rows) >= PAGE else len(rows)
        self.room.queue.show_rows(rows, has_more=has_more, total=total)
        if self.overview is not None:
            self.room.show_overview(self.overview)
        self._show_hints()

    def _show_conversation(self, conversation: Conversation) -> None:
        assert self.room is not None
        assert self.desk is not None
        self.room.conversation.show_conversation(conversation)
        self.room.card.show_caller(conversation, self.desk.now())
        self.room.conversation_opened()
        self._show_hints()

    def _show_hints(self) -> None:
        assert self.room is not None
        opened = self.room.conversation.shown is not None
        self.foot.set_working(rows=bool(self.room.queue.model.rows), opened=opened)

    def _show_alerts(self, alerts: tuple[Alert, ...]) -> None:
        assert self.desk is not None
        mine = tuple(alert for alert in alerts if alert.owner in (None, self.desk.person))
        self.top.bell.show_unread(len(mine))
        self.alerts.show_alerts(mine, self.desk.now(), zone=self.desk.timezone)
        self.alerts_changed.emit(mine)

    def _open_alert(self, alert: Alert) -> None:
        assert self.actions is not None
        self.actions.dismiss((alert.id,))
        if alert.lead is not None:
            self.open_lead(alert.lead)

    def _show_defect(self, line: str, report: str) -> None:
        DefectDialog(self._look, line, report, self).open()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.watch is not None:
            self.watch.seen = self.isActiveWindow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.foot.setVisible(self.height() >= LOW_BELOW)
        self.top.set_narrow(self.width() < 1200)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            event.accept()
            return
        event.ignore()
        self.close_asked.emit()

    def _lay_out(self) -> None:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.banner)
        column.addWidget(self._middle, 1)
        column.addWidget(self.foot)
        self.setCentralWidget(whole)
        self.resize(1440, 900)
