"""What they wrote may mean stop: a person decides, and if nobody does, it meant stop (rule O-4).

Must not: read wishes into words (`domain/consent` does).
"""

from mcdesk.domain import business_days, unsettled
from mcdesk.domain.consent import Classified
from mcdesk.domain.leads import EndReason
from mcdesk.domain.spoken import weekday_clock
from mcdesk.engine import escalations, opting_out, texting, work
from mcdesk.engine.house import House
from mcdesk.store import jobs, leads, people, talk
from mcdesk.store.transaction import Tx

#: Business days a person has.
TIME_TO_DECIDE = 1
UNDECIDED = "undecided"


def begin(tx: Tx, house: House, lead: int, *, words: str, found: Classified) -> None:
    """No automatic text from here on; somebody must read it and say what it means.

    `found`: why it may mean stop.
    """
    texting.end_automation(tx, lead, EndReason.REVIEW)
    escalations.start(tx, house, lead)
    row = leads.lead(tx, lead)
    assert row is not None
    if row.review_due is not None:
        return
    due = business_days.later(
        tx.now, TIME_TO_DECIDE, zone=house.office.zone, holidays=house.rulebook.holidays
    )
    leads.change(tx, lead, review_due=due)
    jobs.enqueue(
        tx,
        key=f"review:{lead}:{due.timestamp()}",
        kind=work.END_REVIEW,
        channel=work.CLOCK,
        due=due,
        lead=lead,
        work={"words": words},
    )
    talk.happened(tx, lead, _asking(found, weekday_clock(due, house.office.zone)))
    escalations.tell_review(tx, lead, "May not want texts")


def _asking(found: Classified, due: str) -> str:
    otherwise = f"without a decision by {due} it counts as an opt-out."
    if not found.is_guess:
        return f"They may not want texts any more. Read what they wrote and decide: {otherwise}"
    return (
        f"It sounds like somebody who wants no more texts. Please read it: {otherwise} "
        f"What counted most: {found.rule}."
    )


def keep_texting(tx: Tx, lead: int, *, author: str) -> bool:
    """Somebody read it: it did not mean stop, in whatever lead of theirs. False where there was nothing to
    decide."""
    decided = leads.in_review(tx, lead)
    for each in decided:
        leads.change(tx, each, review_due=None)
        talk.happened(tx, each, "Read: it is no opt-out. They may be texted.", author=author)
        jobs.bring_forward(tx, each, kinds=work.SENDING, due=tx.now, held_for=[unsettled.IN_REVIEW])
        leads.refresh(tx, each)
    return bool(decided)


def end(tx: Tx, house: House, job: jobs.Job) -> None:
    """The time is up: without a decision it meant stop."""
    row = leads.lead(tx, job.lead) if job.lead is not None else None
    if row is None or row.review_due is None or jobs.has_successor(tx, job):  # for the question asked since
        jobs.finish(tx, job)
        return
    if row.review_due > tx.now:
        # The clock was set meanwhile.
        jobs.hold(tx, job, until=row.review_due, why="")
        return
    jobs.finish(tx, job)
    number = people.contact(tx, row.contact).number
    if number is None:
        return
    talk.happened(tx, row.id, "Nobody decided in a business day whether they meant stop: it counts as one.")
    opting_out.opt_out(
        tx, house, row.id, number, words=str(job.work["words"]), rule=UNDECIDED, channel="text"
    )
    leads.refresh(tx, row.id)
