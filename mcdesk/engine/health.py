"""How each connection is doing, in words, for the screen and for support.

Must not: mend anything.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from mcdesk.engine.clock import Clock
from mcdesk.ports.provider import BadLogin, Busy, ProviderError
from mcdesk.store import health
from mcdesk.store.database import Database
from mcdesk.store.transaction import StoreTrouble, Tx

log = logging.getLogger(__name__)

#: A success is written down at most this often while nothing changes.
QUIET = 5.0
#: Being asked to wait is usual. It is trouble when it lasts longer than this (seconds).
LONG_BUSY = 10.0


class Purpose(StrEnum):
    """What a connection is asked for: it may do one thing and refuse another."""

    READING = "reading"
    SENDING = "sending"
    LOOKING_UP = "looking up"
    VOICEMAIL = "voicemail"
    WRITING = "writing"
    #: Somebody tries it out. Any success ends trouble with that.
    TRYING = ""


@dataclass(frozen=True, slots=True)
class _Busy:
    """A connection asks us to wait; in the clock's ticks."""

    since: float
    #: Who was not asked to wait again until then is no longer busy.
    until: float


class Health:
    """Writes down successes and troubles of connections, each purpose by itself."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._began = clock.now()
        self._written: dict[tuple[str, Purpose], float] = {}
        self._trouble: dict[tuple[str, Purpose], str] = {}
        self._busy: dict[tuple[str, Purpose], _Busy] = {}

    async def ok(self, name: str, purpose: Purpose) -> None:
        """It did what it was asked for. Written at once after trouble with that, else now and then."""
        key, ticks = (name, purpose), self._clock.ticks()
        self._busy.pop(key, None)
        if key not in self._trouble and ticks - self._written.get(key, -QUIET) < QUIET:
            return
        self._written[key] = ticks
        self._trouble.pop(key, None)
        await self._write(key, lambda tx: health.ok(tx, name, purpose, began=self._began))

    async def mended(self, name: str) -> None:
        """Somebody tried it, or signed in: what it refused before is over, whatever that was for."""
        self._forget(name)
        await self._write((name, Purpose.TRYING), lambda tx: health.mended(tx, name))

    async def forget(self, name: str) -> None:
        """It is set up otherwise: old troubles say nothing any more."""
        self._forget(name)
        await self._write((name, Purpose.TRYING), lambda tx: health.forget_troubles(tx, name))

    async def trouble(
        self, name: str, error: ProviderError, *, purpose: Purpose, next_try: float | None = None
    ) -> None:
        """It did not do what was asked; it is tried again in `next_try` real seconds."""
        key, ticks = (name, purpose), self._clock.ticks()
        if isinstance(error, Busy) and not self._is_busy_for_long(key, next_try or error.seconds or 0.0):
            return
        if self._trouble.get(key) == error.why and ticks - self._written.get(key, -QUIET) < QUIET:
            return
        self._trouble[key] = error.why
        self._written[key] = ticks
        person = isinstance(error, BadLogin)

        def work(tx: Tx) -> None:
            due = tx.now + self._clock.real(next_try) if next_try is not None else None
            health.trouble(tx, name, purpose=purpose, why=error.why, needs_person=person, next_try_at=due)

        await self._write(key, work)

    def _is_busy_for_long(self, key: tuple[str, Purpose], rest: float) -> bool:
        """Whether it has been busy, or will be, for so long that people should know."""
        ticks = self._clock.ticks()
        busy = self._busy.get(key)
        since = busy.since if busy is not None and ticks <= busy.until else ticks
        self._busy[key] = _Busy(since, until=ticks + rest + LONG_BUSY)
        return ticks + rest - since >= LONG_BUSY

    def _forget(self, name: str) -> None:
        for kept in (self._trouble, self._written, self._busy):
            for key in [key for key in kept if key[0] == name]:
                del kept[key]

    async def _write(self, key: tuple[str, Purpose], change: Callable[[Tx], None]) -> None:
        """A disk that refuses this refuses more important things, which tell of it."""
        try:
            await asyncio.wrap_future(self._database.write(change))
        except StoreTrouble as trouble:
            log.info(
                "How a connection is doing is not written: %s", trouble, extra={"action": "health.unwritten"}
            )
            self._written.pop(key, None)
