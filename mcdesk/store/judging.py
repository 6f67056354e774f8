"""What the gate wants to know of a number, a lead and a text.

Must not: judge.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    ScalarSelect,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
)

from mcdesk.domain.caps import CAP_SPAN
from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.facts import AUTOMATIC, Sent, TextClass
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.number_key import NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.store import consents, forgotten, people
from mcdesk.store import hooks as rows_of_hooks
from mcdesk.store.prepared import Prepared, one_of
from mcdesk.store.restored import UNSURE
from mcdesk.store.schema import calls, contacts, facts, hooks, leads, marks, messages, spending, suppressions
from mcdesk.store.talk import WITHHELD
from mcdesk.store.transaction import Tx
from mcdesk.store.types import PhoneNumber

#: A call without an outcome that began earlier is not going on any more: its end was lost.
LONGEST_RINGING = timedelta(minutes=10)
_NUMBER = bindparam("to", type_=PhoneNumber)
_LEAD: BindParameter[int] = bindparam("lead_")


def _of_contact(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(column).where(contacts.c.number == _NUMBER).scalar_subquery()


def _of_lead(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(column).where(leads.c.id == _LEAD).scalar_subquery()


def _mark(kind: MarkKind) -> ScalarSelect[Any]:
    in_force = select(marks.c.why).where(marks.c.number == _NUMBER, marks.c.ended_at.is_(None))
    return in_force.where(one_of(marks.c.kind, kind)).scalar_subquery()


def _of_deleted(is_marked: ColumnElement[bool]) -> ColumnElement[str | None]:
    return case((is_marked, forgotten.BEFORE_DELETION))


_UNANSWERED = calls.alias("unanswered")
#: In either direction `caller` is the person outside.
_SPOKEN_TO = (
    select(calls.c.id)
    .where(calls.c.caller == _NUMBER, calls.c.outcome == "answered")
    .where(
        calls.c.at
        > select(func.max(_UNANSWERED.c.at))
        .where(_UNANSWERED.c.lead == _LEAD)
        .where(one_of(_UNANSWERED.c.outcome, "missed", "abandoned", "voicemail"))
        .scalar_subquery()
    )
    .exists()
)
_ON_THE_LINE = (
    select(calls.c.id)
    .where(calls.c.caller == _NUMBER, calls.c.at > bindparam("rang_since"))
    .where(calls.c.outcome == "ringing", calls.c.ended_at.is_(None))
    .exists()
)
#: Texts that went out, or may have, or are in line; the one being judged is not among them.
_OTHERS = (
    messages.c.id != bindparam("but"),
    or_(messages.c.status.is_(None), messages.c.status != WITHHELD),
)
_TO_THEM = (
    messages.c.recipient == bindparam("to_text"),
    messages.c.at > bindparam("since"),
    messages.c.text_class.is_not(None),
    *_OTHERS,
)
_AUTOMATIC_OF_LEAD = (messages.c.lead == _LEAD, one_of(messages.c.text_class, *sorted(AUTOMATIC)), *_OTHERS)
_QUESTION = Prepared(
    select(
        _of_contact(people.LINE_TYPE).label("line_type"),
        _of_contact(contacts.c.machine_since).label("machine_since"),
        _of_contact(contacts.c.state).label("state"),
        select(func.max(leads.c.review_due))
        .where(leads.c.contact == _of_contact(contacts.c.id))
        .scalar_subquery()
        .label("review_due"),
        or_(
            select(suppressions.c.id)
            .where(suppressions.c.number == _NUMBER, suppressions.c.ended_at.is_(None))
            .exists(),
            forgotten.OPTED_OUT,
            # A row may have been taken away; an entry of the ledger would be missed.
            consents.TAKEN_BACK,
        ).label("opted_out"),
        select(suppressions.c.at)
        .where(suppressions.c.number == _NUMBER, suppressions.c.ended_at.is_(None))
        .scalar_subquery()
        .label("said_stop_at"),
        consents.IN_FORCE.label("consent"),
        func.coalesce(_mark(MarkKind.NEVER), _of_deleted(forgotten.NEVER)).label("never"),
        _mark(MarkKind.VIP).label("vip"),
        _mark(MarkKind.SENSITIVE).label("sensitive"),
        func.coalesce(_mark(MarkKind.BLOCKED), _of_deleted(forgotten.BLOCKED)).label("blocked"),
        _ON_THE_LINE.label("on_the_line"),
        _of_lead(leads.c.ended).label("ended"),
        _of_lead(leads.c.closed_at).label("closed_at"),
        select(func.max(calls.c.at)).where(calls.c.lead == _LEAD).scalar_subquery().label("call_at"),
        select(calls.c.attestation)
        .where(calls.c.lead == _LEAD, calls.c.attestation.is_not(None))
        .order_by(calls.c.at.desc())
        .limit(1)
        .scalar_subquery()
        .label("attestation"),
        _SPOKEN_TO.label("spoken_to"),
        select(func.max(messages.c.at))
        .where(messages.c.lead == _LEAD, messages.c.direction == text("'in'"))
        .scalar_subquery()
        .label("wrote_at"),
        select(func.count()).where(*_AUTOMATIC_OF_LEAD).scalar_subquery().label("of_lead"),
        select(messages.c.id)
        .where(*_AUTOMATIC_OF_LEAD, messages.c.body == bindparam("body"))
        .exists()
        .label("repeats"),
        or_(select(messages.c.id).where(*_TO_THEM).exists(), forgotten.DELETED_LATELY).label("was_texted"),
        select(spending.c.segments)
        .where(spending.c.day == bindparam("day"))
        .scalar_subquery()
        .label("segments"),
        select(hooks.c.id).where(hooks.c.state == text("'new'")).exists().label("has_unread"),
        select(facts.c.name).where(one_of(facts.c.name, UNSURE)).exists().label("opt_outs_unsure"),
        select(hooks.c.id).where(text("hooks.holds")).exists().label("has_unreadable"),
    )
)
_SENT = Prepared(
    select(messages.c.at, messages.c.text_class, messages.c.status).where(*_TO_THEM).order_by(messages.c.at)
)
_HEARD = Prepared(
    select(
        select(func.max(calls.c.at))
        .where(calls.c.caller == _NUMBER, calls.c.direction == text("'inbound'"))
        .scalar_subquery()
        .label("called_at"),
        select(func.max(messages.c.at))
        .where(messages.c.direction == text("'in'"))
        .where(messages.c.lead.in_(select(leads.c.id).where(leads.c.contact == _of_contact(contacts.c.id))))
        .scalar_subquery()
        .label("wrote_at"),
    )
)
_LATER = messages.alias("later")
_ANSWERED = Prepared(
    select(messages.c.at, messages.c.message_id).where(messages.c.id == bindparam("answered"))
)
_TYPED = Prepared(
    select(
        messages.c.at,
        select(_LATER.c.id)
        .where(_LATER.c.lead == messages.c.lead, _LATER.c.direction == text("'in'"))
        .where(_LATER.c.id > messages.c.id)
        .exists()
        .label("wrote_since"),
    ).where(messages.c.id == bindparam("typed"))
)


@dataclass(frozen=True, slots=True)
class Known:
    """The answer. What is asked about no lead is None."""

    line_type: str | None
    #: Since then the number answers like a machine.
    machine_since: datetime | None
    #: Where people said they are.
    state: str | None
    #: Until when a person may say whether something they wrote meant stop.
    review_due: datetime | None
    opted_out: bool
    #: When they said so, the last time; None also where only a hash of their number is left.
    said_stop_at: datetime | None
    #: The entry of the consent ledger that a text to them rests on.
    consent: int | None
    #: Why the number is never texted, why only people deal with it, and why it is blocked.
    never: str | None
    vip: str | None
    sensitive: str | None
    blocked: str | None
    #: A call of theirs goes on right now.
    on_the_line: bool
    ended: str | None
    closed_at: datetime | None
    #: Of the lead's last call, and of the last one of whose number the phone network said something.
    call_at: datetime | None
    attestation: str | None
    #: Somebody spoke with them, in either direction, after the lead's last unanswered call.
    spoken_to: bool
    #: When they last wrote.
    wrote_at: datetime | None
    #: Automatic texts of the lead, and whether one had these very words.
    of_lead: int
    repeats: bool
    #: Whether there is something in `sent`.
    was_texted: bool
    #: Handed over this day, all texts of the office together.
    segments: int | None
    #: Something arrived, from anybody, that nobody has understood yet.
    has_unread: bool
    #: A copy was put back, and opt-outs of after it may be missing.
    opt_outs_unsure: bool
    #: ... or could not.
    has_unreadable: bool


def known(
    tx: Tx, numbers: NumberKey, to: Number, *, body: str, day: str, lead: int | None, message: int | None
) -> Known:
    """Everything stored that speaks for or against a text. `day`: the office's, as spending is kept."""
    values = {
        "body": body,
        "day": day,
        "lead_": lead or 0,
        "rang_since": tx.now - LONGEST_RINGING,
        "line_type_since": tx.now - people.LINE_TYPE_FOR,
        **_to_them(tx, to, message),
        **forgotten.values(numbers, to),
    }
    row = tx.first(_QUESTION, values)
    assert row is not None
    return Known(*row)


