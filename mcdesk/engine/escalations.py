"""Somebody waits for the office: the clock that runs, and who is told.

Must not: draw timers (`ui` does) or send notifications (the tray does).
"""

from typing import Any

from sqlalchemy import Row

from mcdesk.domain.leads import Stage
from mcdesk.engine import work
from mcdesk.engine.house import House
from mcdesk.store import jobs, leads, people, talk
from mcdesk.store.transaction import Tx


def start(tx: Tx, house: House, lead: int) -> None:
    """They wrote: a person must answer. A clock that already runs goes on."""
    row = run(tx, house, lead)
    talk.alert(
        tx, kind="reply", title="New reply", text=f"{_who(tx, row)} wrote back.", lead=lead, owner=row.owner
    )


def run(tx: Tx, house: House, lead: int) -> Row[Any]:
    """The clock in which a person must answer, unless it runs already; the lead as it was."""
    goals = house.office.goals
    row = leads.lead(tx, lead)
    assert row is not None
    due = row.reply_due if row.stage == Stage.NEEDS_REPLY and row.reply_due else tx.now + goals.reply_within
    amber = (
        row.reply_amber if row.stage == Stage.NEEDS_REPLY and row.reply_amber else tx.now + goals.reply_amber
    )
    leads.change(tx, lead, stage=str(Stage.NEEDS_REPLY), reply_amber=amber, reply_due=due)
    jobs.enqueue(
        tx,
        key=f"escalate:{lead}:{due.timestamp()}",
        kind=work.ESCALATE,
        channel=work.CLOCK,
        due=due,
        lead=lead,
    )
    return row


def escalate(tx: Tx, job: jobs.Job) -> None:
    """The time is up: if nobody acted, everyone is told."""
    assert job.lead is not None
    row = leads.lead(tx, job.lead)
    if (
        row is None
        or row.closed_at is not None
        or row.reply_due is None
        or jobs.has_successor(tx, job)  # for the clock that runs now
    ):
        jobs.finish(tx, job)
        return
    if row.reply_due > tx.now:
        # The clock was set meanwhile.
        jobs.hold(tx, job, until=row.reply_due, why="")
        return
    jobs.finish(tx, job)
    who = _who(tx, row)
    verb = "an answer" if row.stage == Stage.NEEDS_REPLY else "a call"
    talk.alert(
        tx, kind="late", title=f"{who} is waiting", text=f"{who} has waited too long for {verb}.", lead=row.id
    )
    talk.happened(tx, row.id, f"Late: nobody has given {verb} in time. Everyone was told.")
    tx.touched.leads.add(row.id)


def stop(tx: Tx, lead: int) -> None:
    """Somebody acted."""
    leads.change(tx, lead, reply_amber=None, reply_due=None, unread=0)
    jobs.cancel(tx, lead, kinds=(work.ESCALATE,), why="somebody acted")


def tell_review(tx: Tx, lead: int, title: str) -> None:
    """Something a person should see, without a clock."""
    row = leads.lead(tx, lead)
    assert row is not None
    talk.alert(
        tx, kind="review", title=title, text=f"{_who(tx, row)}: {title.lower()}.", lead=lead, owner=row.owner
    )


def _who(tx: Tx, row: Row[Any]) -> str:
    contact = people.contact(tx, row.contact)
    return str(contact.name or (contact.number.spoken if contact.number else "A hidden number"))
