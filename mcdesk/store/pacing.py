"""Late texts in line, one after another.

Must not: decide which texts are late (`engine/pacing` does).
"""

from datetime import datetime

from sqlalchemy import bindparam, func, or_, select, text, update

from mcdesk.store.schema import jobs
from mcdesk.store.transaction import Tx
from mcdesk.store.types import Instant

_LAST = select(func.max(jobs.c.due)).where(
    jobs.c.channel == bindparam("channel_"), jobs.c.paced, jobs.c.state == text("'waiting'")
)
_PUT_BACK = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"))
    .values(
        state="waiting",
        due=bindparam("due_"),
        why=bindparam("why_"),
        paced=True,
        holder=None,
        tries=jobs.c.tries - 1,
        not_after=func.coalesce(bindparam("last", type_=Instant), jobs.c.not_after),
    )
)
_OVERDUE = (
    select(jobs.c.id)
    .where(
        jobs.c.channel == bindparam("channel_"),
        jobs.c.state == text("'waiting'"),
        jobs.c.doubt_at.is_(None),
        # Older versions of mcdesk did not say.
        or_(jobs.c.not_after < bindparam("now", type_=Instant), jobs.c.not_after.is_(None)),
    )
    .order_by(jobs.c.id)
    .limit(bindparam("most"))
)


def last_due(tx: Tx, channel: str) -> datetime | None:
    """When the last late text in line goes out."""
    due: datetime | None = tx.value(_LAST, {"channel_": channel})
    return due


def put_back(tx: Tx, job: int, *, due: datetime, why: str, not_after: datetime | None = None) -> None:
    """A claimed text waits for its turn: this was no try. `not_after`: later would be too late; None where
    that is as it was."""
    tx.run(_PUT_BACK, {"job": job, "due_": due, "why_": why, "last": not_after})


def overdue(tx: Tx, channel: str, at: datetime, *, most: int) -> list[int]:
    """Jobs of texts that would come too late at that time, or of which that was never said, and that surely
    are not sent yet."""
    return [row.id for row in tx.all(_OVERDUE, {"channel_": channel, "now": at, "most": most})]