def sent(tx: Tx, numbers: NumberKey, to: Number, *, message: int | None) -> tuple[Sent, ...]:
    """Texts to a number in the last 24 h, oldest first, one message aside; also before a deletion."""
    rows = tx.all(_SENT, _to_them(tx, to, message))
    before = forgotten.texts(tx, numbers, to, since=tx.now - CAP_SPAN)
    return (*before, *(_sent(row) for row in rows))


def _sent(row: Row[Any]) -> Sent:
    failed = row.status == DeliveryStatus.FAILED
    return Sent(at=row.at, text_class=TextClass(row.text_class), failed=failed)


def heard_at(tx: Tx, number: Number) -> datetime | None:
    """When somebody last called or wrote from a number."""
    row = tx.first(_HEARD, {"to": number})
    assert row is not None
    return max((at for at in row if at is not None), default=None)


def answered(tx: Tx, message: int) -> Row[Any]:
    """The received text that one of ours answers: `at`, and the provider's `message_id`."""
    row = tx.first(_ANSWERED, {"answered": message})
    assert row is not None
    return row


def typed(tx: Tx, message: int) -> Row[Any]:
    """A text a person typed: `at`, and whether something of theirs was read since (`wrote_since`)."""
    row = tx.first(_TYPED, {"typed": message})
    assert row is not None
    return row


def is_unread(tx: Tx, number: Number, *, but: str | None = None) -> bool:
    """Whether something arrived that nobody has understood yet and that names this number. `but`: the
    provider's id of the very text that is answered, which may have been reported twice."""
    return any(rows_of_hooks.naming(tx, number, new=True, but=but))


def is_unreadable(tx: Tx, number: Number) -> bool:
    """Whether something arrived that names this number, may be a text, and could not be understood."""
    return any(rows_of_hooks.naming(tx, number, new=False))


def _to_them(tx: Tx, to: Number, message: int | None) -> dict[str, Any]:
    return {"to": to, "to_text": to.e164, "but": message or 0, "since": tx.now - CAP_SPAN}
