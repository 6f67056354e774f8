"""The clock was ahead and was set back: what was dated by the wrong time is dated that much earlier.

Must not: notice it (`engine/pulse` does).
"""

from datetime import timedelta

from sqlalchemy import BigInteger, Column, Table, Update, bindparam, or_, select, type_coerce, update

from mcdesk.store import leads as rows_of_leads
from mcdesk.store.schema import (
    alerts,
    attempts,
    blind_periods,
    calls,
    configurations,
    connections,
    contacts,
    crm_contacts,
    enrollments,
    feed,
    forgotten,
    greetings,
    happenings,
    hooks,
    jobs,
    leads,
    marks,
    messages,
    notes,
    rule_tables,
    secrets,
    suppressions,
    troubles,
)
from mcdesk.store.transaction import Tx
from mcdesk.store.types import Instant

#: Every time of the past, as what is counted from it, compared with it or sorted by it must agree.
DATED: dict[Table, tuple[str, ...]] = {
    alerts: ("at", "read_at"),
    attempts: ("at",),
    blind_periods: ("began_at", "ended_at"),
    calls: ("at", "ended_at"),
    configurations: ("at",),
    connections: (
        "since", "last_success_at", "last_event_at", "failing_since", "next_try_at", "newest_at", "read_at",
        "awake_at",
    ),
    contacts: ("line_type_at", "machine_since", "hold_since", "detached_at", "at"),
    crm_contacts: ("at",),
    enrollments: ("call_at", "ended_at"),
    feed: ("at",),
    forgotten: ("at",),
    greetings: ("at",),
    happenings: ("at",),
    hooks: ("at",),
    jobs: ("done_at",),
    leads: ("opened_at", "last_at", "closed_at"),
    marks: ("at", "ended_at"),
    messages: ("at", "status_at"),
    notes: ("at",),
    rule_tables: ("at",),
    secrets: ("at",),
    suppressions: ("at", "ended_at"),
    troubles: ("since", "at", "next_try_at"),
}  # fmt: skip
_MICROSECOND = timedelta(microseconds=1)


def _earlier(table: Table, column: Column[object]) -> Update:
    """Only what lies in the future can have been dated by the wrong time for sure."""
    return (
        update(table)
        .where(column > bindparam("now", type_=Instant))
        .values({column: type_coerce(column, BigInteger) - bindparam("by_", type_=BigInteger)})
    )


_EARLIER = (
    *(_earlier(table, table.c[name]) for table, names in DATED.items() for name in names),
    _earlier(jobs, jobs.c.at).where(jobs.c.state.not_in(("waiting", "running"))),
)


def move_back(tx: Tx, by: timedelta) -> None:
    """Everything dated ahead of now, and the work owed at wrong times."""
    _move_work(tx, by)
    _move_kept_texts(tx, by)
    for statement in _EARLIER:
        tx.run(statement, {"now": tx.now, "by_": by // _MICROSECOND})


_KEPT_TEXTS = select(forgotten.c.number_key, forgotten.c.texts).where(
    forgotten.c.at > bindparam("now", type_=Instant)
)
_KEEP_TEXTS = (
    update(forgotten)
    .where(forgotten.c.number_key == bindparam("key"))
    .values(texts=bindparam("texts_", type_=forgotten.c.texts.type))
)


def _move_kept_texts(tx: Tx, by: timedelta) -> None:
    """Those of deleted people, which still count for a day."""
    for row in tx.all(_KEPT_TEXTS, {"now": tx.now}):
        moved = [
            {**each, "at": each["at"] - by.total_seconds()} if each["at"] > tx.now.timestamp() else each
            for each in row.texts
        ]
        tx.run(_KEEP_TEXTS, {"key": row.number_key, "texts_": moved})


_AHEAD = select(
    jobs.c.id,
    jobs.c.lead,
    jobs.c.at,
    jobs.c.due,
    jobs.c.doubt_at,
    jobs.c.tries,
    jobs.c.why,
    jobs.c.paced,
    jobs.c.not_after,
).where(
    jobs.c.state.in_(("waiting", "running")),
    or_(*(column > bindparam("now", type_=Instant) for column in (jobs.c.at, jobs.c.due, jobs.c.doubt_at))),
)
_MOVE = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"))
    .values(
        at=bindparam("at_"),
        due=bindparam("due_"),
        doubt_at=bindparam("doubt_"),
        not_after=bindparam("last"),
    )
)
#: Reply clocks begun by the wrong time, as the work says that was owed at their end.
_CLOCKS = (
    select(leads.c.id, leads.c.reply_amber, leads.c.reply_due)
    .join(jobs, jobs.c.lead == leads.c.id)
    .where(leads.c.closed_at.is_(None), leads.c.reply_due > bindparam("now", type_=Instant))
    .where(jobs.c.due == leads.c.reply_due, jobs.c.at > bindparam("now", type_=Instant))
    .distinct()
)
_ASKED = leads.alias("asked")
#: Questions put by the wrong time what a text meant, in whatever lead of theirs; likewise.
_REVIEWS = (
    select(leads.c.id, leads.c.review_due)
    .join(_ASKED, _ASKED.c.contact == leads.c.contact)
    .join(jobs, jobs.c.lead == _ASKED.c.id)
    .where(leads.c.review_due > bindparam("now", type_=Instant))
    .where(jobs.c.due == leads.c.review_due, jobs.c.at > bindparam("now", type_=Instant))
    .distinct()
)


def _move_work(tx: Tx, by: timedelta) -> None:
    """Nothing is due later than it would have been.

    What was written by the wrong time is due that much earlier, but not before now. Of what is older, what
    waits to be tried again may have been postponed by the wrong time: too early is harmless, it is judged
    again. What was never tried keeps the due time it got.
    """
    moved: set[int] = set()
    for row in tx.all(_CLOCKS, {"now": tx.now}):
        amber = None if row.reply_amber is None else row.reply_amber - by
        rows_of_leads.change(tx, row.id, reply_amber=amber, reply_due=row.reply_due - by)
        moved.add(row.id)
    for row in tx.all(_REVIEWS, {"now": tx.now}):
        rows_of_leads.change(tx, row.id, review_due=row.review_due - by)
    for row in tx.all(_AHEAD, {"now": tx.now}):
        wrong = row.at > tx.now
        again = row.tries > 0 or row.why or row.paced
        at = row.at - by if wrong else row.at
        due = max(tx.now, row.due - by) if wrong or (again and row.due > tx.now) else row.due
        doubt = row.doubt_at - by if row.doubt_at is not None and row.doubt_at > tx.now else row.doubt_at
        last = row.not_after - by if wrong and row.not_after is not None else row.not_after
        tx.run(_MOVE, {"job": row.id, "at_": at, "due_": due, "doubt_": doubt, "last": last})
        if row.lead is not None:
            moved.add(row.lead)
    for lead in moved:
        rows_of_leads.refresh(tx, lead)
