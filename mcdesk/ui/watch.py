"""Reads from the desk what is on screen, at the start and whenever the feed says something changed.

Must not: draw, or ask for anything to be done but "this was seen".
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal

from mcdesk.domain.queue import Conversation, QueueRow, View
from mcdesk.engine.changes import Changes
from mcdesk.ui.desk import DeskVerbs
from mcdesk.ui.door import Door
from mcdesk.ui.queue.model import PAGE


class Watch(QObject):
    """What is read is handed on by signals; one refresh runs at a time and takes all notices that came."""

    #: An `Overview`.
    overview_read = Signal(object)
    #: The rows of the view from its top, whether more exist.
    rows_read = Signal(object, bool)
    #: A further page, whether more exist.
    page_read = Signal(object, bool)
    #: A `Conversation`: the open lead.
    conversation_read = Signal(object)
    #: Items older than those on screen: lead and a `Conversation`.
    earlier_read = Signal(object)
    #: A stored draft: lead and text.
    draft_read = Signal(int, str)
    #: Why they were texted or not: lead and what `DeskVerbs.evidence` gave.
    evidence_read = Signal(int, object)
    #: Unread alerts.
    alerts_read = Signal(object)

    _noticed = Signal(object)

    def __init__(self, desk: DeskVerbs, door: Door) -> None:
        super().__init__()
        self._desk = desk
        self._door = door
        self._pending = Changes()
        self._refreshing = False
        self._loaded = PAGE
        self._earlier_under_way = False
        self._oldest: tuple[int, str] | None = None
        self._has_earlier = False
        #: Whether a person has the window in front; only then does an open conversation count as read.
        self._seen = True
        self.view = View.OPEN
        self.lead: int | None = None
        # the feed calls on the engine's thread; a queued signal brings the notice to this one
        self._noticed.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._stop: Callable[[], None] | None = desk.feed.subscribe(self._noticed.emit)

    def start(self) -> None:
        """Read everything once."""
        self._take(Changes(everything=True))

    def close(self) -> None:
        """Hear no more notices; closing twice is closing once."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    def refresh_overview(self) -> None:
        """The stamp moves without a change of rows."""
        self._door.run(self._read_overview())

    def show_view(self, view: View) -> None:
        self.view = view
        self._loaded = PAGE
        self._door.run(self._read_rows())

    def more(self, offset: int) -> None:
        self._door.run(self._read_page(offset))

    def open(self, lead: int) -> None:
        """Another lead: its conversation, its draft, and it counts as seen."""
        self.lead = lead
        self._oldest = None
        self._door.run(self._read_conversation())
        self._door.run(self._read_draft(lead))

    def explain(self, lead: int) -> None:
        """Somebody asks why they were texted, or not."""
        self._door.run(self._read_evidence(lead))

    def look(self, *, seen: bool) -> None:
        """The window came to the front or went behind others."""
        came_back = seen and not self._seen
        self._seen = seen
        if came_back and self.lead is not None:
            self._door.run(self._read_conversation())

    def earlier(self) -> None:
        if self._oldest is not None and self._has_earlier and not self._earlier_under_way:
            self._earlier_under_way = True
            self._door.run(self._read_earlier(*self._oldest))

    def _take(self, changes: Changes) -> None:
        self._pending |= changes
        if not self._refreshing:
            self._refreshing = True
            self._door.run(self._refresh())

    async def _refresh(self) -> None:
        try:
            while self._pending:
                changes, self._pending = self._pending, Changes()
                await self._read_what_changed(changes)
        finally:
            self._refreshing = False

    async def _read_what_changed(self, changes: Changes) -> None:
        everything = changes.everything or changes.office
        await self._read_overview()
        if changes.leads or everything:
            await self._read_rows()
        if self.lead is not None and (everything or self.lead in changes.leads):
            await self._read_conversation()
        if changes.alerts or everything:
            self.alerts_read.emit(await self._desk.alerts())

    async def _read_overview(self) -> None:
        self.overview_read.emit(await self._desk.overview())

    async def _read_rows(self) -> None:
        view, limit = self.view, self._loaded
        rows = await self._desk.queue(view, limit=limit)
        if view is self.view:
            self.rows_read.emit(rows, len(rows) == limit)

    async def _read_page(self, offset: int) -> None:
        view = self.view
        rows: tuple[QueueRow, ...] = await self._desk.queue(view, limit=PAGE, offset=offset)
        if view is self.view:
            self._loaded = max(self._loaded, offset + PAGE)
            self.page_read.emit(rows, len(rows) == PAGE)

    async def _read_conversation(self) -> None:
        lead = self.lead
        if lead is None:
            return
        conversation = await self._desk.conversation(lead)
        if lead != self.lead:
            return
        self._remember_oldest(lead, conversation)
        self.conversation_read.emit(conversation)
        if conversation.row.unread and self._seen:
            await self._desk.read(lead)

    def _remember_oldest(self, lead: int, conversation: Conversation, *, earlier: bool = False) -> None:
        """Where the next older page begins; the newest page read again does not move it."""
        if conversation.items and (earlier or self._oldest is None or self._oldest[0] != lead):
            self._oldest = (lead, conversation.items[0].id)
            self._has_earlier = conversation.has_earlier
        elif earlier:
            self._has_earlier = False

    async def _read_earlier(self, lead: int, before: str) -> None:
        try:
            conversation = await self._desk.conversation(lead, before=before)
        finally:
            self._earlier_under_way = False
        if lead == self.lead:
            self._remember_oldest(lead, conversation, earlier=True)
            self.earlier_read.emit(conversation)

    async def _read_evidence(self, lead: int) -> None:
        self.evidence_read.emit(lead, await self._desk.evidence(lead))

    async def _read_draft(self, lead: int) -> None:
        text = await self._desk.draft(lead)
        if text:
            self.draft_read.emit(lead, text)
