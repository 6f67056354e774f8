"""The outbox: work owed, who holds it, what came of it.

Must not: know how any work is done.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Row, and_, bindparam, func, insert, or_, select, text, update

from mcdesk.store.inserting import insert_unless_there
from mcdesk.store.leases import ALIVE
from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import attempts, jobs
from mcdesk.store.transaction import Tx
from mcdesk.store.types import Instant


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work, claimed."""

    id: int
    key: str
    kind: str
    channel: str
    lead: int | None
    message: int | None
    work: Mapping[str, Any]
    due: datetime
    at: datetime
    tries: int
    #: The engine that claimed it; with `tries` it says which claim this is.
    holder: str
    #: Since then it is not known whether an earlier try was processed; None where that is no question.
    doubt_at: datetime | None
    #: Why it had to wait before; empty where it did not.
    why: str = ""
    #: A late text whose turn was given out.
    paced: bool = False
    #: Done later, it would come too late.
    not_after: datetime | None = None

    @property
    def claimed(self) -> dict[str, object]:
        """Which claim of which job."""
        return {"job": self.id, "by": self.holder, "try": self.tries}


#: The claim still holds: nobody took the job over since.
_STILL_OURS = and_(
    jobs.c.state == text("'running'"), jobs.c.holder == bindparam("by"), jobs.c.tries == bindparam("try")
)

_ENQUEUE = Prepared(insert_unless_there(jobs, "key"))
_COLUMNS = (
    jobs.c.id, jobs.c.key, jobs.c.kind, jobs.c.channel, jobs.c.lead, jobs.c.message, jobs.c.work,
    jobs.c.due, jobs.c.at, jobs.c.tries, jobs.c.doubt_at, jobs.c.why, jobs.c.paced, jobs.c.not_after,
)  # fmt: skip
_DUE = Prepared(
    select(*_COLUMNS)
    .where(
        jobs.c.channel == bindparam("channel_"),
        jobs.c.state == text("'waiting'"),
        jobs.c.due <= bindparam("now"),
    )
    .order_by(jobs.c.due, jobs.c.id)
    .limit(bindparam("most"))
)
_LAST_OF = (
    select(*_COLUMNS).where(jobs.c.message == bindparam("message_")).order_by(jobs.c.id.desc()).limit(1)
)
_THESE = (
    select(*_COLUMNS)
    .where(jobs.c.id.in_(bindparam("ids", expanding=True)), jobs.c.state == text("'waiting'"))
    .order_by(jobs.c.id)
)
_CLAIM = Prepared(
    update(jobs)
    .where(jobs.c.id == bindparam("job"), jobs.c.state == text("'waiting'"))
    .values(state="running", holder=bindparam("by"), tries=jobs.c.tries + 1)
)
_FINISH = Prepared(

    update(jobs)
    .where(jobs.c.id == bindparam("job"), jobs.c.state != text("'done'"))
    .where(or_(bindparam("known", type_=Boolean), _STILL_OURS))
    .values(
        state=bindparam("state_"), why=bindparam("why_"), result=bindparam("result_"),
        done_at=bindparam("now"),
        holder=None,
    )

)  # fmt: skip
_POSTPONE = Prepared(

    update(jobs)
    .where(jobs.c.id == bindparam("job"), _STILL_OURS)
    .values(
        state="waiting", due=bindparam("due_"), why=bindparam("why_"), holder=None,
        doubt_at=func.coalesce(jobs.c.doubt_at, bindparam("doubt_", type_=Instant)),
    )
    .returning(jobs.c.channel)

)  # fmt: skip
_HOLD = Prepared(
    update(jobs)
    .where(jobs.c.id == bindparam("job"), _STILL_OURS)
    .values(
        state="waiting", due=bindparam("due_"), why=bindparam("why_"), holder=None, tries=0,
        not_after=func.coalesce(bindparam("last", type_=Instant), jobs.c.not_after),
    )
    .returning(jobs.c.channel)
)  # fmt: skip
_CLEAR = update(jobs).where(jobs.c.id == bindparam("job"), _STILL_OURS).values(doubt_at=None)
_NEXT_DUE = Prepared(
    select(func.min(jobs.c.due)).where(
        jobs.c.channel == bindparam("channel_"), jobs.c.state == text("'waiting'")
    )
)
_CANCEL = (
    update(jobs)
    .where(jobs.c.lead == bindparam("lead_"), jobs.c.state == text("'waiting'"))
    .where(jobs.c.kind.in_(bindparam("kinds", expanding=True)), jobs.c.doubt_at.is_(None))
    .values(state="canceled", why=bindparam("why_"), done_at=bindparam("now"))
)  # fmt: skip
_BRING_FORWARD = (
    update(jobs)
    .where(jobs.c.lead == bindparam("lead_"), jobs.c.state == text("'waiting'"))
    .where(jobs.c.kind.in_(bindparam("kinds", expanding=True)))
    .where(jobs.c.due > bindparam("due_"), jobs.c.tries == 0)
    .where(jobs.c.why.in_(bindparam("whys", expanding=True)))
    .values(due=bindparam("due_"))
    .returning(jobs.c.channel)
)
_LET_GO = (
    update(jobs)
    .where(jobs.c.state == text("'running'"), jobs.c.holder == bindparam("by"))
    .values(
        state="waiting", doubt_at=func.coalesce(jobs.c.doubt_at, bindparam("now", type_=Instant)), holder=None
    )
    .returning(jobs.c.channel)
)  # fmt: skip
_LET_ONE_GO = _LET_GO.where(jobs.c.id == bindparam("job"), jobs.c.tries == bindparam("try"))
_LET_CHANNEL_GO = _LET_GO.where(jobs.c.channel == bindparam("channel_"))
_STRANDED = (
    update(jobs)
    .where(jobs.c.state == text("'running'"))
    .where(
        jobs.c.holder.not_in(ALIVE),
    )
    .values(
        state="waiting", doubt_at=func.coalesce(jobs.c.doubt_at, bindparam("now", type_=Instant)), holder=None
    )
)
_ATTEMPT = Prepared(insert(attempts))


