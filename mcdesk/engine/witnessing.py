"""Once a day the ends of the chains of evidence are written down outside the database.

Must not: verify the chains (`mcdesk doctor` does).
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from mcdesk.engine.clock import Clock
from mcdesk.store import witness
from mcdesk.store.database import Database
from mcdesk.store.transaction import StoreTrouble

log = logging.getLogger(__name__)

EVERY = timedelta(days=1)
#: A start has better things to do first, and how often the clock is looked at, real seconds.
SETTLE_SECONDS = 200.0
LOOK_SECONDS = 600.0


class Witness:
    """One data folder's. `may`: whether this engine is the one that works."""

    def __init__(
        self,
        folder: Path,
        database: Database,
        clock: Clock,
        *,
        may: Callable[[], bool],
        settle_seconds: float = SETTLE_SECONDS,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._folder = folder
        self._database = database
        self._clock = clock
        self._may = may
        self._settle_seconds = settle_seconds
        self._look_seconds = look_seconds

    async def run(self) -> None:
        """For as long as the engine runs."""
        await asyncio.sleep(self._settle_seconds)
        while True:
            try:
                if self._may() and await asyncio.to_thread(self._is_due):
                    await self._write_down()
            except StoreTrouble as trouble:
                log.warning("The ends of the evidence: %s", trouble, extra={"action": "evidence.unwritten"})
            await asyncio.sleep(self._look_seconds)

    def _is_due(self) -> bool:
        now = self._clock.now()
        return all(abs(now - each.at) >= EVERY for each in witness.written(self._folder))

    async def _write_down(self) -> None:
        found = await asyncio.wrap_future(self._database.read(witness.ends))
        await asyncio.to_thread(witness.write_down, self._folder, found)
        for each in found:
            log.info(
                "The end of a chain of evidence",
                extra={"action": "evidence.end", "chain": each.chain, "row": each.row, "digest": each.digest},
            )
