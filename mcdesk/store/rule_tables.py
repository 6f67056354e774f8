"""Rule tables the office put in place of the shipped ones.

Must not: read them.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from mcdesk.store.schema import rule_tables
from mcdesk.store.transaction import Tx

_NEWEST = select(func.max(rule_tables.c.id)).group_by(rule_tables.c.name)


@dataclass(frozen=True, slots=True)
class OwnTable:
    """One of the office's own."""

    id: int
    at: datetime
    by: str
    source: str
    #: Who answers for what it gives up of the shipped one; empty where nobody does.
    accepted_by: str


def in_force(tx: Tx) -> dict[str, OwnTable]:
    """By file name; those given back to the program are not among them."""
    rows = tx.all(select(rule_tables).where(rule_tables.c.id.in_(_NEWEST)))
    return {
        row.name: OwnTable(row.id, row.at, row.by, row.source, row.accepted_by) for row in rows if row.source
    }


def put(tx: Tx, name: str, source: str, *, by: str, accepted_by: str = "") -> None:
    """Use this one from now on; an empty one gives the name back to the program."""
    tx.touched.office = True
    values = {"name": name, "at": tx.now, "by": by, "source": source, "accepted_by": accepted_by}
    tx.run(insert(rule_tables), values)
