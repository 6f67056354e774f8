"""Databases as released versions of mcdesk left them, every table filled, in the columns of that time.

Must not: use today's schema; a row here is what an office of that time has on its disk.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from mcdesk.store.migrations import run

#: Wednesday, 18 November 2026, 19:00 UTC, in microseconds.
AT = 1_795_028_400_000_000
MINUTE = 60_000_000

CONFIGURATION = """\
[office]
name = "Rivera & Cole"
timezone = "America/Los_Angeles"
booking_link = "https://riveracole.example/book"

[[lines]]
number = "+14155550100"
label = "Main line"
calls = "twilio"
texts = "twilio"
sequence = "law-4-24-72"

[connections.twilio]
provider = "twilio"
account_sid = "AC00000000000000000000000000000000"
base_url = "http://127.0.0.1:9"
lookup_url = "http://127.0.0.1:9"
hook_secret = "s3cret-path"
poll_seconds = 0
"""

ROWS_0001: dict[str, list[dict[str, object]]] = {
    "configurations": [{"id": 1, "at": AT, "by": "Maria", "source": CONFIGURATION}],
    "facts": [{"name": "installation", "value": "0123456789ab"}],
    "secrets": [{"connection": "other", "field": "auth_token", "sealed": b"\x01\x02", "at": AT}],
    "leases": [{"name": "engine:pc:1:aa", "holder": "pc:1:aa", "until": AT, "fence": 3}],
    "connections": [
        {"name": "twilio", "calls_cursor": "calls-7", "texts_cursor": "texts-7", "since": AT,
         "last_success_at": AT, "last_event_at": AT, "failing_since": AT, "trouble": "No answer.",
         "needs_person": 0},
    ],
    "hooks": [
        {"id": 1, "connection": "twilio", "kind": "call", "event_id": "CA1:no-answer", "at": AT,
         "method": "POST", "url": "http://127.0.0.1/hooks/twilio", "headers": "{}", "body": b"CallSid=CA1",
         "state": "done", "why": None},
    ],
    "contacts": [
        {"id": 1, "number": "+14155550142", "name": "Ana Díaz", "language": "en", "line_type": "mobile",
         "line_type_at": AT, "at": AT},
        {"id": 2, "number": None, "name": None, "language": "es", "line_type": None, "line_type_at": None,
         "at": AT},
    ],
    "crm_contacts": [
        {"contact": 1, "connection": "clio", "crm_id": "77", "name": "Ana Díaz", "url": None, "at": AT,
         "matches": 1},
    ],
    "leads": [
        {"id": 1, "contact": 1, "line": "+14155550100", "stage": "waiting", "owner": "Maria", "unread": 1,
         "calls": 2, "after_hours": 1, "opened_at": AT, "last_at": AT, "preview": "10:45 works",
         "preview_is_theirs": 1, "last_text_status": "delivered", "ended": None, "reply_amber": None,
         "reply_due": None, "next_what": "text", "next_due": AT + MINUTE, "next_ordinal": 2, "next_why": "",
         "draft": "Half a sent", "closed_at": None, "disposition": None},
    ],
    "calls": [
        {"id": 1, "connection": "twilio", "call_id": "CA1", "caller": "+14155550142",
         "line": "+14155550100", "direction": "inbound", "at": AT, "ended_at": AT + MINUTE,
         "outcome": "missed", "seconds": 20, "recording_url": None, "lead": 1, "why": None},
    ],
    "messages": [
        {"id": 1, "lead": 1, "contact": 1, "direction": "out", "connection": "twilio", "message_id": "SM1",
         "sender": "+14155550100", "recipient": "+14155550142", "body": "Sorry we missed your call.",
         "at": AT, "text_class": "ack", "author": None, "status": "delivered", "status_at": AT, "why": "",
         "media": 0},
    ],
    "notes": [{"id": 1, "lead": 1, "at": AT, "author": "Maria", "body": "Conflict check done."}],
    "happenings": [{"id": 1, "lead": 1, "at": AT, "text": "Saved to Clio.", "author": None}],
    "decisions": [
        {"id": 1, "lead": 1, "message": 1, "at": AT, "moment": "sent", "text_class": "ack", "answer": "send",
         "until": None, "evidence": '{"why":["Open now."]}'},
    ],
    "enrollments": [
        {"id": 1, "lead": 1, "sequence": "law-4-24-72", "call_at": AT, "ended_at": None},
    ],
    "suppressions": [
        {"id": 1, "number": "+14155550177", "at": AT, "words": "STOP", "rule": "stop", "channel": "text",
         "ended_at": None, "ended_why": None},
    ],
    "jobs": [
        {"id": 1, "key": "step:1:1", "kind": "send-text", "channel": "texts:twilio", "lead": 1, "message": 1,
         "work": "{}", "due": AT, "state": "done", "why": "", "tries": 1, "holder": None, "at": AT,
         "doubt_at": None, "done_at": AT, "result": None},
        {"id": 2, "key": "step:1:2", "kind": "take-step", "channel": "clock", "lead": 1, "message": None,
         "work": '{"step":2}', "due": AT + 9_999_999 * MINUTE, "state": "waiting", "why": "", "tries": 0,
         "holder": None, "at": AT, "doubt_at": None, "done_at": None, "result": None},
    ],
    "attempts": [{"id": 1, "job": 1, "at": AT, "outcome": "later", "detail": "no answer"}],
    "alerts": [
        {"id": 1, "at": AT, "lead": 1, "kind": "reply", "title": "New reply", "text": "Ana wrote back.",
         "owner": "Maria", "read_at": None},
    ],
    "feed": [{"id": 1, "at": AT, "writer": "aa", "kind": "touched", "ref": "[[1],[],[],false]"}],
}  # fmt: skip

ROWS_0002: dict[str, list[dict[str, object]]] = {
    **ROWS_0001,
    "blind_periods": [
        {"id": 1, "connection": "twilio", "began_at": AT, "ended_at": AT + 31 * MINUTE, "why": "No answer.",
         "calls": 3, "too_late": 1},
    ],
    "connections": [
        {**ROWS_0001["connections"][0], "next_try_at": AT, "lag_seconds": 2, "read_at": AT,
         "sign_in_until": AT, "newest_at": AT, "awake_at": AT},
    ],
    "troubles": [
        {"connection": "twilio", "purpose": "reading", "since": AT, "at": AT + MINUTE, "why": "No answer.",
         "needs_person": 0, "next_try_at": AT + 2 * MINUTE},
    ],
    "contacts": [{**row, "machine_since": AT} for row in ROWS_0001["contacts"]],
    "jobs": [{**row, "paced": 1} for row in ROWS_0001["jobs"]],
}  # fmt: skip

#: What each released version left, oldest first. Never edited; a release adds one.
RELEASED = {"0001": ROWS_0001, "0002": ROWS_0002}


def leave(path: Path, revision: str) -> dict[str, list[dict[str, object]]]:
    """A database of that version, in use until now (WAL), every table filled; the rows."""
    run.upgrade(path, to=revision)
    rows = RELEASED[revision]
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA journal_mode=WAL")
        for table, values in rows.items():
            for row in values:
                names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
                file.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))
        file.commit()
    return rows


def read(path: Path, like: dict[str, list[dict[str, object]]]) -> dict[str, list[dict[str, object]]]:
    """The same tables and columns as `like`, as they are now."""
    with closing(sqlite3.connect(path)) as file:
        return {table: _rows(file, table, list(rows[0])) for table, rows in like.items()}


def _rows(file: sqlite3.Connection, table: str, columns: list[str]) -> list[dict[str, object]]:
    names = ", ".join(f'"{column}"' for column in columns)
    found = file.execute(f"SELECT {names} FROM {table} ORDER BY 1")
    return [dict(zip(columns, row, strict=True)) for row in found]


def tables(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as file:
        found = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name for (name,) in found if not name.startswith("sqlite_")} - {"alembic_version"}
