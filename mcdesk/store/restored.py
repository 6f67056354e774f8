"""A database put back from a copy: since when it knows nothing of what was sent and written.

Must not: look anything up.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import bindparam, case, delete, insert, select, update

from mcdesk.store import facts as facts_of
from mcdesk.store.prepared import Prepared, one_of
from mcdesk.store.schema import facts, jobs, leads
from mcdesk.store.transaction import Tx
from mcdesk.store.types import Instant

COPIED, BEGUN = "copied-at", "restored-at"
#: Where the database is kept whose place the copy took, until what it knew of opt-outs is carried over; empty
#: where there was none.
REPLACED = "replaced"
#: That cannot be read, so opt-outs may be missing, and who said that none is.
UNSURE, COMPLETE = "opt-outs-unsure", "opt-outs-complete"
#: What happened before is read from the logs by then.
AFTERWARDS = timedelta(days=1)

#: The newest thing the copy knows. Of an earlier restore that is not settled yet the earlier instant counts.
_MARK = """
INSERT INTO facts (name, value)
SELECT 'copied-at', newest FROM (
    SELECT max(at) AS newest FROM (SELECT at FROM jobs UNION ALL SELECT at FROM configurations)
) WHERE newest IS NOT NULL
ON CONFLICT (name) DO NOTHING
"""
#: No engine of the copy's day works on it now; the new one need not wait for their leases to run out.
_BURY = "DELETE FROM leases WHERE name LIKE 'engine:%'"
_MARK_REPLACED = "INSERT OR REPLACE INTO facts (name, value) VALUES ('replaced', ?)"
_DROP = delete(facts).where(facts.c.name == bindparam("dropped"))
_UNMARK = "DELETE FROM facts WHERE name = 'restored-at'"
_KNOWN = Prepared(select(facts.c.name, facts.c.value).where(one_of(facts.c.name, COPIED, BEGUN)))
_NOTE = insert(facts)
_DOUBT = (
    update(jobs)
    .where(jobs.c.channel.like(bindparam("channels")))
    .where(jobs.c.state.in_(("waiting", "running")))
    .values(
        doubt_at=case(
            (jobs.c.due > bindparam("now", type_=Instant), jobs.c.due),
            else_=bindparam("now", type_=Instant),
        )
    )
)
_OLDER = (
    select(leads.c.id)
    .where(leads.c.closed_at.is_(None), leads.c.opened_at < bindparam("until", type_=Instant))
    .limit(1)
)
_FORGET = delete(facts).where(facts.c.name.in_((COPIED, BEGUN)))


@dataclass(frozen=True, slots=True)
class Restored:
    """Of what belongs between the two, the database cannot know whether it was done."""

    copied_at: datetime
    #: The first start with the copy.
    until: datetime


def mark(copy: sqlite3.Connection, *, replaced: Path | None) -> None:
    """Note in a copy that is about to be put back when it was made, that nobody works on it, and where what
    it takes the place of will be kept."""
    for statement in (_MARK, _UNMARK, _BURY):
        copy.execute(statement)
    copy.execute(_MARK_REPLACED, (str(replaced.absolute()) if replaced is not None else "",))


def replaced(tx: Tx) -> str | None:
    """Where that is; None once it is carried over, and where nothing was put back."""
    return facts_of.value(tx, REPLACED)


def carried_over(tx: Tx, *, is_sure: bool) -> None:
    """`is_sure`: no opt-out is missing."""
    tx.run(_DROP, {"dropped": REPLACED})
    if not is_sure:
        facts_of.put(tx, UNSURE, tx.now.isoformat())


def settle_opt_outs(tx: Tx, *, by: str) -> bool:
    """Somebody says that none is missing. False where that is no question."""
    if not tx.run(_DROP, {"dropped": UNSURE}).rowcount:
        return False
    facts_of.put(tx, COMPLETE, f"{tx.now.isoformat()} {by}")
    return True


def known(tx: Tx) -> Restored | None:
    """None for a database that was never put back, or whose past is settled."""
    found = {row.name: _instant(row.value) for row in tx.all(_KNOWN)}
    if COPIED not in found or BEGUN not in found:
        return None
    return Restored(found[COPIED], found[BEGUN])


def begin(tx: Tx, *, channels: tuple[str, ...]) -> None:
    """At the first start with a copy: what is owed on these channels (LIKE) may have been done already."""
    found = {row.name for row in tx.all(_KNOWN)}
    if COPIED not in found or BEGUN in found:
        return
    tx.run(_NOTE, {"name": BEGUN, "value": str((tx.now - _EPOCH) // timedelta(microseconds=1))})
    for channel in channels:
        tx.run(_DOUBT, {"channels": channel, "now": tx.now})


def forget_settled(tx: Tx) -> None:
    """Once nobody from before is open any more, the copy's gap concerns nobody."""
    past = known(tx)
    if past is None or tx.now < past.until + AFTERWARDS:
        return
    if tx.first(_OLDER, {"until": past.until}) is None:
        tx.run(_FORGET)


_EPOCH = datetime.fromtimestamp(0, UTC)


def _instant(value: str) -> datetime:
    return _EPOCH + timedelta(microseconds=int(value))
