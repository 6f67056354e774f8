"""Takes a person out of every row they are in: what they said, what was said of them, their name and number.

Must not: decide whether they may be (`engine/forgetting` does), or touch what is linked in a chain.

Rows stay where others point at them, and so that a log read again does not bring back what it names.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Update, delete, or_, select, update

from mcdesk.domain.numbers import Number
from mcdesk.store.schema import (
    alerts,
    attempts,
    calls,
    contacts,
    crm_contacts,
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

#: Requests looked through at a time.
PAGE = 1000


def leads_of(tx: Tx, contact: int) -> list[int]:
    return [row.id for row in tx.all(select(leads.c.id).where(leads.c.contact == contact))]


def is_under_way(tx: Tx, of: Sequence[int]) -> bool:
    """Whether work for one of these leads is being done, or may have been: it would come back."""
    owed = select(jobs.c.id).where(jobs.c.lead.in_(of))
    doing = or_(jobs.c.state == "running", (jobs.c.state == "waiting") & jobs.c.doubt_at.is_not(None))
    return tx.first(owed.where(doing).limit(1)) is not None


def erase(tx: Tx, contact: int, number: Number | None, of: Sequence[int]) -> None:
    """Everything of a contact, their number and their leads."""
    if tx.connection.dialect.name == "sqlite":
        # What is deleted is overwritten in the file as well.
        tx.connection.exec_driver_sql("PRAGMA secure_delete = ON")
    tx.run(
        update(contacts)
        .where(contacts.c.id == contact)
        .values(number=None, name=None, line_type=None, line_type_at=None, machine_since=None, state=None)
    )
    tx.run(delete(crm_contacts).where(crm_contacts.c.contact == contact))
    for table in (notes, happenings, alerts):
        tx.run(delete(table).where(table.c.lead.in_(of)))
    tx.run(_emptied_leads(of))
    tx.run(_emptied_messages(contact, of, "in").values(sender="", body="", why="", media=0))
    tx.run(_emptied_messages(contact, of, "out").values(recipient="", body="", why=""))
    tx.run(update(attempts).where(attempts.c.job.in_(_jobs(of))).values(detail=""))
    # Whatever was owed is owed no more.
    waits = jobs.c.state.in_(("waiting", "check"))
    canceled = {"state": "canceled", "done_at": tx.now}
    tx.run(update(jobs).where(jobs.c.lead.in_(of), waits).values(canceled))
    tx.run(update(jobs).where(jobs.c.lead.in_(of)).values(work={}, why=""))
    theirs: ColumnElement[bool] = calls.c.lead.in_(of)
    if number is not None:
        theirs = or_(theirs, calls.c.caller == number)
        for marked in (suppressions, marks):
            tx.run(delete(marked).where(marked.c.number == number))
        _erase_requests(tx, number)
    tx.run(update(calls).where(theirs).values(caller=None, recording_url=None, why=FORGOTTEN))
    if tx.connection.dialect.name == "sqlite":
        tx.connection.exec_driver_sql("PRAGMA secure_delete = OFF")


def _emptied_leads(of: Sequence[int]) -> Update:
    words = {"preview": "", "draft": "", "next_why": "", "preview_is_theirs": False}
    times = {"reply_amber": None, "reply_due": None, "review_due": None}
    return update(leads).where(leads.c.id.in_(of)).values({**words, **times})


def _emptied_messages(contact: int, of: Sequence[int], direction: str) -> Update:
    theirs = or_(messages.c.lead.in_(of), messages.c.contact == contact)
    return update(messages).where(theirs, messages.c.direction == direction)


def _jobs(of: Sequence[int]) -> ColumnElement[int]:
    return select(jobs.c.id).where(jobs.c.lead.in_(of)).scalar_subquery()


def _erase_requests(tx: Tx, number: Number) -> None:
    """Requests that name the number, as they arrived. That they arrived stays known."""
    digits, last = number.e164[-10:], 0
    page = select(hooks.c.id, hooks.c.url, hooks.c.body).order_by(hooks.c.id).limit(PAGE)
    while rows := tx.all(page.where(hooks.c.id > last)):
        last = rows[-1].id
        named = [row.id for row in rows if digits.encode() in row.body or digits in row.url]
        if named:
            emptied = {"body": b"", "url": "", "headers": {}, "state": "done", "why": FORGOTTEN}
            tx.run(update(hooks).where(hooks.c.id.in_(named)).values(emptied))
