"""Blind periods: when a connection's events did not reach us.

Must not: find them out (`inbound/poller` does).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, insert, select

from mcdesk.store.schema import blind_periods
from mcdesk.store.transaction import Tx

_NEW = insert(blind_periods)
_SINCE = (
    select(
        blind_periods.c.connection,
        blind_periods.c.began_at,
        blind_periods.c.ended_at,
        blind_periods.c.why,
        blind_periods.c.calls,
        blind_periods.c.too_late,
    )
    .where(blind_periods.c.ended_at > bindparam("since"))
    .order_by(blind_periods.c.ended_at.desc(), blind_periods.c.id.desc())
    .limit(20)
)


@dataclass(frozen=True, slots=True)
class BlindRow:
    """One of them."""

    connection: str
    began_at: datetime
    ended_at: datetime
    why: str
    #: Unanswered calls found in the log afterwards, and those of them that were too old for a text.
    calls: int
    too_late: int


def write(tx: Tx, period: BlindRow) -> None:
    """Keep it, and tell the screens."""
    tx.insert(
        _NEW,
        {
            "connection": period.connection, "began_at": period.began_at, "ended_at": period.ended_at,
            "why": period.why, "calls": period.calls, "too_late": period.too_late,
        },
    )  # fmt: skip
    tx.touched.connections.add(period.connection)


def since(tx: Tx, at: datetime) -> list[BlindRow]:
    """Those that ended after an instant, newest first, twenty at most."""
    return [BlindRow(*row) for row in tx.all(_SINCE, {"since": at})]
