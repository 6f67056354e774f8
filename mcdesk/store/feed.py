"""What other processes on this database changed: a hint to look again.

Must not: carry anything that must happen.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, func, select

from mcdesk.store.schema import feed
from mcdesk.store.transaction import Touched, Tx

_NEWEST = select(func.coalesce(func.max(feed.c.id), 0))
_SINCE = (
    select(feed.c.id, feed.c.writer, feed.c.ref).where(feed.c.id > bindparam("after")).order_by(feed.c.id)
)
#: Rows are numbered in the order of their times: only the first ones need a look.
_FIRST = select(feed.c.id, feed.c.at).order_by(feed.c.id).limit(bindparam("most")).subquery()
_PRUNE = delete(feed).where(feed.c.id.in_(select(_FIRST.c.id).where(_FIRST.c.at < bindparam("before"))))


@dataclass(frozen=True, slots=True)
class News:
    """What others wrote since; None where it was only ourselves."""

    newest: int
    touched: Touched | None


def newest(tx: Tx) -> int:
    return int(tx.value(_NEWEST) or 0)


def since(tx: Tx, after: int, *, but: str) -> News:
    """Everything after a row, except what `but` wrote."""
    last, touched = after, None
    for row in tx.all(_SINCE, {"after": after}):
        last = row.id
        if row.writer != but:
            touched = touched or Touched()
            touched.merge(Touched.read(row.ref))
    return News(last, touched)


def prune(tx: Tx, before: datetime, *, most: int) -> int:
    """Forget old hints, the oldest first. How many."""
    return tx.run(_PRUNE, {"before": before, "most": most}).rowcount
