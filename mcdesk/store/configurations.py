"""Configurations ever applied. The newest counts; the text is kept as it was written.

Must not: read their meaning.
"""

from datetime import datetime

from sqlalchemy import insert, select

from mcdesk.store.schema import configurations
from mcdesk.store.transaction import Tx

_NEWEST = select(configurations.c.source).order_by(configurations.c.id.desc()).limit(1)
_ALL = select(configurations.c.at, configurations.c.source).order_by(configurations.c.id.desc())
_ADD = insert(configurations)


def newest(tx: Tx) -> str | None:
    """The configuration in force; None in a new office."""
    source: str | None = tx.value(_NEWEST)
    return source


def said_since(tx: Tx, words: str) -> datetime | None:
    """Since when every configuration has had these words; None where the newest has not."""
    found = None
    for row in tx.all(_ALL):
        if words not in row.source:
            break
        found = row.at
    return found


def apply(tx: Tx, source: str, *, by: str) -> bool:
    """Put a configuration in force. False, and nothing changed, if it is in force already."""
    if newest(tx) == source:
        return False
    tx.run(_ADD, {"at": tx.now, "by": by, "source": source})
    tx.touched.office = True
    return True
