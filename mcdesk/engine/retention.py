"""Forgets what arrived and is long understood, a little at a time: the database does not grow for ever.

Must not: touch evidence: calls, messages, decisions and attempts stay.
"""

import asyncio
from datetime import timedelta

from mcdesk.engine.means import Means
from mcdesk.store import feed, hooks, leases, restored
from mcdesk.store.transaction import Tx

#: A request as it arrived is kept to run it again after a mistake of ours is found. One sent again after this
#: time says nothing new: its call or text is known by the provider's id for it, which is never forgotten.
HOOKS_KEPT = timedelta(days=30)
#: What was not understood, or failed, may still be asked about.
ODD_HOOKS_KEPT = timedelta(days=90)
#: Hints for other processes.
FEED_KEPT = timedelta(days=1)
#: Rows in one transaction, so that no hook waits long behind it; the rest between two of them, and the pause
#: until the next round, in seconds.
PIECE = 200
REST_SECONDS = 0.1
ROUND_SECONDS = 3600.0
#: Nothing is tidied while the start has more to do.
FIRST_SECONDS = 60.0
#: Of several engines on one database, one does it.
LEASE = "retention"
LEASE_LASTS = timedelta(minutes=10)


class Retention:
    """One engine's share in it."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def run(self) -> None:
        """For as long as the engine runs."""
        await asyncio.sleep(FIRST_SECONDS)
        while True:
            await self.tidy()
            await asyncio.sleep(ROUND_SECONDS)

    async def tidy(self) -> None:
        """Everything that is old enough, piece by piece."""
        while True:
            if not await self._means.write(self._forget_some):
                return
            await asyncio.sleep(REST_SECONDS)

    def _forget_some(self, tx: Tx) -> bool:
        """Whether there may be more."""
        if leases.hold(tx, LEASE, holder=self._means.holder, lasts=LEASE_LASTS) is None:
            return False
        restored.forget_settled(tx)
        counts = (
            hooks.forget(tx, done_before=tx.now - HOOKS_KEPT, odd_before=tx.now - ODD_HOOKS_KEPT, most=PIECE),
            feed.prune(tx, tx.now - FEED_KEPT, most=PIECE),
        )
        return any(counts)
