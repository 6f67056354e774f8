"""Late texts in line, one after another.

Must not: decide which texts are late (`engine/pacing` does).
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, text, update

from mcdesk.store.schema import jobs, messages
from mcdesk.store.transaction import Tx

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
    .join(messages, jobs.c.message == messages.c.id)
    .where(
        jobs.c.channel == bindparam("channel_"),
        jobs.c.state == text("'waiting'"),
        jobs.c.doubt_at.is_(None),
        messages.c.text_class == bindparam("class_"),
        messages.c.at < bindparam("before"),
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


def overdue(tx: Tx, channel: str, *, text_class: str, age: timedelta, most: int) -> list[int]:
    """Jobs of texts of a class that were written so long ago, surely not sent yet."""
    values = {"channel_": channel, "class_": text_class, "before": tx.now - age, "most": most}
    return [row.id for row in tx.all(_OVERDUE, values)]
