"""Who may do a thing that only one engine may do at a time.

Must not: know what the things are.
"""

from datetime import datetime

from sqlalchemy import bindparam, case, delete, or_, select, update

from mcdesk.store.inserting import insert_unless_there
from mcdesk.store.schema import leases
from mcdesk.store.transaction import Tx

#: On one file, the engine that polls, sends and writes; the others stand by.
AT_WORK = "at-work"
_TAKE_OVER = (
    update(leases)
    .where(leases.c.name == bindparam("name_"))
    .where(or_(leases.c.holder == bindparam("holder_"), leases.c.until <= bindparam("now")))
    .values(
        holder=bindparam("holder_"),
        until=bindparam("until_"),
        fence=leases.c.fence + case((leases.c.holder == bindparam("holder_"), 0), else_=1),
    )
)
_FIRST = insert_unless_there(leases, "name")
#: Engines that are alive: each renews the lease ``engine:<holder>``.
ALIVE = select(leases.c.holder).where(leases.c.name.like("engine:%"), leases.c.until > bindparam("now"))
_TAKE_FROM_THE_DEAD = (
    update(leases)
    .where(leases.c.name == bindparam("name_"))
    .where(or_(leases.c.holder == bindparam("holder_"), leases.c.holder.not_in(ALIVE)))
    .values(holder=bindparam("holder_"), until=bindparam("now"))
)
_ENGINES = select(leases.c.holder, leases.c.until).where(leases.c.name.like("engine:%"))
_BURY = delete(leases).where(leases.c.name == bindparam("name_"))
_WORKER = select(leases.c.holder).where(leases.c.name == AT_WORK, leases.c.holder.in_(ALIVE))
_GIVE_ALL_BACK = delete(leases).where(leases.c.holder == bindparam("holder_"))


def hold(tx: Tx, name: str, *, holder: str, until: datetime) -> bool:
    """Take or keep a lease; False while somebody else has it."""
    values = {"name_": name, "holder_": holder, "until_": until, "now": tx.now}
    if tx.run(_TAKE_OVER, values).rowcount:
        return True
    return bool(tx.run(_FIRST, {"name": name, "holder": holder, "until": until, "fence": 1}).rowcount)


def hold_for_life(tx: Tx, name: str, *, holder: str) -> bool:
    """Take or keep a lease for as long as the holding engine lives; False while another living one has it."""
    values = {"name_": name, "holder_": holder, "now": tx.now}
    if tx.run(_TAKE_FROM_THE_DEAD, values).rowcount:
        return True
    return bool(tx.run(_FIRST, {"name": name, "holder": holder, "until": tx.now, "fence": 1}).rowcount)


def engines(tx: Tx) -> dict[str, datetime]:
    """Every engine that has not ended in good order, living or dead, and how long its lease holds."""
    return {row.holder: row.until for row in tx.all(_ENGINES)}


def bury(tx: Tx, holder: str) -> None:
    """An engine is gone: what it holds may be taken over now instead of at the end of its lease."""
    tx.run(_BURY, {"name_": f"engine:{holder}"})


def worker(tx: Tx) -> str | None:
    """The living engine at work; None where there is none."""
    holder: str | None = tx.value(_WORKER, {"now": tx.now})
    return holder


def give_all_back(tx: Tx, *, holder: str) -> None:
    """The engine ends."""
    tx.run(_GIVE_ALL_BACK, {"holder_": holder})
