"""Forgets what is old enough, a little at a time: the file does not grow for ever, nor what is known.

Must not: touch what is under legal hold, or an opt-out in force. Calls, and that texts were sent, stay.
"""

import asyncio
from datetime import timedelta

from mcdesk.domain.months import months_before
from mcdesk.engine.means import Means
from mcdesk.store import evidence, feed, hooks, keeping, leases, restored
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
#: Decisions, consents and opt-outs that ended, counted from the last event: the longest limitation is five
#: years (16 CFR 310.5, 47 CFR 64.1200(d)(6)).
EVIDENCE_MONTHS = 60
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
        for forget in (self._forget_requests, self._forget_evidence, self._empty_bodies):
            is_more = await forget()
            while is_more:
                await asyncio.sleep(REST_SECONDS)
                is_more = await forget()

    async def _forget_requests(self) -> bool:
        return await self._means.write(self._forget_some)

    async def _forget_evidence(self) -> bool:
        return await self._means.write(self._forget_old_evidence)

    async def _empty_bodies(self) -> bool:
        """Whether there may be more. Looked for on a reader: there is no short way to what is old."""
        months = self._means.house().office.keep_messages
        before = months_before(self._means.clock.now(), months)
        found = await self._means.read(lambda tx: keeping.old_bodies(tx, before=before, most=PIECE))
        return bool(found) and await self._means.write(lambda tx: self._empty(tx, found))

    def _empty(self, tx: Tx, found: list[tuple[int, int | None]]) -> bool:
        return self._is_ours(tx) and bool(keeping.empty_bodies(tx, found))

    def _forget_some(self, tx: Tx) -> bool:
        """Whether there may be more."""
        if not self._is_ours(tx):
            return False
        restored.forget_settled(tx)
        counts = (
            hooks.forget(tx, done_before=tx.now - HOOKS_KEPT, odd_before=tx.now - ODD_HOOKS_KEPT, most=PIECE),
            feed.prune(tx, tx.now - FEED_KEPT, most=PIECE),
        )
        return any(counts)

    def _forget_old_evidence(self, tx: Tx) -> bool:
        if not self._is_ours(tx):
            return False
        before = months_before(tx.now, EVIDENCE_MONTHS)
        counts = [keeping.forget_ended_opt_outs(tx, before=before)]
        for chain in (evidence.DECISIONS, evidence.CONSENTS):
            counts.append(keeping.forget_evidence(tx, chain, before=before, most=PIECE))
        return any(counts)

    def _is_ours(self, tx: Tx) -> bool:
        return leases.hold(tx, LEASE, holder=self._means.holder, lasts=LEASE_LASTS) is not None
