"""How each connection is doing, as rows.

Must not: judge it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, and_, bindparam, case, delete, func, not_, or_, select, update

from mcdesk.store.inserting import insert_or_replace, insert_unless_there
from mcdesk.store.prepared import Prepared, one_of
from mcdesk.store.schema import connections, troubles
from mcdesk.store.transaction import Tx
from mcdesk.store.types import Instant

#: Where the next try is overdue by so long, nobody tries any more.
IDLE = timedelta(minutes=2)
#: Trouble for which nothing is texted until a person says that it is mended.
STOPPED = "registration"
#: By its clock this PC's is wrong. That ends when it is right, whatever works meanwhile.
CLOCK = "clock"
_FIRST = insert_unless_there(connections, "name")
_NOT_AHEAD = (
    update(connections)
    .where(connections.c.name == bindparam("name_"), connections.c.since > bindparam("now"))
    .values(since=bindparam("now"))
)
_COLUMNS = (
    connections.c.name, connections.c.since, connections.c.last_success_at, connections.c.last_event_at,
    connections.c.failing_since, connections.c.trouble, connections.c.needs_person,
    connections.c.next_try_at, connections.c.lag_seconds, connections.c.read_at, connections.c.awake_at,
    connections.c.sign_in_until,
)  # fmt: skip
_ROW = Prepared(select(*_COLUMNS).where(connections.c.name == bindparam("name_")))
_ALL = select(*_COLUMNS).order_by(connections.c.name)
_OK = (
    update(connections)
    .where(connections.c.name == bindparam("name_"))
    .values(last_success_at=bindparam("now"))
)
_OF = delete(troubles).where(troubles.c.connection == bindparam("name_"))
_TRIED_LAST = func.coalesce(troubles.c.next_try_at, troubles.c.at)
#: A success for one purpose says nothing about another that is tried. Where nobody tries any more, what
#: failed by itself counts as over, and so does what an earlier run of the program left for a person to mend.
_OVER = _OF.where(troubles.c.purpose.not_in((STOPPED, CLOCK))).where(
    or_(
        troubles.c.purpose == bindparam("purpose_"),
        troubles.c.purpose == "",
        and_(
            bindparam("idle_", type_=Instant) > _TRIED_LAST,
            or_(not_(troubles.c.needs_person), troubles.c.at < bindparam("began_")),
        ),
    )
)
_TROUBLE = insert_or_replace(
    troubles, ("connection", "purpose"), ("at", "why", "needs_person", "next_try_at")
)
_STOPPED = Prepared(
    select(troubles.c.why).where(
        troubles.c.connection == bindparam("name_"), one_of(troubles.c.purpose, STOPPED)
    )
)
_CLOCK = Prepared(
    select(troubles.c.why).where(
        troubles.c.connection == bindparam("name_"), one_of(troubles.c.purpose, CLOCK)
    )
)
_CLOCK_RIGHT = _OF.where(troubles.c.purpose == CLOCK)
_WORST = (
    select(troubles.c.since, troubles.c.why, troubles.c.needs_person, troubles.c.next_try_at)
    .where(troubles.c.connection == bindparam("name_"))
    .order_by(troubles.c.needs_person.desc(), troubles.c.since)
    .limit(1)
)
_SUMMARY = (
    update(connections)
    .where(connections.c.name == bindparam("name_"))
    .values(
        failing_since=bindparam("since_"),
        trouble=bindparam("why_"),
        needs_person=bindparam("person_"),
        next_try_at=bindparam("next_"),
    )
)
#: What a log brings later than a hook brought something newer says nothing about how long events take now. A
#: time ahead of now was written by a wrong clock.
_IS_NEWEST = or_(
    connections.c.newest_at.is_(None),
    connections.c.newest_at <= bindparam("at_", type_=Instant),
    connections.c.newest_at > bindparam("now_", type_=Instant),
)
_EVENT = Prepared(
    update(connections)
    .where(connections.c.name == bindparam("name_"))
    .values(
        last_event_at=bindparam("now"),
        lag_seconds=case((_IS_NEWEST, bindparam("lag_", type_=Integer)), else_=connections.c.lag_seconds),
        newest_at=case((_IS_NEWEST, bindparam("at_", type_=Instant)), else_=connections.c.newest_at),
    )
)
_SIGNED_IN = (
    update(connections)
    .where(connections.c.name == bindparam("name_"))
    .values(sign_in_until=bindparam("until_"))
)
_READ = update(connections).where(connections.c.name == bindparam("name_")).values(read_at=bindparam("now"))
_AWAKE = update(connections).where(connections.c.name == bindparam("name_")).values(awake_at=bindparam("at_"))

_CURSORS = select(connections.c.calls_cursor, connections.c.texts_cursor).where(
    connections.c.name == bindparam("name_")
)
_MOVE = (
    update(connections)
    .where(connections.c.name == bindparam("name_"))
    .values(
        calls_cursor=func.coalesce(bindparam("calls"), connections.c.calls_cursor),
        texts_cursor=func.coalesce(bindparam("texts"), connections.c.texts_cursor),
    )
)


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One connection."""

    name: str
    #: Calls and texts before this are history.
    since: datetime | None
    last_success_at: datetime | None
    last_event_at: datetime | None
    failing_since: datetime | None
    trouble: str | None
    needs_person: bool
    #: While it fails: when it is tried again.
    next_try_at: datetime | None
    #: How long the newest event took from the provider to here; None where it does not say.
    lag_seconds: int | None
    #: Its logs were read to the end then.
    read_at: datetime | None
    #: Its hooks could reach us until then, as far as we know.
    awake_at: datetime | None
    sign_in_until: datetime | None


