"""Late texts in line, one after another.

Must not: decide which texts are late (`engine/pacing` does).
"""

from datetime import datetime

from sqlalchemy import bindparam, func, select, text, update

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
    )
)
_OVERDUE = (
    select(jobs.c.id)
    .where(
        jobs.c.channel == bindparam("channel_"),
        jobs.c.state == text("'waiting'"),
        jobs.c.doubt_at.is_(None),
        jobs.c.not_after < bindparam("now", type_=Instant),
    )
    .limit(bindparam("most"))
)


def last_due(tx: Tx, channel: str) -> datetime | None:
    """When the last late text in line goes out."""
    due: datetime | None = tx.value(_LAST, {"channel_": channel})
    return due


def put_back(tx: Tx, job: int, *, due: datetime, why: str) -> None:
    """A claimed text waits for its turn: this was no try."""
    tx.run(_PUT_BACK, {"job": job, "due_": due, "why_": why})


def overdue(tx: Tx, channel: str, *, most: int) -> list[int]:
    """Jobs of texts that would come too late by now, and surely are not sent yet."""
    return [row.id for row in tx.all(_OVERDUE, {"channel_": channel, "now": tx.now, "most": most})]
