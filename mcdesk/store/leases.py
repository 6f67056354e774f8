"""Who may do a thing that only one engine may do at a time.

Must not: know what the things are.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import bindparam, case, delete, or_, select, update

from mcdesk.store.inserting import insert_unless_there
from mcdesk.store.schema import leases
from mcdesk.store.transaction import Tx

#: On one file, the engine that polls, sends and writes; the others stand by.
AT_WORK = "at-work"
#: Counts the takings-over of a lease; keeping it is none.
_NEXT_FENCE = leases.c.fence + case((leases.c.holder == bindparam("holder_"), 0), else_=1)
_TAKE_OVER = (
    update(leases)
    .where(leases.c.name == bindparam("name_"))
    .where(or_(leases.c.holder == bindparam("holder_"), leases.c.until <= bindparam("lease_now")))
    .values(
        holder=bindparam("holder_"),
        until=bindparam("until_"),
        fence=_NEXT_FENCE,
    )
    .returning(leases.c.fence)
)
_FIRST = insert_unless_there(leases, "name")
#: Engines that are alive: each renews the lease ``engine:<holder>``.
ALIVE = select(leases.c.holder).where(leases.c.name.like("engine:%"), leases.c.until > bindparam("lease_now"))
_TAKE_FROM_THE_DEAD = (
    update(leases)
    .where(leases.c.name == bindparam("name_"))
    .where(or_(leases.c.holder == bindparam("holder_"), leases.c.holder.not_in(ALIVE)))
    .values(holder=bindparam("holder_"), until=bindparam("lease_now"), fence=_NEXT_FENCE)
    .returning(leases.c.fence)
)
_STILL = select(leases.c.name).where(
    leases.c.name == bindparam("name_"),
    leases.c.holder == bindparam("holder_"),
    leases.c.fence == bindparam("fence_"),
)
_HOLDER = select(leases.c.holder).where(leases.c.name == bindparam("name_"))
_ENGINES = select(leases.c.holder, leases.c.until).where(leases.c.name.like("engine:%"))
_GIVE_TIME = update(leases).where(leases.c.name == bindparam("name_")).values(until=bindparam("until_"))
_BURY = delete(leases).where(leases.c.name == bindparam("name_"))
_LIVING_HOLDER = select(leases.c.holder).where(
    leases.c.name == bindparam("name_"), leases.c.holder.in_(ALIVE)
)
#: Long ago.
_ENDED = datetime.fromtimestamp(0, UTC)
#: The row stays, because a fence must never be counted from the start again; nobody is called "".
_GIVE_BACK = (
    update(leases)
    .where(leases.c.holder == bindparam("holder_"), leases.c.name.not_like("engine:%"))
    .values(holder="", until=_ENDED)
)
_FORGET_LONG_DEAD = delete(leases).where(leases.c.name.like("engine:%"), leases.c.until < bindparam("before"))
#: How long the lease of an engine that ended without a word is kept.
REMEMBERED = timedelta(days=1)


def hold(tx: Tx, name: str, *, holder: str, lasts: timedelta) -> int | None:
    """Take or keep a lease for so long; its fence. None while somebody else has it.

    The fence is another number each time the lease changes hands. Whoever did something for a while under a
    lease asks `still` with it, in the transaction that writes what came of it.
    """
    until = tx.lease_now + lasts
    values = {"name_": name, "holder_": holder, "until_": until, "lease_now": tx.lease_now}
    return _taken(tx, tx.value(_TAKE_OVER, values), name, holder, until)


def hold_for_life(tx: Tx, name: str, *, holder: str) -> int | None:
    """Take or keep a lease for as long as the holding engine lives; its fence. None while another living one
    has it."""
    values = {"name_": name, "holder_": holder, "lease_now": tx.lease_now}
    return _taken(tx, tx.value(_TAKE_FROM_THE_DEAD, values), name, holder, tx.lease_now)


def _taken(tx: Tx, fence: int | None, name: str, holder: str, until: datetime) -> int | None:
    if fence is not None:
        return int(fence)
    first = {"name": name, "holder": holder, "until": until, "fence": 1}
    return 1 if tx.run(_FIRST, first).rowcount else None


def holder_of(tx: Tx, name: str) -> str:
    """Who took a lease last, living or not; empty where it was given back or never taken."""
    return str(tx.value(_HOLDER, {"name_": name}) or "")


def still(tx: Tx, name: str, *, holder: str, fence: int) -> bool:
    """Whether nobody took the lease since `hold` gave this fence, even if it ran out: what is written in this
    transaction is then written by the one who may."""
    return tx.first(_STILL, {"name_": name, "holder_": holder, "fence_": fence}) is not None


def engines(tx: Tx) -> dict[str, datetime]:
    """Every engine that has not ended in good order, living or dead, and how long its lease holds."""
    return {row.holder: row.until for row in tx.all(_ENGINES)}


def give_time(tx: Tx, holder: str, *, lasts: timedelta) -> None:
    """Count an engine as alive for so long: whoever slept cannot know whether it renewed meanwhile."""
    tx.run(_GIVE_TIME, {"name_": f"engine:{holder}", "until_": tx.lease_now + lasts})


def bury(tx: Tx, holder: str) -> None:
    """An engine is gone: what it holds may be taken over now instead of at the end of its lease."""
    tx.run(_BURY, {"name_": f"engine:{holder}"})


def living_holder(tx: Tx, name: str) -> str | None:
    """The living engine that holds a lease for life; None where there is none."""
    holder: str | None = tx.value(_LIVING_HOLDER, {"name_": name, "lease_now": tx.lease_now})
    return holder


def worker(tx: Tx) -> str | None:
    """The living engine at work; None where there is none."""
    return living_holder(tx, AT_WORK)


def give_all_back(tx: Tx, *, holder: str) -> None:
    """The engine ends."""
    tx.run(_GIVE_BACK, {"holder_": holder})
    bury(tx, holder)


def forget_long_dead(tx: Tx) -> None:
    """Engines that ended without a word long ago."""
    tx.run(_FORGET_LONG_DEAD, {"before": tx.lease_now - REMEMBERED})
