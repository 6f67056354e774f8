"""Work of the outbox that has been owed for long.

Must not: say how long is too long.
"""

from datetime import datetime

from sqlalchemy import bindparam, select, text

from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import jobs
from mcdesk.store.transaction import Tx

_WRITTEN_BEFORE = Prepared(
    select(jobs.c.id)
    .where(
        jobs.c.channel == bindparam("channel_"),
        jobs.c.state == text("'waiting'"),
        jobs.c.at <= bindparam("before"),
    )
    .order_by(jobs.c.id)
    .limit(bindparam("most"))
)


def written_before(tx: Tx, channel: str, before: datetime, *, most: int) -> list[int]:
    """A channel's waiting work, due or not, that was written down before then; the oldest first."""
    return [row.id for row in tx.all(_WRITTEN_BEFORE, {"channel_": channel, "before": before, "most": most})]
