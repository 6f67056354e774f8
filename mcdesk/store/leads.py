"""Leads and their enrollments, and the line of the queue that says what happens next.

Must not: decide what should happen (`engine` does); `refresh` only reads off what is already owed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from mcdesk.domain.leads import Stage
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import NextWhat
from mcdesk.store.prepared import Prepared, one_of
from mcdesk.store.schema import contacts, enrollments, jobs, leads
from mcdesk.store.transaction import Tx

_OPEN = Prepared(select(leads).where(leads.c.contact == bindparam("contact_"), leads.c.closed_at.is_(None)))
_LEAD = Prepared(select(leads).where(leads.c.id == bindparam("lead")))
_CONTACT_OF = select(leads.c.contact).where(leads.c.id == bindparam("lead_")).scalar_subquery()
_OPEN_BESIDE = Prepared(
    select(leads.c.id).where(
        leads.c.contact == _CONTACT_OF, leads.c.closed_at.is_(None), leads.c.id != bindparam("lead_")
    )
)
_OF_NUMBER = Prepared(
    select(leads.c.id)
    .join(contacts, contacts.c.id == leads.c.contact)
    .where(contacts.c.number == bindparam("number_"))
    .order_by(leads.c.id)
)
_REVIEW_DUE = Prepared(select(func.max(leads.c.review_due)).where(leads.c.contact == bindparam("contact_")))
_IN_REVIEW = Prepared(
    select(leads.c.id).where(leads.c.contact == _CONTACT_OF, leads.c.review_due.is_not(None))
)
_STANDING = Prepared(
    select(leads.c.id, leads.c.stage, leads.c.closed_at, leads.c.reply_due, leads.c.ended).where(
        leads.c.id == bindparam("lead")
    )
)
_NEW = Prepared(insert(leads))
_ENROLL = Prepared(insert(enrollments))
_ENROLLMENT = Prepared(
    select(enrollments)
    .where(enrollments.c.lead == bindparam("lead_"), enrollments.c.ended_at.is_(None))
    .order_by(enrollments.c.id.desc())
    .limit(1)
)
_UNENROLL = (
    update(enrollments)
    .where(enrollments.c.lead == bindparam("lead_"), enrollments.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
_OWED = Prepared(
    select(jobs.c.kind, jobs.c.due, jobs.c.why, jobs.c.tries, jobs.c.work, jobs.c.state)
    .where(jobs.c.lead == bindparam("lead_"), one_of(jobs.c.state, "waiting", "running", "check"))
    .where(one_of(jobs.c.kind, "send-text", "send-typed", "take-step", "choose-track"))
    .order_by(jobs.c.due)
)
_NEXT = Prepared(

    update(leads)
    .where(leads.c.id == bindparam("lead"))
    .values(
        next_what=bindparam("what"), next_due=bindparam("due"), next_ordinal=bindparam("ordinal"),
        next_why=bindparam("why"),
    )

)  # fmt: skip


def open_lead(tx: Tx, contact: int) -> Row[Any] | None:
    """The contact's open lead."""
    return tx.first(_OPEN, {"contact_": contact})


def lead(tx: Tx, lead_id: int) -> Row[Any] | None:
    return tx.first(_LEAD, {"lead": lead_id})


def of_number(tx: Tx, number: Number) -> list[int]:
    """Everything ever pursued with whoever has the number, oldest first."""
    return [row.id for row in tx.all(_OF_NUMBER, {"number_": number})]


def open_beside(tx: Tx, lead_id: int) -> int | None:
    """The open lead of the same contact, where it is another one."""
    row = tx.first(_OPEN_BESIDE, {"lead_": lead_id})
    return None if row is None else int(row.id)


def review_due(tx: Tx, contact: int) -> datetime | None:
    """Until when somebody may say what a text of theirs meant; None where that is no question."""
    due: datetime | None = tx.value(_REVIEW_DUE, {"contact_": contact})
    return due


def in_review(tx: Tx, lead_id: int) -> list[int]:
    """The leads of the same contact for which that is a question."""
    return [row.id for row in tx.all(_IN_REVIEW, {"lead_": lead_id})]


def standing(tx: Tx, lead_id: int) -> Row[Any] | None:
    """Only stage, closed_at, reply_due and ended: for what asks often."""
    return tx.first(_STANDING, {"lead": lead_id})


