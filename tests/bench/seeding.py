"""Fills an office's database with leads as years of calls leave them: mostly closed, some open.

Must not: go through the engine; that would take an hour.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from mcdesk import app
from mcdesk.domain.leads import Stage
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import NextWhat
from mcdesk.store.schema import calls, contacts, leads
from mcdesk.store.transaction import Tx
from tests.bench.calls import LINE, callers

#: People call again: so many leads for each contact, one of every few contacts' last one open.
LEADS_PER_CONTACT = 5
OPEN_EVERY_CONTACT = 4
#: What open leads wait for, in turn.
OPEN = (
    (Stage.NEEDS_REPLY, NextWhat.REPLY),
    (Stage.CALL_NOW, NextWhat.CALL),
    (Stage.WAITING, NextWhat.TEXT),
    (Stage.ANSWERED, NextWhat.NOTHING),
)


def seed(folder: Path, configuration: str, *, count: int) -> int:
    """An office in `folder` with so many leads, a call for each; how many of them are open."""
    place = app.open_place(folder)
    try:
        app.apply_configuration(place, configuration, by="benchmark")
        rows = place.database.write(lambda tx: _fill(tx, count)).result() if count else ()
    finally:
        place.close()
    return sum(row["closed_at"] is None for row in rows)


def _fill(tx: Tx, count: int) -> Sequence[Mapping[str, Any]]:
    people = list(islice(callers(), -(-count // LEADS_PER_CONTACT)))
    _insert(tx, contacts, [_contact(tx.now, ordinal, each) for ordinal, each in enumerate(people)])
    rows = [_lead(tx.now, ordinal, contact=ordinal % len(people), of=count) for ordinal in range(count)]
    _insert(tx, leads, rows)
    _insert(tx, calls, [_call(row, people[row["contact"] - 1]) for row in rows])
    return rows


def _insert(tx: Tx, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        tx.connection.execute(table.insert(), rows)


def _contact(now: datetime, ordinal: int, number: str) -> dict[str, Any]:
    return {"id": ordinal + 1, "number": Number(number), "name": None, "language": "en", "at": now}


def _lead(now: datetime, ordinal: int, *, contact: int, of: int) -> dict[str, Any]:
    """The oldest first; only a contact's newest may be open."""
    at = now - timedelta(minutes=5 * (of - ordinal))
    is_open = ordinal >= of - of // LEADS_PER_CONTACT and contact % OPEN_EVERY_CONTACT == 0
    stage, next_what = OPEN[ordinal // OPEN_EVERY_CONTACT % len(OPEN)]
    return {
        "id": ordinal + 1,
        "contact": contact + 1,
        "line": Number(LINE),
        "stage": str(stage if is_open else Stage.CLOSED),
        "calls": 1,
        "opened_at": at,
        "last_at": at,
        "preview": "Missed call to Main line",
        "next_what": str(next_what if is_open else NextWhat.NOTHING),
        "next_due": now + timedelta(minutes=ordinal % 600) if is_open else None,
        "closed_at": None if is_open else at + timedelta(hours=72),
        "disposition": None if is_open else "non-responsive",
    }


def _call(lead: Mapping[str, Any], caller: str) -> dict[str, Any]:
    return {
        "connection": "twilio",
        "call_id": f"CA{lead['id']:032x}",
        "caller": Number(caller),
        "line": lead["line"],
        "direction": "inbound",
        "at": lead["opened_at"],
        "ended_at": lead["opened_at"],
        "outcome": "missed",
        "lead": lead["id"],
    }
