"""Which of the engines on one file polls, sends and writes; the others stand by until it is gone.

Must not: start or stop the work (`app` does).
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from mcdesk.engine import holders
from mcdesk.engine.means import Means
from mcdesk.store import leases
from mcdesk.store.transaction import Tx

log = logging.getLogger(__name__)


class Turn:
    """One engine's. `alone` False: its database lets many engines work side by side.

    `look` notices a gap in time, and calls `give_time` then.
    """

    def __init__(self, means: Means, *, alone: bool, look: Callable[[], None]) -> None:
        self._means = means
        self._alone = alone
        self._look = look

    async def begin(self) -> None:
        """What engines left behind that surely are no more can be taken over at once; the others have time to
        renew, for this PC may just have woken up."""
        await self._means.write(self.give_time)
        await self._means.write(self._bury)

    def give_time(self, tx: Tx) -> None:
        """After a gap on this PC, leases that ran out meanwhile say nothing about their holders."""
        if not self._alone:
            return
        lasts = self._means.clock.real(self._means.patience.lease)
        for holder, until in leases.engines(tx).items():
            if until <= tx.lease_now and not holders.is_surely_gone(holder):
                leases.give_time(tx, holder, lasts=lasts)

    async def is_ours(self) -> bool:
        """Take the turn or keep it; False while another engine at work lives."""
        if not self._alone:
            return True
        self._look()
        looked_at = self._means.clock.wall()
        worker = await self._means.read(leases.worker)
        if worker == self._means.holder:
            return True
        if worker is not None and not holders.is_surely_gone(worker):
            return False
        return await self._means.write(partial(self._take, looked_at))

    def _take(self, looked_at: datetime, tx: Tx) -> bool:
        lease = timedelta(seconds=self._means.patience.lease)
        if self._means.clock.wall() - looked_at > lease / 2:
            # A gap since we looked: the leases say nothing.
            return False
        self._bury(tx)
        return leases.hold_for_life(tx, leases.AT_WORK, holder=self._means.holder) is not None

    def _bury(self, tx: Tx) -> None:
        for holder, until in leases.engines(tx).items():
            if holder != self._means.holder and (until <= tx.lease_now or holders.is_surely_gone(holder)):
                leases.bury(tx, holder)


def who_works(tx: Tx, holder: str) -> str | None:
    """A sentence about the engine at work while the one of `holder` stands by."""
    worker = leases.worker(tx)
    if worker is None or worker == holder:
        return None
    return (
        f"Another mcdesk ({holders.in_words(worker)}) texts callers back. "
        "This one stands by, and takes over when that one ends."
    )