def new_lead(tx: Tx, **values: Any) -> int:
    return tx.insert(_NEW, {"opened_at": tx.now, "last_at": tx.now, **values})


def change(tx: Tx, lead_id: int, **values: Any) -> None:
    """Set columns of a lead. Tell the screens with `refresh` when all is set."""
    tx.run(
        _change(tuple(sorted(values))),
        {"lead": lead_id, **{f"{name}_": value for name, value in values.items()}},
    )


@lru_cache(maxsize=128)
def _change(names: tuple[str, ...]) -> Prepared:
    """One prepared statement per set of columns."""
    return Prepared(
        update(leads)
        .where(leads.c.id == bindparam("lead"))
        .values({name: bindparam(f"{name}_", type_=leads.c[name].type) for name in names})
    )


def enroll(tx: Tx, lead_id: int, *, sequence: dict[str, Any], call_at: datetime) -> int:
    return tx.insert(_ENROLL, {"lead": lead_id, "sequence": sequence, "call_at": call_at})


def enrollment(tx: Tx, lead_id: int) -> Row[Any] | None:
    """The one going on."""
    return tx.first(_ENROLLMENT, {"lead_": lead_id})


def unenroll(tx: Tx, lead_id: int) -> None:
    tx.run(_UNENROLL, {"lead_": lead_id, "now": tx.now})


_WAITING_MESSAGES = select(jobs.c.message).where(
    jobs.c.lead == bindparam("lead_"),
    jobs.c.kind.in_(bindparam("kinds", expanding=True)),
    jobs.c.state == "waiting",
    jobs.c.doubt_at.is_(None),
    jobs.c.message.is_not(None),
)


def stand(tx: Tx, lead_id: int, stage: Stage, **values: Any) -> None:
    """Move an open lead to a stage; a closed one stays closed. `values` are set either way."""
    row = standing(tx, lead_id)
    if row is not None and row.closed_at is None:
        values["stage"] = str(stage)
    if values:
        change(tx, lead_id, **values)


def waiting_messages(tx: Tx, lead_id: int, kinds: Sequence[str]) -> list[int]:
    """Texts of a lead that are still in line and surely not sent."""
    return [row.message for row in tx.all(_WAITING_MESSAGES, {"lead_": lead_id, "kinds": list(kinds)})]


@dataclass(frozen=True, slots=True)
class _Ahead:
    what: NextWhat
    due: datetime | None = None
    ordinal: int = 0
    why: str = ""


def refresh(tx: Tx, lead_id: int) -> None:
    """Bring the row's "what happens next" up to date and tell the screens."""
    row = tx.first(_STANDING, {"lead": lead_id})
    assert row is not None
    ahead = _ahead(tx, row)
    tx.run(
        _NEXT,
        {"lead": lead_id, "what": ahead.what, "due": ahead.due, "ordinal": ahead.ordinal, "why": ahead.why},
    )
    tx.touched.leads.add(lead_id)


def _ahead(tx: Tx, row: Row[Any]) -> _Ahead:
    if row.closed_at is not None:
        return _Ahead(NextWhat.NOTHING)
    match row.stage:
        case Stage.NEEDS_REPLY:
            return _Ahead(NextWhat.REPLY, row.reply_due)
        case Stage.CALL_NOW:
            return _Ahead(NextWhat.CALL, row.reply_due)
    owed = tx.all(_OWED, {"lead_": row.id})
    if row.stage == Stage.CHECK or any(job.state == "check" for job in owed):
        return _Ahead(NextWhat.CHECK, why=next((job.why for job in owed if job.state == "check"), ""))
    return _of_job(owed[0]) if owed else _Ahead(NextWhat.NOTHING)


def _of_job(job: Row[Any]) -> _Ahead:
    ordinal = int(job.work.get("ordinal", 0))
    if job.kind == "take-step":
        what = {"text": NextWhat.TEXT, "call-task": NextWhat.CALL_TASK, "close": NextWhat.CLOSE}[
            job.work["do"]
        ]
        opens = job.work.get("opens")
        return _Ahead(what, datetime.fromisoformat(opens) if opens else job.due, ordinal)
    if job.why:
        return _Ahead(NextWhat.STUCK if job.tries else NextWhat.HELD, job.due, ordinal, job.why)
    return _Ahead(NextWhat.TEXT, job.due, ordinal)
