"""Fills an office's database as years of calls leave it: a million leads with all that belongs to them.

Must not: go through the engine; that would take an hour.
"""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from mcdesk import app
from mcdesk.store.opening import FILE_NAME
from tests.bench import calls

LEADS_PER_CONTACT = 4
OPEN = 2000
#: A lead every so many seconds: a million in five years.
APART = 157
#: Rows of what is forgotten after a while are there for so many of the newest leads.
REMEMBERED = 16_000

#: Before all that follows: the lead, its contact, when it began (microseconds), whether it is open.
_EACH = """
WITH RECURSIVE each_one(lead) AS (
    SELECT 1 UNION ALL SELECT lead + 1 FROM each_one WHERE lead < :count
), them AS (
    SELECT lead, (lead - 1) % :contacts + 1 AS contact, :now - (:count - lead + 1) * :apart AS at,
           lead > :count - 5 * :open AND lead % 5 = 0 AS is_open
    FROM each_one
)
"""
#: Table, columns, what they hold, and for which leads.
_ROWS = (
    (
        "leads",
        "id, contact, line, stage, unread, calls, opened_at, last_at, preview, last_text_status, ended,"
        " next_what, next_due, next_ordinal, closed_at, disposition",
        "lead, contact, :line, iif(is_open, iif(lead % 2, 'waiting', 'needs-reply'), 'closed'), 0, 1, at,"
        " at + 3600000000, 'Missed call to Main line', 'delivered', NULL,"
        " iif(is_open, iif(lead % 2, 'text', 'reply'), 'nothing'),"
        " iif(is_open, :now + lead % 7200 * 1000000 + 1800000000, NULL),"
        " 2, iif(is_open, NULL, at + 259200000000), iif(is_open, NULL, 'non-responsive')",
        "true",
    ),
    (
        "calls",
        "connection, call_id, caller, line, direction, at, ended_at, outcome, lead",
        "'twilio', sid('CY', lead), number(contact), :line, 'inbound', at, at, 'missed', lead",
        "true",
    ),
    (
        "calls",
        "connection, call_id, caller, line, direction, at, ended_at, outcome, lead",
        "'twilio', sid('CZ', lead), number(contact), :line, 'inbound', at + 60000000, at + 60000000,"
        " 'answered', lead",
        "lead % 4 = 0",
    ),
    (
        "messages",
        "lead, contact, direction, connection, message_id, sender, recipient, body, at, text_class, status,"
        " status_at",
        "lead, contact, 'out', 'twilio', sid('SY', lead), :line, number(contact), :body, at, 'ack',"
        " 'delivered', at",
        "true",
    ),
    (
        "messages",
        "lead, contact, direction, connection, message_id, sender, recipient, body, at, text_class, status,"
        " status_at",
        "lead, contact, iif(lead % 3, 'out', 'in'), 'twilio', sid('SZ', lead), :line, number(contact), :body,"
        " at + 14400000000, iif(lead % 3, 'followup', NULL), iif(lead % 3, 'delivered', NULL), at",
        "true",
    ),
    ("enrollments", "lead, sequence, call_at, ended_at", "lead, :sequence, at, at + 259200000000", "true"),
    ("happenings", "lead, at, text", "lead, at, 'The first text was sent.'", "true"),
    ("happenings", "lead, at, text", "lead, at, 'Closed: they never answered.'", "NOT is_open"),
    (
        "notes",
        "lead, at, author, body",
        "lead, at, 'Dana', 'Left a message with their office.'",
        "lead % 10 = 0",
    ),
    (
        "alerts",
        "at, lead, kind, title, text, read_at",
        "at, lead, 'reply', 'New reply', 'They wrote back.', iif(is_open, NULL, at)",
        "lead % 3 = 0",
    ),
    *(
        (
            "decisions",
            "lead, message, at, moment, text_class, answer, evidence",
            f"lead, lead, at, '{moment}', '{text_class}', 'send', :evidence",
            "true",
        )
        for moment, text_class in (("queued", "ack"), ("sent", "ack"), ("sent", "followup"))
    ),
    *(
        (
            "jobs",
            "key, kind, channel, lead, message, work, due, state, tries, at, done_at",
            f"'{name}:' || lead || ':{place}', '{kind}', '{channel}', lead, {message}, :work, at, 'done', 1,"
            " at, at",
            "true",
        )
        for name, place, kind, channel, message in (
            ("text", 0, "send-text", "texts:twilio", "lead"),
            ("step", 1, "take-step", "clock", "NULL"),
            ("text", 1, "send-text", "texts:twilio", ":count + lead"),
        )
    ),
    (
        "jobs",
        "key, kind, channel, lead, work, due, state, at",
        "'step:' || lead || ':2', 'take-step', 'clock', lead, :work,"
        " :now + lead % 7200 * 1000000 + 1800000000, 'waiting', at",
        "is_open",
    ),
    ("attempts", "job, at, outcome, detail", "lead, at, 'busy', 'The provider was busy.'", "lead % 100 = 0"),
    *(
        (
            "hooks",
            "connection, kind, event_id, at, method, url, headers, body, state",
            f"'twilio', '{kind}', sid('{kind}', lead) || ':', at, 'POST', :url, '{{}}', :form, 'done'",
            "lead > :count - :remembered",
        )
        for kind in ("dialed", "text-status", "text-status-2")
    ),
    ("feed", "at, writer, kind, ref", "at, 'x', 'touched', '[[1],[],[],false]'", "lead > :count - 500"),
    (
        "suppressions",
        "number, at, words, rule, channel",
        "number(contact), at, 'STOP', 'stop', 'text'",
        "lead <= :contacts AND lead > :known AND lead % 50 = 0",
    ),
)
_SEQUENCE = (
    '{"name":"law-4-24-72","steps":[{"after":"0s","from":"call","do":"text","template":"first",'
    '"disposition":""},{"after":"4h","from":"previous","do":"text","template":"second","disposition":""},'
    '{"after":"24h","from":"previous","do":"call-task","template":"","disposition":""},'
    '{"after":"3d","from":"call","do":"close","template":"","disposition":"non-responsive"}]}'
)
_EVIDENCE = (
    '{"why":["They called the office and nobody answered."],"zones":["America/Los_Angeles"],'
    '"states":["WA"],"rules_version":"2026-11-21.2"}'
)
_BODY = (
    "Rivera & Cole: Sorry we missed your call. Text a good time or book: riveracole.example/book Auto-reply."
    " Reply STOP to opt out, HELP for help."
)


