"""One piece of work that fails by a bug must not stop those behind it.

Must not: hide the bug: it is logged, and a person is told.
"""

import logging
from collections.abc import Callable
from typing import TypeVar

from mcdesk.store import jobs, talk
from mcdesk.store.transaction import StoreTrouble, Tx

T = TypeVar("T")
log = logging.getLogger(__name__)


def sheltered(tx: Tx, job: jobs.Job, do: Callable[[], T]) -> T | None:
    """Do a job's part of the transaction; a bug in it puts the job in front of a person instead."""
    try:
        return tx.shelter(do)
    except StoreTrouble:
        raise
    except Exception as error:
        log.exception("Work failed by a bug", extra={"action": "work.bug", "kind": job.kind, "job": job.id})
        why = f"mcdesk could not do this by itself ({type(error).__name__}). Please do it by hand."
        jobs.finish(tx, job, state="check", why=why)
        talk.alert(tx, kind="check", title="Please look at a lead", text=why, lead=job.lead)
        if job.lead is not None:
            tx.touched.leads.add(job.lead)
        return None