def begin(tx: Tx, name: str) -> datetime | None:
    """Know a connection from now on; since when it is known, by a clock that was not ahead."""
    tx.run(_FIRST, {"name": name, "since": tx.now})
    tx.run(_NOT_AHEAD, {"name_": name, "now": tx.now})
    found = row(tx, name)
    return found.since if found else None


def row(tx: Tx, name: str) -> HealthRow | None:
    found = tx.first(_ROW, {"name_": name})
    return HealthRow(*found) if found is not None else None


def all_rows(tx: Tx) -> list[HealthRow]:
    return [HealthRow(*found) for found in tx.all(_ALL)]


def had_event(tx: Tx, name: str, *, happened_at: datetime | None) -> None:
    """Something it reported arrived; `happened_at` is the provider's own time for it. Without one it counts
    as of now, and how long it took is not known."""
    lag = None if happened_at is None else max(0, round((tx.now - happened_at).total_seconds()))
    at = tx.now if happened_at is None else min(happened_at, tx.now)
    tx.run(_EVENT, {"name_": name, "now": tx.now, "now_": tx.now, "at_": at, "lag_": lag})


def read(tx: Tx, name: str) -> None:
    """Its logs were read to the end."""
    tx.run(_READ, {"name_": name, "now": tx.now})


def awake(tx: Tx, name: str, at: datetime) -> None:
    """Its hooks could reach us until then."""
    tx.run(_AWAKE, {"name_": name, "at_": at})


def ok(tx: Tx, name: str, purpose: str, *, began: datetime) -> None:
    """It did what it was asked for. `began`: when this run of the program did."""
    tx.run(_OK, {"name_": name, "now": tx.now})
    tx.run(_OVER, {"name_": name, "purpose_": purpose, "idle_": tx.now - IDLE, "began_": began})
    _sum_up(tx, name)


def mended(tx: Tx, name: str) -> None:
    """Somebody tried it, and it works."""
    tx.run(_OK, {"name_": name, "now": tx.now})
    forget_troubles(tx, name)


def forget_troubles(tx: Tx, name: str) -> None:
    """It is set up otherwise: what it could not be used for says nothing any more."""
    tx.run(_OF, {"name_": name})
    _sum_up(tx, name)


def trouble(
    tx: Tx,
    name: str,
    *,
    purpose: str,
    why: str,
    needs_person: bool,
    next_try_at: datetime | None = None,
) -> None:
    """It did not do what was asked; since when stays from the first time. Any success ends trouble with an
    empty purpose."""
    row = {
        "connection": name, "purpose": purpose, "since": tx.now, "at": tx.now, "why": why,
        "needs_person": needs_person, "next_try_at": next_try_at,
    }  # fmt: skip
    tx.run(_TROUBLE, row)
    _sum_up(tx, name)


def stop_texting(tx: Tx, name: str, *, why: str) -> None:
    """Nothing more is texted over it before a person says that it is mended."""
    trouble(tx, name, purpose=STOPPED, why=why, needs_person=True)


def stopped(tx: Tx, name: str) -> str | None:
    """Why nothing is texted over it; None where that is not so."""
    why: str | None = tx.value(_STOPPED, {"name_": name})
    return why


def clock_wrong(tx: Tx, name: str) -> str | None:
    """What people were told of this PC's clock; None where it was right."""
    why: str | None = tx.value(_CLOCK, {"name_": name})
    return why


def clock_right(tx: Tx, name: str) -> None:
    """By its clock this PC's is right again."""
    tx.run(_CLOCK_RIGHT, {"name_": name})
    _sum_up(tx, name)


def _sum_up(tx: Tx, name: str) -> None:
    """The connection's row says what only a person can mend, else what lasts longest."""
    worst = tx.first(_WORST, {"name_": name})
    tx.run(
        _SUMMARY,
        {
            "name_": name,
            "since_": worst.since if worst else None,
            "why_": worst.why if worst else None,
            "person_": worst.needs_person if worst else False,
            "next_": worst.next_try_at if worst else None,
        },
    )
    tx.touched.connections.add(name)


def signed_in(tx: Tx, name: str, until: datetime | None) -> None:
    """Signed in, until then; None: with no end that is known."""
    tx.run(_SIGNED_IN, {"name_": name, "until_": until})
    tx.touched.connections.add(name)


def cursors(tx: Tx, name: str) -> tuple[str | None, str | None]:
    """How far the call log and the message log were read."""
    found = tx.first(_CURSORS, {"name_": name})
    return (found.calls_cursor, found.texts_cursor) if found is not None else (None, None)


def move_cursors(tx: Tx, name: str, *, calls: str | None, texts: str | None) -> None:
    """They were read further; None where not."""
    tx.run(_MOVE, {"name_": name, "calls": calls, "texts": texts})