def enqueue(
    tx: Tx,
    *,
    key: str,
    kind: str,
    channel: str,
    due: datetime,
    lead: int | None = None,
    message: int | None = None,
    work: Mapping[str, Any] | None = None,
    why: str = "",
    doubt_at: datetime | None = None,
    not_after: datetime | None = None,
) -> bool:
    """Owe a piece of work. False if the same work was owed already.

    `doubt_at`: it may be done already. `not_after`: done later, it would come too late."""
    values = {
        "key": key, "kind": kind, "channel": channel, "lead": lead, "message": message,
        "work": dict(work or {}), "due": due, "at": tx.now, "why": why, "doubt_at": doubt_at,
        "not_after": not_after,
    }  # fmt: skip
    tx.touched.work(channel, due)
    return bool(tx.run(_ENQUEUE, values).rowcount)


def again(tx: Tx, message: int, *, key: str, due: datetime, why: str) -> bool:
    """Owe a text once more, as it was owed last. False where that is too late, or was done by this key."""
    row = tx.first(_LAST_OF, {"message_": message})
    if row is None or (row.not_after is not None and due > row.not_after):
        return False
    return enqueue(
        tx, key=key, kind=row.kind, channel=row.channel, due=due, lead=row.lead, message=message,
        work=row.work, why=why, not_after=row.not_after,
    )  # fmt: skip


def claim(tx: Tx, *, channel: str, holder: str, most: int) -> list[Job]:
    """Take up to `most` due jobs; nobody else gets them until given back or the holder's lease ends."""
    return _take(tx, tx.all(_DUE, {"channel_": channel, "now": tx.now, "most": most}), holder)


def claim_these(tx: Tx, ids: Sequence[int], *, holder: str) -> list[Job]:
    """Those of them that wait, due or not."""
    return _take(tx, tx.all(_THESE, {"ids": list(ids)}), holder) if ids else []


def _take(tx: Tx, rows: list[Row[*tuple[Any, ...]]], holder: str) -> list[Job]:
    return [
        _job(row, holder)
        for row in rows
        if tx.run(_CLAIM, {"job": row.id, "by": holder, "now": tx.now}).rowcount == 1
    ]


