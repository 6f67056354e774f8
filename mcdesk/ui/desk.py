"""What the window asks of the engine: verbs and questions, all awaited on the window's own loop.

Must not: import the engine's working parts; `engine.desk.Desk` has this shape.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from mcdesk.domain.leads import Disposition
from mcdesk.domain.queue import Alert, CallBack, Conversation, Done, Overview, QueueRow, View
from mcdesk.engine.changes import Feed
from mcdesk.engine.silence import Silence


class CannotOpen(Exception):
    """The office cannot be opened as it is. The message is for people and names the next step."""


class DeskVerbs(Protocol):
    """Everything a person at the desk can ask for. Verbs answer with `Done` and never raise for a rule."""

    @property
    def feed(self) -> Feed: ...

    @property
    def person(self) -> str:
        """Who sits here."""

    @property
    def timezone(self) -> ZoneInfo:
        """The office's."""

    def silence(self) -> Silence | None:
        """What is wrong with the engine of this process; answered at once, without asking the engine."""

    def now(self) -> datetime:
        """Aware UTC; may run fast in a rehearsal."""

    async def overview(self) -> Overview: ...

    async def queue(self, view: View, *, limit: int = 300, offset: int = 0) -> tuple[QueueRow, ...]: ...

    async def rows(self, leads: frozenset[int]) -> tuple[QueueRow, ...]: ...

    async def conversation(
        self, lead: int, *, before: str | None = None, limit: int = 100
    ) -> Conversation: ...

    async def evidence(self, lead: int) -> dict[str, list[dict[str, object]]]:
        """Every decision of the gate with its reason, and what was allowed and withdrawn."""

    async def reply(
        self, lead: int, body: str, *, last_seen: str | None, confirmed: bool = False
    ) -> Done: ...

    async def note(self, lead: int, body: str) -> Done: ...

    async def claim(self, lead: int) -> Done: ...

    async def release(self, lead: int) -> Done: ...

    async def close(self, lead: int, disposition: Disposition, *, reason: str = "") -> Done: ...

    async def reopen(self, lead: int) -> Done: ...

    async def call_back(self, lead: int) -> CallBack | Done: ...

    async def push_to_crm(self, lead: int) -> Done: ...

    async def rename(self, lead: int, name: str) -> Done: ...

    async def read(self, lead: int) -> None: ...

    async def settle_check(self, lead: int, *, arrived: bool) -> Done: ...

    async def asked_to_stop(self, lead: int, *, words: str, channel: str) -> Done: ...

    async def keep_texting(self, lead: int) -> Done: ...

    async def block_caller(self, lead: int, *, why: str = "") -> Done: ...

    async def unblock_caller(self, lead: int) -> Done: ...

    async def alerts(self, *, unread_only: bool = True) -> tuple[Alert, ...]: ...

    async def dismiss(self, alert_ids: Collection[int]) -> None: ...

    async def save_draft(self, lead: int, text: str) -> None: ...

    async def draft(self, lead: int) -> str: ...

    async def check_connection(self, name: str) -> Done: ...

    async def sign_in(self, name: str) -> Done: ...
