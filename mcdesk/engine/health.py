"""How each connection is doing, in words, for the screen and for support.

Must not: mend anything.
"""

import asyncio

from mcdesk.engine.clock import Clock
from mcdesk.ports.provider import BadLogin, Busy, ProviderError
from mcdesk.store import health
from mcdesk.store.database import Database

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
        await asyncio.wrap_future(self._database.write(lambda tx: health.ok(tx, name)))

    async def trouble(self, name: str, error: ProviderError) -> None:
        """It did not do what was asked."""
        if isinstance(error, Busy) or self._trouble.get(name) == error.why:
            return
        self._trouble[name] = error.why
        person = isinstance(error, BadLogin)
        await asyncio.wrap_future(
            self._database.write(lambda tx: health.trouble(tx, name, why=error.why, needs_person=person))
        )