def _job(row: Row[*tuple[Any, ...]], holder: str) -> Job:
    return Job(
        row.id, row.key, row.kind, row.channel, row.lead, row.message, row.work, row.due, row.at,
        tries=row.tries + 1, holder=holder, doubt_at=row.doubt_at, why=row.why, paced=row.paced,
        not_after=row.not_after,
    )  # fmt: skip


def finish(tx: Tx, job: Job, *, state: str = "done", why: str = "", result: str | None = None) -> bool:
    """It is over: done, canceled, failed, or check. False, and nothing changed, where it is no longer ours.

    The rule for an engine that stood still so long that another took its job over, in doubt: *done* is
    knowledge, and counts whoever has the job now and whatever they made of it, once; the other finds that its
    claim ended. All else (canceled, failed, check, later) is an opinion, and only the holder's counts.
    """
    values = {"state_": state, "why_": why, "result_": result, "now": tx.now, "known": state == "done"}
    return bool(tx.run(_FINISH, {**job.claimed, **values}).rowcount)


def postpone(tx: Tx, job: Job, *, due: datetime, why: str, doubt: bool = False) -> bool:
    """Try again at `due`. `doubt`: this try may have been processed. False where it is no longer ours."""
    values = {**job.claimed, "due_": due, "why_": why, "doubt_": tx.now if doubt else None}
    return _back_in_line(tx, tx.value(_POSTPONE, values), due)


def clear_doubt(tx: Tx, job: Job) -> bool:
    """Looked up: no try of it was processed. False where it is no longer ours: then do not try it."""
    return bool(tx.run(_CLEAR, job.claimed).rowcount)


def hold(tx: Tx, job: Job, *, until: datetime, why: str, not_after: datetime | None = None) -> bool:
    """A rule makes it wait: this was no try. `not_after`: done later, it would come too late; None where
    that is as it was. False where it is no longer ours."""
    values = {**job.claimed, "due_": until, "why_": why, "last": not_after}
    return _back_in_line(tx, tx.value(_HOLD, values), until)


def _back_in_line(tx: Tx, channel: str | None, due: datetime) -> bool:
    if channel is not None:
        tx.touched.work(channel, due)
    return channel is not None


def cancel(tx: Tx, lead: int, *, kinds: Sequence[str], why: str) -> int:
    """Take back a lead's waiting work of these kinds; how many. Work in doubt stays: it is looked up."""
    return tx.run(_CANCEL, {"lead_": lead, "kinds": list(kinds), "why_": why, "now": tx.now}).rowcount


def bring_forward(
    tx: Tx, lead: int, *, kinds: Sequence[str], due: datetime, held_for: Sequence[str] = ()
) -> None:
    """Do a lead's untried work of these kinds earlier; what a rule holds stays held, unless for these."""
    values = {"lead_": lead, "kinds": list(kinds), "due_": due, "whys": ["", *held_for]}
    for row in tx.all(_BRING_FORWARD, values):
        tx.touched.work(row.channel, due)


def let_go(tx: Tx, *, holder: str, job: Job | None = None, channel: str | None = None) -> None:
    """Work of ours that ended without a word goes back in line, in doubt: one claim, a channel, or all."""
    values = {"by": holder, "now": tx.now}
    if job is not None:
        rows = tx.all(_LET_ONE_GO, {**job.claimed, **values})
    elif channel is not None:
        rows = tx.all(_LET_CHANNEL_GO, {**values, "channel_": channel})
    else:
        rows = tx.all(_LET_GO, values)
    for row in rows:
        tx.touched.work(row.channel, tx.now)


def next_due(tx: Tx, channel: str) -> datetime | None:
    """When the channel has something to do."""
    due: datetime | None = tx.value(_NEXT_DUE, {"channel_": channel})
    return due


def take_back_stranded(tx: Tx) -> int:
    """Work held by engines that are gone goes back in line, in doubt; how many pieces."""
    return tx.run(_STRANDED, {"now": tx.now, "lease_now": tx.lease_now}).rowcount


def write_attempt(tx: Tx, job: int, *, outcome: str, detail: str = "") -> None:
    """Keep a trace of one try."""
    tx.run(_ATTEMPT, {"job": job, "at": tx.now, "outcome": outcome, "detail": detail})


_STUCK = select(func.count()).where(
    jobs.c.state == text("'waiting'"), jobs.c.message.is_not(None), jobs.c.tries > 0
)


