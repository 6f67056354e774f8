"""Which engine of an office reads a connection's logs: one, for as long as it lives.

Must not: read them (`poller` does).
"""

import asyncio

from mcdesk.store import leases
from mcdesk.store.database import Database
from mcdesk.store.transaction import Tx


class ReadingTurn:
    """One engine's."""

    def __init__(self, database: Database, connection: str, *, holder: str) -> None:
        self._database = database
        self._lease = f"poll:{connection}"
        self._holder = holder
        self._fence: int | None = None

    async def is_ours(self) -> bool:
        """Take the turn or keep it; False while another living engine has it."""
        reader = await asyncio.wrap_future(
            self._database.read(lambda tx: leases.living_holder(tx, self._lease))
        )
        if reader is not None and reader != self._holder:
            self._fence = None
            return False
        self._fence = await asyncio.wrap_future(
            self._database.write(lambda tx: leases.hold_for_life(tx, self._lease, holder=self._holder))
        )
        return self._fence is not None

    def still(self, tx: Tx) -> bool:
        """Whether what was read since `is_ours` may be written as read: nobody took the turn meanwhile."""
        return self._fence is not None and leases.still(
            tx, self._lease, holder=self._holder, fence=self._fence
        )
