"""Who may do a thing that only one engine may do at a time.

Must not: know what the things are.
"""

from datetime import datetime

from sqlalchemy import bindparam, delete, func, or_, update
from sqlalchemy.dialects.sqlite import insert

from mcdesk.store.schema import leases
from mcdesk.store.transaction import Tx

_TAKE_OVER = (
    update(leases)
    .where(leases.c.name == bindparam("name_"))
    .where(or_(leases.c.holder == bindparam("holder_"), leases.c.until <= bindparam("now")))
    .values(
        holder=bindparam("holder_"),
        until=bindparam("until_"),
        fence=leases.c.fence + func.iif(leases.c.holder == bindparam("holder_"), 0, 1),
    )
)
_FIRST = insert(leases).on_conflict_do_nothing(index_elements=["name"])
_GIVE_BACK = delete(leases).where(
    leases.c.name == bindparam("name_"), leases.c.holder == bindparam("holder_")
)


def hold(tx: Tx, name: str, *, holder: str, until: datetime) -> bool:
    """Take or keep a lease; False while somebody else has it."""
    values = {"name_": name, "holder_": holder, "until_": until, "now": tx.now}
    if tx.run(_TAKE_OVER, values).rowcount:
        return True
    return bool(tx.run(_FIRST, {"name": name, "holder": holder, "until": until, "fence": 1}).rowcount)


def give_back(tx: Tx, name: str, *, holder: str) -> None:
    tx.run(_GIVE_BACK, {"name_": name, "holder_": holder})
