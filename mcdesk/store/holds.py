"""Legal holds: people of whom nothing is deleted.

Must not: delete anything.
"""

from sqlalchemy import bindparam, update

from mcdesk.store.schema import contacts
from mcdesk.store.transaction import Tx

_PLACE = (
    update(contacts)
    .where(contacts.c.id == bindparam("contact"), contacts.c.hold_since.is_(None))
    .values(hold_since=bindparam("now"), hold_why=bindparam("why"))
)
_LIFT = (
    update(contacts)
    .where(contacts.c.id == bindparam("contact"), contacts.c.hold_since.is_not(None))
    .values(hold_since=None, hold_why=None)
)


def place(tx: Tx, contact: int, *, why: str) -> bool:
    """Nothing of theirs is deleted from now on. False if that was so already."""
    return bool(tx.run(_PLACE, {"contact": contact, "now": tx.now, "why": why}).rowcount)


def lift(tx: Tx, contact: int) -> bool:
    """Deletion and retention apply again. False if there was no hold."""
    return bool(tx.run(_LIFT, {"contact": contact}).rowcount)
