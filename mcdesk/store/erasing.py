"""Takes a person out of every row they are in: what they said, what was said of them, their name and number.

Must not: decide whether they may be (`engine/forgetting` does), or touch what is linked in a chain.

Rows stay where others point at them, and so that a log read again does not bring back what it names.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Update, bindparam, delete, or_, select, update

from mcdesk.domain.number_key import NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.store import consents, requests_of, said
from mcdesk.store.on_record import texts_of
from mcdesk.store.schema import (
    alerts,
    attempts,
    calls,
    contacts,
    crm_contacts,
    decisions,
    happenings,
    hooks,
    jobs,
    leads,
    marks,
    messages,
    notes,
    suppressions,
)
from mcdesk.store.talk import FORGOTTEN
from mcdesk.store.transaction import Tx

#: That it arrived stays known.
_EMPTY_REQUEST = (
    update(hooks)
    .where(hooks.c.id == bindparam("request"))
    .values(body=b"", url="", headers={}, state="done", holds=False, why=FORGOTTEN)
)


def leads_of(tx: Tx, contact: int) -> list[int]:
    return [row.id for row in tx.all(select(leads.c.id).where(leads.c.contact == contact))]


def is_under_way(tx: Tx, of: Sequence[int]) -> bool:
    """Whether work for one of these leads is being done, or may have been: it would come back."""
    owed = select(jobs.c.id).where(jobs.c.lead.in_(of))
    doing = or_(jobs.c.state == "running", (jobs.c.state == "waiting") & jobs.c.doubt_at.is_not(None))
    return tx.first(owed.where(doing).limit(1)) is not None


def erase(tx: Tx, numbers: NumberKey, number: Number, *, contact: int | None, of: Sequence[int]) -> None:
    """Everything of a number, of its contact where it has one, and of their leads."""
    named = requests_of.names_of(tx, number, of)
    for request in requests_of.naming(tx, number, named, new=False):
        tx.run(_EMPTY_REQUEST, {"request": request})
    _erase_words(tx, numbers, number, of)
    if contact is not None:
        tx.run(
            update(contacts)
            .where(contacts.c.id == contact)
            .values(number=None, name=None, line_type=None, line_type_at=None, machine_since=None, state=None)
        )
        tx.run(delete(crm_contacts).where(crm_contacts.c.contact == contact))
    for table in (notes, happenings):
        tx.run(delete(table).where(table.c.lead.in_(of)))
    tx.run(delete(alerts).where(or_(alerts.c.lead.in_(of), _naming(alerts.c.text, number))))
    tx.run(_emptied_leads(of))
    theirs = or_(texts_of(number), messages.c.lead.in_(of))
    if contact is not None:
        theirs = or_(theirs, messages.c.contact == contact)
    for direction, whose in (("in", "sender"), ("out", "recipient")):
        words = {"body": "", "salt": "", "why": "", "media": 0, whose: ""}
        tx.run(update(messages).where(theirs, messages.c.direction == direction).values(words))
    tx.run(update(attempts).where(attempts.c.job.in_(_jobs(of))).values(detail=""))
    # Whatever was owed is owed no more.
    waits = jobs.c.state.in_(("waiting", "check"))
    canceled = {"state": "canceled", "done_at": tx.now}
    tx.run(update(jobs).where(jobs.c.lead.in_(of), waits).values(canceled))
    tx.run(update(jobs).where(jobs.c.lead.in_(of)).values(work={}, why=""))
    for table in (suppressions, marks):
        tx.run(delete(table).where(table.c.number == number))
    forgotten_call = {"caller": None, "recording_url": None, "why": FORGOTTEN}
    tx.run(update(calls).where(requests_of.calls_of(number, of)).values(forgotten_call))


def _erase_words(tx: Tx, numbers: NumberKey, number: Number, of: Sequence[int]) -> None:
    """What both chains have of theirs under a digest."""
    texted = select(messages.c.id).where(texts_of(number))
    judged = select(decisions.c.evidence).where(
        or_(decisions.c.lead.in_(of), decisions.c.message.in_(texted))
    )
    rows = [*tx.all(judged), *consents.of_person(tx, numbers, number, list(of))]
    said.forget(tx, {digest for row in rows for digest in said.digests(row.evidence)})


def _naming(column: ColumnElement[str], number: Number) -> ColumnElement[bool]:
    return or_(column.contains(number.spoken, autoescape=True), column.contains(number.e164, autoescape=True))


def _emptied_leads(of: Sequence[int]) -> Update:
    words = {"preview": "", "draft": "", "next_why": "", "preview_is_theirs": False}
    times = {"reply_amber": None, "reply_due": None, "review_due": None}
    return update(leads).where(leads.c.id.in_(of)).values({**words, **times})


def _jobs(of: Sequence[int]) -> ColumnElement[int]:
    return select(jobs.c.id).where(jobs.c.lead.in_(of)).scalar_subquery()
