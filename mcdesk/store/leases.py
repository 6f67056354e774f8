"""Who may do a thing that only one engine may do at a time.

Must not: know what the things are.
"""

from datetime import datetime

from sqlalchemy import bindparam, case, delete, or_, select, update

from mcdesk.store.inserting import insert_unless_there
from mcdesk.store.schema import leases
from mcdesk.store.transaction import Tx

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


def give_all_back(tx: Tx, *, holder: str) -> None:
    """The engine ends."""
    tx.run(_GIVE_ALL_BACK, {"holder_": holder})
