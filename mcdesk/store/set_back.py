"""The clock was ahead and was set back: what was dated by the wrong time is dated that much earlier.

Must not: notice it (`engine/pulse` does).
"""

from datetime import timedelta

from sqlalchemy import BigInteger, Column, Table, Update, bindparam, type_coerce, update

from mcdesk.store import jobs
from mcdesk.store.schema import (
    calls,
    connections,
    contacts,
    enrollments,
    happenings,
    hooks,
    leads,
    messages,
    notes,
    suppressions,
    troubles,
)
from mcdesk.store.transaction import Tx
from mcdesk.store.types import Instant

#: Times that something is counted from, or sorted by.
_DATED: dict[Table, tuple[str, ...]] = {
    calls: ("at", "ended_at"),
    connections: ("since", "read_at", "awake_at", "newest_at"),
    contacts: ("machine_since",),
    enrollments: ("call_at",),
    happenings: ("at",),
    hooks: ("at",),
    leads: ("opened_at", "last_at"),
    messages: ("at",),
    notes: ("at",),
    suppressions: ("at",),
    troubles: ("since", "at", "next_try_at"),
}
_MICROSECOND = timedelta(microseconds=1)


def _earlier(table: Table, column: Column[object]) -> Update:
    """Only what lies in the future can have been dated by the wrong time for sure."""
    return (
        update(table)
        .where(column > bindparam("now", type_=Instant))
        .values({column: type_coerce(column, BigInteger) - bindparam("by_", type_=BigInteger)})
    )


_EARLIER = tuple(_earlier(table, table.c[name]) for table, names in _DATED.items() for name in names)


def move_back(tx: Tx, by: timedelta) -> None:
    """Everything dated ahead of now, and the work owed at wrong times."""
    jobs.move_back(tx, by)
    for statement in _EARLIER:
        tx.run(statement, {"now": tx.now, "by_": by // _MICROSECOND})
