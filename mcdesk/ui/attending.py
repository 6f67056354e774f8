"""A desk at work in the room: what is read goes to the panes, what people do goes to the desk.

Must not: draw, or decide what is allowed.
"""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Signal

from mcdesk.domain.leads import Disposition
from mcdesk.domain.queue import Alert, Conversation, ItemKind, Overview, QueueRow, View
from mcdesk.domain.reasons import Written
from mcdesk.ui.actions import Actions
from mcdesk.ui.conversation import reason_dialog
from mcdesk.ui.conversation.stop_dialog import StopDialog
from mcdesk.ui.conversation.tabs import Mode
from mcdesk.ui.conversation.why_list import WhyList
from mcdesk.ui.desk import DeskVerbs
from mcdesk.ui.door import Door
from mcdesk.ui.frame import Frame
from mcdesk.ui.keys import is_typing
from mcdesk.ui.queue.delegate import Setting
from mcdesk.ui.queue.model import PAGE
from mcdesk.ui.room import Room
from mcdesk.ui.theme.look import Look
from mcdesk.ui.watch import Watch

Evidence = Mapping[str, Sequence[Written]]


class Attending(QObject):
    """Joins desk, room and frame by signals; holds nothing but the last overview."""

    #: A fresh overview, for the tray.
    overview_changed = Signal(object)
    #: Unread alerts of this person, for notifications.
    alerts_changed = Signal(object)

    def __init__(self, desk: DeskVerbs, door: Door, *, look: Look, frame: Frame) -> None:
        super().__init__()
        self._desk = desk
        self._look = look
        self._frame = frame
        self.overview: Overview | None = None
        #: The lead and the text somebody was asked about.
        self._asked: tuple[int, str] | None = None
        self.room = Room(look, Setting(now=desk.now, zone=desk.timezone, person=desk.person))
        self.watch = Watch(desk, door)
        self.actions = Actions(desk, door)
        frame.top.show_person(desk.person)
        self._join_reading()
        self._join_writing()
        self._join_health()

    def open_lead(self, lead: int) -> None:
        """Show a lead wherever it is asked from: a notification, an alert."""
        self.room.stack.setCurrentIndex(0)
        self.room.queue.table.choose(lead)

    def tick(self, *, visible: bool) -> None:
        """Once a second: timers, the stamp, the caller's clock."""
        now = self._desk.now()
        if visible:
            self.room.queue.table.tick()
            self._frame.top.stamp.show_overview(self.overview, now, zone=self._desk.timezone)
            shown = self.room.conversation.shown
            if shown is not None:
                self.room.card.tick(shown.card, now)

    def close(self) -> None:
        """The window goes: what is written is kept."""
        self.room.conversation.box.keep_draft()
        self.watch.close()

    def keys(self) -> dict[str, Callable[[], None]]:
        """What single keys do."""
        table = self.room.queue.table
        return {
            "J": lambda: table.step(1),
            "K": lambda: table.step(-1),
            "R": lambda: self.write(Mode.TEXT),
            "N": lambda: self.write(Mode.NOTE),
            "C": self._with_row(self.actions.toggle_claim),
            "B": self._with_lead(self.actions.call_back),
            "E": self.room.open_close_menu,
            "I": self.room.toggle_card,
            "Ctrl+Z": self._frame.foot.undo.click,
        }

    def write(self, mode: Mode) -> None:
        """Bring the keyboard to the reply box."""
        if self.room.conversation.shown is not None:
            self.room.conversation.box.write(mode)

    def back(self) -> None:
        """Esc: out of a field first, then out of the drawer, back to the queue."""
        self.room.card.keep_name()
        if is_typing() or not self.room.close_drawer():
            self.room.queue.table.setFocus()

    def _join_reading(self) -> None:
        room, watch = self.room, self.watch
        watch.overview_read.connect(self._show_overview)
        watch.rows_read.connect(self._show_rows)
        watch.page_read.connect(lambda rows, more: room.queue.add_rows(rows, has_more=more))
        watch.conversation_read.connect(self._show_conversation)
        watch.earlier_read.connect(lambda found: room.conversation.timeline.show_earlier(found.items))
        watch.draft_read.connect(room.conversation.box.restore)
        watch.alerts_read.connect(self._show_alerts)
        watch.evidence_read.connect(self._show_evidence)
        room.queue.model.more_wanted.connect(watch.more)
        room.queue.table.lead_chosen.connect(watch.open)
        room.queue.table.lead_opened.connect(lambda _lead: self.write(Mode.TEXT))
        room.views.view_chosen.connect(self._choose_view)
        room.card.why_wanted.connect(self._with_lead(watch.explain))
        room.conversation.timeline.earlier_wanted.connect(watch.earlier)

    def _join_writing(self) -> None:
        room, actions = self.room, self.actions
        box, header, card = room.conversation.box, room.conversation.header, room.card
        box.submitted.connect(self._submit)
        box.draft_changed.connect(actions.save_draft)
        box.typing.connect(self._frame.foot.set_typing)
        actions.written.connect(lambda lead, mode, text: box.accepted(lead, mode, text=text))
        actions.not_written.connect(self._not_written)
        actions.asked.connect(self._ask_again)
        actions.settled.connect(lambda: box.sending(False))
        header.claim_toggled.connect(self._with_row(actions.toggle_claim))
        header.push_wanted.connect(self._with_lead(actions.push_to_crm))
        header.reopen_wanted.connect(self._with_lead(actions.reopen))
        header.card_toggled.connect(room.toggle_card)
        card.renamed.connect(lambda name: self._with_lead(lambda lead: actions.rename(lead, name))())
        card.call_back_wanted.connect(self._with_lead(actions.call_back))
        card.link_opened.connect(actions.open_address)
        card.copied.connect(lambda number: self._frame.foot.say(f"{number} is in the clipboard."))
        card.close_chosen.connect(self._close_as)
        card.stop_wanted.connect(self._with_row(self._ask_how_they_said_it))
        card.block_wanted.connect(self._with_row(self._ask_why_to_block))
        card.unblock_wanted.connect(self._with_lead(actions.unblock))
        actions.blocked.connect(self._offer_to_unblock)
        room.conversation.decide.decided.connect(self._decide)
        room.conversation.check.settled.connect(
            lambda arrived: self._with_lead(lambda lead: actions.settle_check(lead, arrived=arrived))()
        )

    def _join_health(self) -> None:
        frame, actions = self._frame, self.actions
        frame.top.stamp.details_wanted.connect(lambda: frame.connections.open_under(frame.top.stamp))
        frame.top.alerts_wanted.connect(lambda: frame.alerts.open_under(frame.top.bell, from_right=True))
        frame.alerts.opened.connect(self._open_alert)
        frame.alerts.dismissed.connect(actions.dismiss)
        frame.banner.check_wanted.connect(actions.check_connection)
        frame.banner.sign_in_wanted.connect(actions.sign_in)

    def _with_lead(self, act: Callable[[int], None]) -> Callable[[], None]:
        """Only while a conversation is open."""
        return self._with_row(lambda row: act(row.lead))

    def _with_row(self, act: Callable[[QueueRow], None]) -> Callable[[], None]:
        def run() -> None:
            if self.room.conversation.shown is not None:
                act(self.room.conversation.shown.row)

        return run

    def _submit(self, mode: Mode, text: str) -> None:
        shown = self.room.conversation.shown
        if shown is not None:
            self.room.conversation.box.sending(True)
            confirmed, self._asked = self._asked == (shown.row.lead, text), None
            self.actions.write(shown.row.lead, mode, text, last_seen=shown.last_seen, confirmed=confirmed)

    def _ask_again(self, lead: int, text: str, question: str) -> None:
        """The same text sent once more is the answer yes."""
        self._asked = (lead, text)
        if not self.room.conversation.box.ask(lead, question):
            self._frame.foot.say(f"Not sent yet. {question}", ok=False)

    def _not_written(self, lead: int, sentence: str) -> None:
        if not self.room.conversation.box.refused(lead, sentence):
            self._frame.foot.say(sentence, ok=False)

    def _close_as(self, disposition: Disposition) -> None:
        shown = self.room.conversation.shown
        if shown is None:
            return
        lead, actions = shown.row.lead, self.actions
        if disposition is not Disposition.OTHER:
            actions.close_lead(lead, disposition)
            return
        dialog = reason_dialog.close_as_other(self._look, shown.row.who, self.room)
        dialog.given.connect(lambda reason: actions.close_lead(lead, disposition, reason=reason))
        dialog.open()

    def _ask_how_they_said_it(self, row: QueueRow) -> None:
        dialog = StopDialog(self._look, row.who, self.room)
        dialog.given.connect(
            lambda said, channel: self.actions.asked_to_stop(row.lead, said, channel=channel)
        )
        dialog.open()

    def _ask_why_to_block(self, row: QueueRow) -> None:
        dialog = reason_dialog.block(self._look, row.who, self.room)
        dialog.given.connect(lambda why: self.actions.block(row.lead, why))
        dialog.open()

    def _offer_to_unblock(self, lead: int) -> None:
        """The row may be gone from the screen by now."""
        self._frame.foot.offer_undo(lambda: self.actions.unblock(lead))

    def _decide(self, stop: bool) -> None:
        """Somebody read what may mean stop."""
        shown = self.room.conversation.shown
        if shown is None:
            return
        if not stop:
            self.actions.keep_texting(shown.row.lead)
            return
        said = (item.text for item in reversed(shown.items) if item.kind is ItemKind.TEXT_IN)
        self.actions.asked_to_stop(shown.row.lead, next(said, ""), channel="text")

    def _choose_view(self, view: View) -> None:
        self.room.queue.show_view(view)
        self.room.stack.setCurrentIndex(0)
        self.watch.show_view(view)

    def _show_overview(self, overview: Overview) -> None:
        self.overview = overview
        self._frame.top.show_overview(overview, self._desk.now(), zone=self._desk.timezone)
        self._frame.banner.show_overview(overview, self._desk.now(), zone=self._desk.timezone)
        self._frame.connections.show_connections(
            overview.connections, self._desk.now(), zone=self._desk.timezone
        )
        self.room.queue.blind.show_periods(overview.blind, self._desk.now())
        self.room.show_overview(overview)
        self.overview_changed.emit(overview)

    def _show_rows(self, rows: tuple[QueueRow, ...], has_more: bool) -> None:
        counted = self.overview.counts.get(self.room.queue.view) if self.overview else None
        total = counted if counted is not None and len(rows) >= PAGE else len(rows)
        self.room.queue.show_rows(rows, has_more=has_more, total=total)
        if self.overview is not None:
            self.room.show_overview(self.overview)
        self._show_hints()

    def _show_conversation(self, conversation: Conversation) -> None:
        self.room.conversation.show_conversation(conversation)
        self.room.card.show_caller(conversation, self._desk.now())
        self.room.conversation_opened()
        self._show_hints()

    def _show_evidence(self, lead: int, evidence: Evidence) -> None:
        shown, card = self.room.conversation.shown, self.room.card
        if shown is None or shown.row.lead != lead or not card.why.isVisible():
            return
        found = WhyList(self._look, card, zone=self._desk.timezone)
        found.show_evidence(shown, evidence["decisions"], evidence["consents"])
        found.open_beside(card.why)

    def _show_hints(self) -> None:
        opened = self.room.conversation.shown is not None
        self._frame.foot.set_working(rows=bool(self.room.queue.model.rows), opened=opened)

    def _show_alerts(self, alerts: tuple[Alert, ...]) -> None:
        mine = tuple(alert for alert in alerts if alert.owner in (None, self._desk.person))
        self._frame.top.bell.show_unread(len(mine))
        self._frame.alerts.show_alerts(mine, self._desk.now(), zone=self._desk.timezone)
        self.alerts_changed.emit(mine)

    def _open_alert(self, alert: Alert) -> None:
        self.actions.dismiss((alert.id,))
        if alert.lead is not None:
            self.open_lead(alert.lead)
