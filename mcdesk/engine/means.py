"""What every part of an engine works with: the database, the clock, the house, and who holds its leases.

Must not: know what the parts do.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from mcdesk.engine.clock import Clock
from mcdesk.engine.health import Health
from mcdesk.engine.house import House
from mcdesk.engine.patience import Patience
from mcdesk.store.database import Database
from mcdesk.store.transaction import StoreTrouble, Tx
from mcdesk.store.trouble import StoreClosed

T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Means:
    """One engine's. `house` is asked each time: a new configuration makes a new one."""

    database: Database
    clock: Clock
    health: Health
    house: Callable[[], House]
    #: Who holds this engine's leases and running jobs.
    holder: str
    patience: Patience

    async def write(self, change: Callable[[Tx], T]) -> T:
        """In a transaction, on disk when this returns."""
        return await asyncio.wrap_future(self.database.write(change))

    async def write_down(self, change: Callable[[Tx], T]) -> T:
        """What was done outside; tried again until it is written, for forgotten it would stay in doubt.

        Raises StoreClosed where this process has ended its work meanwhile: whoever comes next looks it up.
        """
        while True:
            try:
                return await self.write(change)
            except StoreClosed:
                raise
            except StoreTrouble as trouble:
                log.error(
                    "What was done waits to be written: %s", trouble, extra={"action": "done.unwritten"}
                )
            await asyncio.sleep(self.patience.disk)

    async def read(self, question: Callable[[Tx], T]) -> T:
        return await asyncio.wrap_future(self.database.read(question))
