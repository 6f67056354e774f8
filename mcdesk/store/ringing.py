"""How a number called lately, and whether anybody here ever dealt with the person behind it.

Must not: judge (`domain/spam` does).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, or_, select, text

from mcdesk.domain import spam
from mcdesk.domain.calls import FAILED
from mcdesk.domain.numbers import Number
from mcdesk.domain.spam import Ring
from mcdesk.store.prepared import Prepared, one_of
from mcdesk.store.schema import calls, leads, messages
from mcdesk.store.transaction import Tx
from mcdesk.store.types import PhoneNumber

_NUMBER = bindparam("number_", type_=PhoneNumber)
_RINGS = Prepared(
    select(calls.c.at, calls.c.line, calls.c.outcome, calls.c.rang_seconds, calls.c.attestation)
    .where(calls.c.caller == _NUMBER, calls.c.at > bindparam("since"))
    .where(calls.c.direction == text("'inbound'"))
    .where(one_of(calls.c.outcome, "missed", "abandoned", "voicemail"))
    .order_by(calls.c.at.desc())
    .limit(bindparam("most"))
)
_DEALT_WITH = Prepared(
    select(
        select(calls.c.id)
        .where(calls.c.caller == _NUMBER, calls.c.outcome == text("'answered'"))
        .exists()
        .label("spoke"),
        select(messages.c.id)
        .join(leads, messages.c.lead == leads.c.id)
        .where(leads.c.contact == bindparam("contact_"))
        .where(or_(messages.c.direction == text("'in'"), messages.c.author.is_not(None)))
        .exists()
        .label("wrote"),
    )
)


@dataclass(frozen=True, slots=True)
class Dealings:
    """What went between the office and a person, ever."""

    spoke: bool
    #: They texted, or somebody of the office texted them by hand.
    wrote: bool


def rings(tx: Tx, number: Number) -> list[Ring]:
    """Calls of this number that nobody answered, oldest first."""
    values = {"number_": number, "since": tx.now - spam.LOOK_BACK, "most": spam.MOST_RINGS}
    return [_ring(row) for row in reversed(tx.all(_RINGS, values))]


def dealings(tx: Tx, number: Number, contact: int) -> Dealings:
    row = tx.first(_DEALT_WITH, {"number_": number, "contact_": contact})
    assert row is not None
    return Dealings(spoke=bool(row.spoke), wrote=bool(row.wrote))


def _ring(row: Row[Any]) -> Ring:
    return Ring(
        at=row.at,
        line=row.line,
        hung_up=row.outcome == "abandoned",
        rang=None if row.rang_seconds is None else timedelta(seconds=row.rang_seconds),
        forged=row.attestation == FAILED,
    )
