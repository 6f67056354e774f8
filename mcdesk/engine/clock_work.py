"""Work that needs nobody outside: steps of sequences, choices whose time has come, and times that are up.

Must not: decide when it is done (the outbox does).
"""

from mcdesk.engine import choosing, escalations, followups, reviews, work
from mcdesk.engine.house import House
from mcdesk.store import jobs
from mcdesk.store.transaction import Tx


def do(tx: Tx, house: House, job: jobs.Job) -> None:
    """One piece of it, claimed."""
    match job.kind:
        case work.CHOOSE_TRACK:
            choosing.decide(tx, house, job)
        case work.TAKE_STEP:
            followups.take_step(tx, house, job)
        case work.ESCALATE:
            escalations.escalate(tx, job)
        case work.END_REVIEW:
            reviews.end(tx, house, job)
        case kind:
            jobs.finish(tx, job, state="failed", why=f"nobody does {kind} work")
