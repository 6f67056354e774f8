"""The right to renew a connection's sign-in: one holder at a time, over all engines.

Must not: know what is renewed, or wait for anything.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from mcdesk.store.database import Database
from mcdesk.store.schema import leases
from mcdesk.store.transaction import Tx

#: Until then lasts what was given back.
_GIVEN_BACK = datetime.fromtimestamp(0, UTC)


class RefreshLease:
    """One try to hold it. Methods block: call them off the loop. `now` is real time, never a rehearsal's."""

    def __init__(
        self,
        database: Database,
        connection: str,
        holder: str,
        *,
        lasts: timedelta,
        now: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._name = f"refresh:{connection}"
        self._holder = holder
        self._lasts = lasts
        self._now = now

    def take(self) -> bool:
        """Hold it where nobody does; whether we do now."""
        try:
            return self._database.write(self._take).result()
        except IntegrityError:
            return False  # another engine's first row came between our look and ours

    def keep(self) -> bool:
        """Hold it for the whole length again; False where it was given back, or another took it since."""
        mine = update(leases).where(
            leases.c.name == self._name, leases.c.holder == self._holder, leases.c.until > _GIVEN_BACK
        )
        return self._database.write(
            lambda tx: tx.run(mine.values(until=self._until(tx))).rowcount > 0
        ).result()

    def give_back(self) -> None:
        mine = update(leases).where(leases.c.name == self._name, leases.c.holder == self._holder)
        self._database.write(lambda tx: tx.run(mine.values(until=_GIVEN_BACK)).rowcount).result()

    def _take(self, tx: Tx) -> bool:
        held = {"holder": self._holder, "until": self._until(tx)}
        free = update(leases).where(leases.c.name == self._name, leases.c.until <= self._shared_now(tx))
        if tx.run(free.values(fence=leases.c.fence + 1, **held)).rowcount:
            return True
        if tx.first(select(leases.c.name).where(leases.c.name == self._name)) is not None:
            return False
        tx.run(insert(leases).values(name=self._name, fence=1, **held))
        return True

    def _shared_now(self, tx: Tx) -> datetime:
        """By the clock the office shares, as all leases."""
        return self._now() + (tx.lease_now - tx.now)

    def _until(self, tx: Tx) -> datetime:
        return self._shared_now(tx) + self._lasts
