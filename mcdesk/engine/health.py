"""How each connection is doing, in words, for the screen and for support.

Must not: mend anything.
"""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.sqlite import insert

from mcdesk.engine.clock import Clock
from mcdesk.ports.provider import BadLogin, Busy, ProviderError
from mcdesk.store.database import Database, Tx
from mcdesk.store.schema import connections

#: A success is written down at most this often while nothing changes.
QUIET = 5.0

_FIRST = insert(connections).on_conflict_do_nothing(index_elements=["name"])
_ROW = select(connections).where(connections.c.name == bindparam("name_"))
_OK = (
    update(connections)
    .where(connections.c.name == bindparam("name_"))
    .values(last_success_at=bindparam("now"), failing_since=None, trouble=None, needs_person=False)
)
_TROUBLE = (
    update(connections)
    .where(connections.c.name == bindparam("name_"))
    .values(failing_since=bindparam("since_"), trouble=bindparam("why_"), needs_person=bindparam("person_"))
)
_EVENT = update(connections).where(connections.c.name == bindparam("name_")).values(last_event_at=bindparam("now"))


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
        await asyncio.wrap_future(self._database.write(lambda tx: _ok(tx, name)))

    async def trouble(self, name: str, error: ProviderError) -> None:
        """It did not do what was asked."""
        if isinstance(error, Busy) or self._trouble.get(name) == error.why:
            return
        self._trouble[name] = error.why
        person = isinstance(error, BadLogin)
        await asyncio.wrap_future(self._database.write(lambda tx: _trouble(tx, name, error.why, person)))


def begin(tx: Tx, name: str) -> datetime | None:
    """Know a connection; calls and texts before its first day are history. The row's `since`."""
    tx.run(_FIRST, {"name": name, "since": tx.now})
    row = tx.first(_ROW, {"name_": name})
    assert row is not None
    since: datetime | None = row.since
    return since


def had_event(tx: Tx, name: str) -> None:
    tx.run(_EVENT, {"name_": name, "now": tx.now})


def _ok(tx: Tx, name: str) -> None:
    tx.run(_OK, {"name_": name, "now": tx.now})
    tx.touched.connections.add(name)


def _trouble(tx: Tx, name: str, why: str, person: bool) -> None:
    row = tx.first(_ROW, {"name_": name})
    since = row.failing_since if row is not None and row.failing_since else tx.now
    tx.run(_TROUBLE, {"name_": name, "since_": since, "why_": why, "person_": person})
    tx.touched.connections.add(name)


def is_stale(last: datetime | None, now: datetime, within: timedelta) -> bool:
    return last is None or now - last > within
