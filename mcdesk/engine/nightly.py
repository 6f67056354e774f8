"""The nightly copy of the database: when it is due, and who is told when it fails.

Must not: make the copy (`store/copies` does).
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path

from mcdesk.engine.clock import Clock
from mcdesk.engine.house import House
from mcdesk.store import copies, talk
from mcdesk.store.database import Database
from mcdesk.store.transaction import StoreTrouble, Tx

log = logging.getLogger(__name__)

#: In the office's time: after the last of the evening, before the first of the morning, and every day has it
#: only once also where clocks are set back.
NIGHT = time(3, 30)
#: A start has better things to do first, real seconds.
SETTLE_SECONDS = 180.0
#: How often the clock is looked at, and how long a failed copy waits, real seconds.
LOOK_SECONDS = 60.0
AGAIN_SECONDS = 3600.0


class Nightly:
    """One database file's copies. `may`: whether this engine is the one that makes them."""

    def __init__(
        self,
        file: Path,
        database: Database,
        clock: Clock,
        *,
        house: Callable[[], House],
        may: Callable[[], bool],
        settle_seconds: float = SETTLE_SECONDS,
        look_seconds: float = LOOK_SECONDS,
        again_seconds: float = AGAIN_SECONDS,
    ) -> None:
        self._file = file
        self._database = database
        self._clock = clock
        self._house = house
        self._may = may
        self._settle_seconds = settle_seconds
        self._look_seconds = look_seconds
        self._again_seconds = again_seconds
        self._is_failing = False

    async def run(self) -> None:
        """For as long as the engine runs."""
        await asyncio.sleep(self._settle_seconds)
        while True:
            pause = self._look_seconds
            if self._may() and self._is_due() and not await self._make():
                pause = self._again_seconds
            await asyncio.sleep(pause)

    def _is_due(self) -> bool:
        now = self._now()
        kept = copies.all_copies(self._file.parent, now=now)
        # one of a night that has not come yet, by a clock since set right, stands for none
        return all(copy.is_ahead or copy.at < last_night(now) for copy in kept)

    def _now(self) -> datetime:
        return self._clock.now().astimezone(self._house().office.zone)

    async def _make(self) -> bool:
        now, given_up = self._now(), threading.Event()
        making = asyncio.create_task(asyncio.to_thread(self._keep, now, given_up))
        try:
            made = await asyncio.shield(making)
        except asyncio.CancelledError:
            # the engine ends: what was begun is given up, and over before anything is closed
            given_up.set()
            await asyncio.wait([making])
            log.info("The copy under way: %s", making.exception() or "made", extra={"action": "copy.ended"})
            raise
        except StoreTrouble as trouble:
            await self._failed(str(trouble))
            return False
        self._is_failing = False
        log.info("The nightly copy was made", extra={"action": "copy.made", "file": str(made)})
        return True

    def _keep(self, now: datetime, given_up: threading.Event) -> Path:
        return copies.keep_nightly(self._file, night=now.date(), at=now, given_up=given_up)

    async def _failed(self, why: str) -> None:
        log.error("The nightly copy failed: %s", why, extra={"action": "copy.failed"})
        if self._is_failing:
            return
        self._is_failing = True

        def tell(tx: Tx) -> None:
            talk.alert(tx, kind="copy", title="The nightly backup failed", text=f"{why} It is tried hourly.")

        try:
            await asyncio.wrap_future(self._database.write(tell))
        except StoreTrouble as trouble:
            # the disk that has no room for a copy may have none for this
            log.error("Nobody could be told: %s", trouble, extra={"action": "copy.untold"})
            self._is_failing = False


def last_night(local: datetime) -> datetime:
    """The latest time a copy was due, at or before an office-local time."""
    tonight = datetime.combine(local.date(), NIGHT, tzinfo=local.tzinfo)
    if tonight <= local:
        return tonight
    return datetime.combine(local.date() - timedelta(days=1), NIGHT, tzinfo=local.tzinfo)
