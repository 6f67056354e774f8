"""Notes until when a connection's hooks could reach us: what is blind afterwards begins no earlier.

Must not: decide what was blind (`engine/blindness` does).
"""

import asyncio

from mcdesk.engine.blindness import Blindness
from mcdesk.engine.catching_up import CatchingUp
from mcdesk.engine.clock import Clock
from mcdesk.engine.connections import Live
from mcdesk.ports.hooks import Hooked
from mcdesk.store import health
from mcdesk.store.database import Database

#: Seconds between two notes. A log that is read as often says as much.
EVERY = 20.0


class Wakefulness:
    """One connection's, beside the reading of its logs."""

    def __init__(
        self,
        live: Live,
        database: Database,
        clock: Clock,
        *,
        catching_up: CatchingUp,
        blindness: Blindness,
    ) -> None:
        self._live = live
        self._database = database
        self._clock = clock
        self._catching_up = catching_up
        self._blindness = blindness

    async def run(self) -> None:
        """Note it now and then, where that is news."""
        while self._takes_hooks and not 0 < self._live.connection.poll_seconds <= EVERY:
            await asyncio.sleep(EVERY / self._clock.speed)
            await self.note()

    async def note(self) -> None:
        """Hooks reach us until now, unless something may have been missed since its logs were read."""
        # A gap in time is noticed first.
        self._catching_up.times(self._live.name)
        if self._takes_hooks and not self._blindness.is_open:
            now, name = self._clock.now(), self._live.name
            await asyncio.wrap_future(self._database.write(lambda tx: health.awake(tx, name, now)))

    @property
    def _takes_hooks(self) -> bool:
        provider = self._live.provider
        return isinstance(provider, Hooked) and provider.setup.hook_url is not None