def texts_in_line(tx: Tx) -> int:
    """Texts tried and not yet taken by their provider."""
    return int(tx.value(_STUCK) or 0)


_HAS_STRANDED = (
    select(func.count())
    .select_from(jobs)
    .where(jobs.c.state == text("'running'"))
    .where(jobs.c.holder.not_in(ALIVE))
)


def has_stranded(tx: Tx) -> bool:
    """Whether an engine that is gone holds work."""
    return bool(tx.value(_HAS_STRANDED, {"lease_now": tx.lease_now}))


_AGAIN = (
    update(jobs)
    .where(jobs.c.lead == bindparam("lead_"), jobs.c.channel.like(bindparam("channels")))
    .where(jobs.c.state.in_(("failed", "waiting")))
    .values(state="waiting", due=bindparam("now"), tries=1, why="", done_at=None)
)
_STUCK_NOW = (
    update(jobs)
    .where(jobs.c.channel == bindparam("channel_"), jobs.c.state == text("'waiting'"))
    .where(jobs.c.tries > 0, jobs.c.doubt_at.is_(None), jobs.c.due > bindparam("now"))
    .values(due=bindparam("now"))
)
_SETTLE = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), jobs.c.state == "check")
    .values(state="done", why="settled by a person", done_at=bindparam("now"))
)
_CHECKS = select(jobs.c.id, jobs.c.message).where(jobs.c.lead == bindparam("lead_"), jobs.c.state == "check")


def try_again(tx: Tx, lead: int, channels: str) -> int:
    """Put a lead's failed work on channels beginning so back in line, to be looked up first; how many."""
    return tx.run(_AGAIN, {"lead_": lead, "channels": f"{channels}%", "now": tx.now}).rowcount


def bring_stuck_forward(tx: Tx, channel: str) -> None:
    """Something was mended: what waited for it is due now."""
    tx.run(_STUCK_NOW, {"channel_": channel, "now": tx.now})
    tx.touched.work(channel, tx.now)


def settle_checks(tx: Tx, lead: int) -> list[int]:
    """A person answered what no provider could: the messages that were in question."""
    found = tx.all(_CHECKS, {"lead_": lead})
    for row in found:
        tx.run(_SETTLE, {"job": row.id, "now": tx.now})
    return [row.message for row in found if row.message is not None]


_UNSERVED = (
    select(jobs.c.id)
    .where(jobs.c.state == text("'waiting'"), jobs.c.at <= bindparam("before"))
    .where(jobs.c.channel.not_in(bindparam("served", expanding=True)))
    .order_by(jobs.c.id)
    .limit(bindparam("most"))
)


def unserved(tx: Tx, channels: Collection[str], age: timedelta, *, most: int) -> list[int]:
    """Waiting work that was owed so long ago, on none of these channels."""
    values = {"served": sorted(channels), "before": tx.now - age, "most": most}
    return [row.id for row in tx.all(_UNSERVED, values)]


_NEWEST_DOUBT = select(func.max(jobs.c.doubt_at)).where(
    jobs.c.channel == bindparam("channel_"), jobs.c.state == text("'waiting'")
)


def newest_doubt(tx: Tx, channel: str) -> datetime | None:
    """Since when the channel's latest try of unknown outcome is in doubt."""
    doubt_at: datetime | None = tx.value(_NEWEST_DOUBT, {"channel_": channel})
    return doubt_at


_NEWER = Prepared(
    select(jobs.c.id)
    .where(jobs.c.lead == bindparam("lead_"), jobs.c.kind == bindparam("kind_"), jobs.c.id > bindparam("job"))
    .limit(1)
)


def has_successor(tx: Tx, job: Job) -> bool:
    """Whether the same kind of work was owed for its lead once more, later."""
    return tx.first(_NEWER, {"lead_": job.lead, "kind_": job.kind, "job": job.id}) is not None


_UNTRIED = Prepared(
    select(jobs.c.id).where(
        jobs.c.key == bindparam("key_"), jobs.c.state == text("'waiting'"), jobs.c.tries == 0
    )
)


def is_untried(tx: Tx, key: str) -> bool:
    """Whether this work waits for its first try."""
    return tx.first(_UNTRIED, {"key_": key}) is not None
