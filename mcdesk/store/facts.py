"""Single facts about this database.

Must not: hold what people configure.
"""

import uuid

from sqlalchemy import bindparam, select

from mcdesk.store.inserting import insert_or_replace, insert_unless_there
from mcdesk.store.schema import facts
from mcdesk.store.transaction import Tx

INSTALLATION = "installation"

_KEEP = insert_unless_there(facts, "name")
_PUT = insert_or_replace(facts, ("name",), ("value",))
_VALUE = select(facts.c.value).where(facts.c.name == bindparam("name_"))


def installation(tx: Tx) -> str:
    """An id drawn once for this database.

    Two offices that write one CRM must not take each other's entries for their own.
    """
    known = value(tx, INSTALLATION)
    if known is None:
        known = uuid.uuid4().hex[:12]
        tx.run(_KEEP, {"name": INSTALLATION, "value": known})
    return known


def value(tx: Tx, name: str) -> str | None:
    """A fact, if it is known."""
    known: str | None = tx.value(_VALUE, {"name_": name})
    return known


def put(tx: Tx, name: str, value: str) -> None:
    """From now on this is so."""
    tx.run(_PUT, {"name": name, "value": value})
