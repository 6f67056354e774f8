"""Texts of which it is not known whether the provider has them, found by whom they are for.

Must not: find out (`engine/sending` does).
"""

from datetime import datetime

from sqlalchemy import bindparam, or_, select, text

from mcdesk.domain.numbers import Number
from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import jobs, messages
from mcdesk.store.transaction import Tx

#: Texts to a number that the provider has not named, as far as we know.
_UNNAMED = (
    select(messages.c.id)
    .join(jobs, (jobs.c.lead == messages.c.lead) & (jobs.c.message == messages.c.id))
    .where(
        messages.c.recipient == bindparam("to"),
        messages.c.connection == bindparam("connection_"),
        messages.c.message_id.is_(None),
    )
    .limit(1)
)
_OPEN = Prepared(
    _UNNAMED.where(
        or_(
            jobs.c.state == text("'running'"),
            (jobs.c.state == text("'waiting'")) & jobs.c.doubt_at.is_not(None),
        )
    )
)
_BEFORE_PERSON = Prepared(
    _UNNAMED.where(
        jobs.c.state == text("'check'"), messages.c.status.is_(None), messages.c.at <= bindparam("before")
    ).order_by(messages.c.id.desc())
)


def is_open(tx: Tx, connection: str, to: Number) -> bool:
    """Whether a text to this number is on the wire or being looked for: its name may become known."""
    return tx.value(_OPEN, {"connection_": connection, "to": to.e164}) is not None


def before_person(tx: Tx, connection: str, to: Number, *, before: datetime) -> int | None:
    """The newest text to this number written before then that only a person could find out about."""
    found: int | None = tx.value(_BEFORE_PERSON, {"connection_": connection, "to": to.e164, "before": before})
    return found
