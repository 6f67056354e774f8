"""What the gate wants to know of a number, a lead and a text, in one question.

Must not: judge.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, bindparam, func, or_, select

from mcdesk.domain.numbers import Number
from mcdesk.domain.policy import CAP_SPAN, TextClass
from mcdesk.store.prepared import Prepared, one_of
from mcdesk.store.schema import calls, contacts, leads, messages, suppressions
from mcdesk.store.talk import WITHHELD
from mcdesk.store.transaction import Tx
from mcdesk.store.types import PhoneNumber

#: A call without an outcome that began earlier is not going on any more: its end was lost.
LONGEST_RINGING = timedelta(minutes=10)
_NUMBER = bindparam("to", type_=PhoneNumber)


def _of_contact(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(column).where(contacts.c.number == _NUMBER).scalar_subquery()


def _of_lead(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(column).where(leads.c.id == bindparam("lead_")).scalar_subquery()


def _sent(*classes: TextClass) -> ScalarSelect[int]:
    """Texts of these classes in the span, handed over or possibly so, the one being judged aside."""
    return (
        select(func.count())
        .where(
            messages.c.recipient == bindparam("to_text"),
            messages.c.at > bindparam("since"),
            messages.c.id != bindparam("but"),
            one_of(messages.c.text_class, *classes),
            or_(messages.c.status.is_(None), messages.c.status != WITHHELD),
        )
        .scalar_subquery()
    )


_OWN = calls.alias("own")
#: In either direction `caller` is the person outside.
_SPOKEN_TO = (
    select(calls.c.id)
    .where(calls.c.caller == _NUMBER, calls.c.outcome == "answered")
    .where(
        calls.c.at
        > select(func.max(_OWN.c.at))
        .where(_OWN.c.lead == bindparam("lead_"), one_of(_OWN.c.outcome, "missed", "abandoned", "voicemail"))
        .scalar_subquery()
    )
    .exists()
)
_QUESTION = Prepared(
    select(
        _of_contact(contacts.c.line_type).label("line_type"),
        _of_contact(contacts.c.machine_since).label("machine_since"),
        select(suppressions.c.id)
        .where(suppressions.c.number == _NUMBER, suppressions.c.ended_at.is_(None))
        .exists()
        .label("opted_out"),
        select(calls.c.id)
        .where(
            calls.c.caller == _NUMBER,
            and_(
                calls.c.at > bindparam("rang_since"), calls.c.outcome == "ringing", calls.c.ended_at.is_(None)
            ),
        )
        .exists()
        .label("on_the_line"),
        _of_lead(leads.c.ended).label("ended"),
        _of_lead(leads.c.closed_at).label("closed_at"),
        select(func.max(calls.c.at))
        .where(calls.c.lead == bindparam("lead_"))
        .scalar_subquery()
        .label("call_at"),
        _SPOKEN_TO.label("spoken_to"),
        select(messages.c.at).where(messages.c.id == bindparam("but")).scalar_subquery().label("written_at"),
        _sent(TextClass.ACK).label("acknowledgements"),
        _sent(TextClass.ACK, TextClass.FOLLOWUP).label("automatic"),
    )
)


@dataclass(frozen=True, slots=True)
class Known:
    """The answer. What is asked about no lead or no text is None."""

    line_type: str | None
    #: Since then the number answers like a machine.
    machine_since: datetime | None
    opted_out: bool
    #: A call of theirs goes on right now.
    on_the_line: bool
    ended: str | None
    closed_at: datetime | None
    #: Of the lead's last call.
    call_at: datetime | None
    #: Somebody spoke with them, in either direction, after the lead's last unanswered call.
    spoken_to: bool
    #: When the text was written.
    written_at: datetime | None
    #: Of the last 24 h.
    acknowledgements: int
    automatic: int


def known(tx: Tx, to: Number, *, lead: int | None, message: int | None) -> Known:
    """Everything stored that speaks for or against a text."""
    row = tx.first(
        _QUESTION,
        {
            "to": to, "to_text": to.e164, "lead_": lead or 0, "but": message or 0,
            "since": tx.now - CAP_SPAN, "rang_since": tx.now - LONGEST_RINGING,
        },
    )  # fmt: skip
    assert row is not None
    return Known(*row)
