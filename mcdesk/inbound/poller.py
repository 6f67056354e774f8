"""Reads the call and message logs of a connection, as the only source or as the safety net under its hooks.

Must not: interpret what it reads (`engine/inbox` takes it).
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from mcdesk.domain.events import Event
from mcdesk.engine.clock import Clock
from mcdesk.engine.connections import Live
from mcdesk.engine.health import Health
from mcdesk.engine.inbox import Inbox
from mcdesk.ports.phone import Phone
from mcdesk.ports.provider import ProviderError
from mcdesk.ports.texts import Texts
from mcdesk.store import health
from mcdesk.store.database import Database

log = logging.getLogger(__name__)

#: After trouble the next read waits at most this long, seconds.
LONGEST_PAUSE = 60.0
#: Events taken in one transaction.
PIECE = 20


class Poller:
    """One connection's logs."""

    def __init__(self, live: Live, inbox: Inbox, database: Database, clock: Clock, health: Health) -> None:
        self._live = live
        self._inbox = inbox
        self._database = database
        self._clock = clock
        self._health = health
        self._failures = 0
        self.now = asyncio.Event()

    async def run(self) -> None:
        """Read every `poll_seconds`, and at once when `now` is set."""
        while True:
            await self.read_once()
            pause = timedelta(seconds=self._live.connection.poll_seconds)
            if self._failures:
                pause = self._clock.real(min(2.0**self._failures, LONGEST_PAUSE))
            try:
                async with asyncio.timeout(pause.total_seconds() / self._clock.speed):
                    await self.now.wait()
            except TimeoutError:
                pass
            self.now.clear()

    async def read_once(self) -> bool:
        """Texts first, so that an opt-out is known before anything else is; whether it worked."""
        try:
            await self._read()
        except ProviderError as error:
            self._failures += 1
            log.warning(
                "A log could not be read",
                extra={"action": "poll.failed", "connection": self._live.name, "kind": type(error).__name__},
            )
            await self._health.trouble(self._live.name, error)
            return False
        self._failures = 0
        await self._health.ok(self._live.name)
        return True

    async def _read(self) -> None:
        provider, name = self._live.provider, self._live.name
        calls_cursor, texts_cursor = await asyncio.wrap_future(
            self._database.read(lambda tx: health.cursors(tx, name))
        )
        now = self._clock.wall()
        if isinstance(provider, Texts):
            texts = await provider.texts_since(texts_cursor, now=now)
            await self._take(texts.events, texts_cursor=texts.cursor)
        if isinstance(provider, Phone):
            calls = await provider.calls_since(calls_cursor, now=now)
            await self._take(calls.events, calls_cursor=calls.cursor)

    async def _take(
        self, events: Sequence[Event], *, calls_cursor: str | None = None, texts_cursor: str | None = None
    ) -> None:
        """What was read, and after it how far."""

        news = await asyncio.wrap_future(
            self._database.read(lambda tx: self._inbox.news(tx, self._live, events))
        )
        # In small pieces, so that no hook waits long behind them; the cursor moves when all are in.
        for start in range(0, len(news), PIECE):
            piece = news[start : start + PIECE]
            await asyncio.wrap_future(
                self._database.write(partial(self._inbox.take, live=self._live, events=piece))
            )
        await asyncio.wrap_future(
            self._database.write(
                lambda tx: health.move_cursors(tx, self._live.name, calls=calls_cursor, texts=texts_cursor)
            )
        )
