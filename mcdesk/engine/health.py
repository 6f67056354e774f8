"""How each connection is doing, in words, for the screen and for support.

Must not: mend anything.
"""

import asyncio
import logging
from collections.abc import Callable

from mcdesk.engine.clock import Clock
from mcdesk.ports.provider import BadLogin, Busy, ProviderError
from mcdesk.store import health
from mcdesk.store.database import Database
from mcdesk.store.transaction import StoreTrouble, Tx

log = logging.getLogger(__name__)

#: A success is written down at most this often while nothing changes.
QUIET = 5.0


class Health:
    """Writes down successes and troubles of connections."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._written: dict[str, float] = {}
        self._trouble: dict[str, str] = {}

    async def ok(self, name: str) -> None:
        """It answered. Written at once after trouble, else now and then."""
        ticks = self._clock.ticks()
        if name not in self._trouble and ticks - self._written.get(name, -QUIET) < QUIET:
            return
        self._written[name] = ticks
        self._trouble.pop(name, None)
        await self._write(name, lambda tx: health.ok(tx, name))

    async def trouble(self, name: str, error: ProviderError, *, next_try: float | None = None) -> None:
        """It did not do what was asked; it is tried again in `next_try` real seconds."""
        ticks = self._clock.ticks()
        known = self._trouble.get(name) == error.why
        if isinstance(error, Busy) or (known and ticks - self._written.get(name, -QUIET) < QUIET):
            return
        self._trouble[name] = error.why
        self._written[name] = ticks
        person = isinstance(error, BadLogin)

        def work(tx: Tx) -> None:
            due = tx.now + self._clock.real(next_try) if next_try is not None else None
            health.trouble(tx, name, why=error.why, needs_person=person, next_try_at=due)

        await self._write(name, work)

    async def _write(self, name: str, change: Callable[[Tx], None]) -> None:
        """A disk that refuses this refuses more important things, which tell of it."""
        try:
            await asyncio.wrap_future(self._database.write(change))
        except StoreTrouble as trouble:
            log.info(
                "How a connection is doing is not written: %s", trouble, extra={"action": "health.unwritten"}
            )
            self._written.pop(name, None)
