"""What callers of each line hear before they can leave a message, word by word, as it changed over time.

Must not: change a greeting that is there.
"""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, select

from mcdesk.domain.numbers import Number
from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import greetings
from mcdesk.store.transaction import Tx

_NEWEST = (
    select(greetings).where(greetings.c.line == bindparam("line_")).order_by(greetings.c.id.desc()).limit(1)
)
_IN_FORCE = Prepared(_NEWEST.where(greetings.c.at <= bindparam("at_")))
_ADD = insert(greetings)


def in_force(tx: Tx, line: Number, at: datetime) -> Row[Any] | None:
    """What callers of a line heard then; None where there was nothing on record."""
    row = tx.first(_IN_FORCE, {"line_": line, "at_": at})
    return row if row is not None and row.text else None


def note(tx: Tx, line: Number, text: str, *, by: str) -> bool:
    """From now on callers hear this; empty for nothing. False where that was so already."""
    newest = tx.first(_NEWEST, {"line_": line})
    if (newest.text if newest is not None else "") == text:
        return False
    digest = hashlib.sha256(text.encode()).hexdigest()
    tx.run(_ADD, {"line": line, "text": text, "digest": digest, "at": tx.now, "by": by})
    return True
