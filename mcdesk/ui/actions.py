"""What people do, as verbs of the desk; the answer is said in the foot or beside the reply box.

Must not: draw, or decide what is allowed.
"""

from collections.abc import Awaitable, Collection

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from mcdesk.domain.leads import Disposition
from mcdesk.domain.queue import CallBack, Done, QueueRow
from mcdesk.ui.conversation.tabs import Mode
from mcdesk.ui.desk import DeskVerbs
from mcdesk.ui.door import Door


class Actions(QObject):
    """One method per thing a person can do."""

    #: A text or note was taken: lead, mode, what was written.
    written = Signal(int, Mode, str)
    #: It was not: lead and why.
    not_written = Signal(int, str)
    #: lead, text, and the question that sending it again answers with yes.
    asked = Signal(int, str, str)
    #: The desk has answered either way.
    settled = Signal()
    #: An address the system should open (``tel:`` or a web page).
    address_opened = Signal(str)
    #: The caller of the lead was blocked.
    blocked = Signal(int)
    #: The lead was closed.
    closed = Signal(int)

    def __init__(self, desk: DeskVerbs, door: Door) -> None:
        super().__init__()
        self._desk = desk
        self._door = door

    def write(
        self, lead: int, mode: Mode, text: str, *, last_seen: str | None, confirmed: bool = False
    ) -> None:
        self._door.run(self._write(lead, mode, text, last_seen=last_seen, confirmed=confirmed))

    def toggle_claim(self, row: QueueRow) -> None:
        mine = row.owner == self._desk.person
        self._answer(self._desk.release(row.lead) if mine else self._desk.claim(row.lead))

    def close_lead(self, lead: int, disposition: Disposition, *, reason: str = "") -> None:
        self._door.run(self._close(lead, disposition, reason=reason))

    def reopen(self, lead: int) -> None:
        self._answer(self._desk.reopen(lead))

    def push_to_crm(self, lead: int) -> None:
        self._answer(self._desk.push_to_crm(lead))

    def rename(self, lead: int, name: str) -> None:
        self._answer(self._desk.rename(lead, name))

    def settle_check(self, lead: int, *, arrived: bool) -> None:
        self._answer(self._desk.settle_check(lead, arrived=arrived))

    def asked_to_stop(self, lead: int, said: str, *, channel: str) -> None:
        self._answer(self._desk.asked_to_stop(lead, words=said, channel=channel))

    def keep_texting(self, lead: int) -> None:
        self._answer(self._desk.keep_texting(lead))

    def block(self, lead: int, why: str) -> None:
        self._door.run(self._block(lead, why))

    def unblock(self, lead: int) -> None:
        self._answer(self._desk.unblock_caller(lead))

    def call_back(self, lead: int) -> None:
        self._door.run(self._call_back(lead))

    def save_draft(self, lead: int, text: str) -> None:
        self._door.run(self._desk_draft(lead, text))

    def dismiss(self, alerts: Collection[int]) -> None:
        self._door.run(self._dismiss(tuple(alerts)))

    def check_connection(self, name: str) -> None:
        self._answer(self._desk.check_connection(name))

    def sign_in(self, name: str) -> None:
        self._answer(self._desk.sign_in(name))

    def open_address(self, address: str) -> None:
        self.address_opened.emit(address)
        QDesktopServices.openUrl(QUrl(address))

    def _answer(self, verb: Awaitable[Done]) -> None:
        self._door.run(self._answered(verb))

    async def _answered(self, verb: Awaitable[Done]) -> None:
        self._door.answer(await verb)

    async def _write(
        self, lead: int, mode: Mode, text: str, *, last_seen: str | None, confirmed: bool
    ) -> None:
        try:
            if mode is Mode.NOTE:
                done = await self._desk.note(lead, text)
            else:
                done = await self._desk.reply(lead, text, last_seen=last_seen, confirmed=confirmed)
        finally:
            self.settled.emit()
        if done.confirm:
            self.asked.emit(lead, text, done.sentence)
            return
        if not done.ok:
            self.not_written.emit(lead, done.sentence)
            return
        self.written.emit(lead, mode, text)
        self._door.answer(done)
        if mode is Mode.TEXT:
            await self._desk.save_draft(lead, "")

    async def _close(self, lead: int, disposition: Disposition, *, reason: str) -> None:
        if self._door.answer(await self._desk.close(lead, disposition, reason=reason)):
            self.closed.emit(lead)

    async def _block(self, lead: int, why: str) -> None:
        if self._door.answer(await self._desk.block_caller(lead, why=why)):
            self.blocked.emit(lead)

    async def _call_back(self, lead: int) -> None:
        answer = await self._desk.call_back(lead)
        if isinstance(answer, CallBack):
            self._door.answer(Done(True, answer.sentence))
            if answer.tel:
                self.open_address(answer.tel)
            return
        self._door.answer(answer)

    async def _desk_draft(self, lead: int, text: str) -> None:
        await self._desk.save_draft(lead, text)

    async def _dismiss(self, alerts: tuple[int, ...]) -> None:
        if alerts:
            await self._desk.dismiss(alerts)