def seed(folder: Path, configuration: str, *, count: int) -> None:
    """An office in `folder` with so many leads. Every second caller of a play has called before."""
    place = app.open_place(folder)
    try:
        app.apply_configuration(place, configuration, by="benchmark")
    finally:
        place.close()
    known = list(islice(calls.callers(), 0, None, 2))[: count // LEADS_PER_CONTACT]
    people = [*known, *islice(_nobodies(), count // LEADS_PER_CONTACT - len(known))]
    values = {
        "count": count, "contacts": len(people), "known": len(known), "apart": APART * 1_000_000,
        "now": int(datetime.now(UTC).timestamp() * 1e6), "open": min(OPEN, len(people) // 5),
        "line": calls.LINE,
        "remembered": REMEMBERED, "sequence": _SEQUENCE, "evidence": _EVIDENCE, "body": _BODY,
        "work": '{"position":1,"do":"text","ordinal":2}', "url": "http://127.0.0.1:8080/hooks/twilio/x",
        "form": b"&".join([b"Field=value"] * 60),
    }  # fmt: skip
    with sqlite3.connect(folder / FILE_NAME, isolation_level=None) as file:
        file.create_function("number", 1, lambda contact: people[contact - 1], deterministic=True)
        file.create_function("sid", 2, calls.sid, deterministic=True)
        for pragma in ("synchronous=OFF", "cache_size=-2000000", "journal_mode=OFF"):
            file.execute(f"PRAGMA {pragma}")
        file.execute("BEGIN")
        file.executemany(
            "INSERT INTO contacts (number, at) VALUES (?, ?)", ((each, values["now"]) for each in people)
        )
        for table, columns, what, which in _ROWS:
            rows = f"SELECT {what} FROM them WHERE {which} ORDER BY lead"
            file.execute(f"INSERT INTO {table} ({columns}) {_EACH} {rows}", values)
        file.execute("COMMIT")
        file.execute("PRAGMA journal_mode=WAL")
    file.close()


def _nobodies() -> Iterator[str]:
    """Numbers in area codes that are kept free for a longer form of numbers, so that nobody has them."""
    for first in range(2, 10):
        for last in range(10):
            for station in range(10_000):
                yield f"+1{first}9{last}555{station:04}"
