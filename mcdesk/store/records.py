"""A caller's story in words, for a CRM's notes and tasks.

Must not: write to a CRM.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from mcdesk.domain.calls import WORDS, Outcome
from mcdesk.domain.numbers import Number
from mcdesk.domain.office import Office
from mcdesk.domain.spoken import clock
from mcdesk.ports.crm import Entry
from mcdesk.store import leads, people
from mcdesk.store.jobs import Job
from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import calls, messages, notes
from mcdesk.store.transaction import Tx

_CALL = Prepared(select(calls).where(calls.c.id == bindparam("row")))
_CALLS = select(calls).where(calls.c.lead == bindparam("lead_")).order_by(calls.c.at)
_CALLS_BETWEEN = select(func.count()).where(
    calls.c.lead == bindparam("lead_"), calls.c.at >= bindparam("begin"), calls.c.at < bindparam("end")
)
_TEXTS = select(messages).where(messages.c.lead == bindparam("lead_")).order_by(messages.c.id)
_TEXT = Prepared(select(messages).where(messages.c.id == bindparam("row")))
_NOTE = select(notes).where(notes.c.id == bindparam("row"))


#: A story longer than this is shortened in the middle.
HISTORY_LINES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom a lead is about."""

    contact: int
    lead: int
    number: Number | None
    name: str | None
    #: The name was typed here, so the CRM should have it.
    named_here: bool
    source: str
    history: str
    #: Somebody else has the number.
    detached: bool

    @property
    def label(self) -> str:
        number = self.number.spoken if self.number else "hidden number"
        return f"{self.name} {number}" if self.name else number


def person_of(tx: Tx, lead_id: int) -> Person:
    """The caller of a lead, with what happened so far."""
    lead = leads.lead(tx, lead_id)
    assert lead is not None
    contact = people.contact(tx, lead.contact)
    return Person(
        contact=contact.id,
        lead=lead_id,
        number=contact.number,
        name=contact.name,
        named_here=bool(contact.name),
        source=f"Missed call to {lead.line.spoken}" if lead.line else "Missed call",
        history=_history(tx, lead_id),
        detached=contact.detached_at is not None,
    )


def _history(tx: Tx, lead_id: int) -> str:
    lines = [
        f"{row.at:%Y-%m-%d %H:%M} UTC {WORDS[Outcome(row.outcome)]}"
        for row in tx.all(_CALLS, {"lead_": lead_id})
    ]
    for row in tx.all(_TEXTS, {"lead_": lead_id}):
        who = "Caller" if row.direction == "in" else (row.author or "Automatic text")
        lines.append(f"{row.at:%Y-%m-%d %H:%M} UTC {who}: {row.body}")
    if len(lines) > HISTORY_LINES:
        lines = [*lines[:1], f"… {len(lines) - HISTORY_LINES} more …", *lines[1 - HISTORY_LINES :]]
    return "\n".join(lines)


def note_entry(tx: Tx, office: Office, job: Job, person: Person, contact_id: str) -> Entry:
    """What a job wants written."""
    work = job.work
    at = datetime.fromisoformat(str(work["at"]))
    if "call" in work:
        subject, body, at = _call(tx, office, int(work["call"]), person)
    elif "message" in work:
        subject, body, at = _text(tx, int(work["message"]))
    elif "note" in work:
        row = tx.first(_NOTE, {"row": int(work["note"])})
        assert row is not None
        subject, body, at = f"Note by {row.author}", row.body, row.at
    elif "calls_from" in work:
        subject, body = _calls(tx, office, person, datetime.fromisoformat(str(work["calls_from"])))
    else:
        subject, body = f"Lead closed: {work['outcome']}", person.history
    return Entry(key=job.key, contact_id=contact_id, subject=subject, body=body, at=at)


def call_name(tx: Tx, row_id: int) -> str:
    """What a call is called outside this database."""
    row = tx.first(_CALL, {"row": row_id})
    assert row is not None
    return f"{row.connection}:{row.call_id}"


def message_name(tx: Tx, row_id: int) -> str:
    """What a received or sent text is called outside this database."""
    row = tx.first(_TEXT, {"row": row_id})
    assert row is not None
    return f"{row.connection}:{row.message_id}"


def _call(tx: Tx, office: Office, row_id: int, person: Person) -> tuple[str, str, datetime]:
    row = tx.first(_CALL, {"row": row_id})
    assert row is not None
    words = WORDS[Outcome(row.outcome)]
    line = office.line(row.line)
    to = f" to {line.label or line.number.spoken}" if line else ""
    local = row.at.astimezone(office.zone)
    body = f"{words}{to} on {local:%Y-%m-%d} at {clock(row.at, office.zone)} {local:%Z} from {person.label}."
    if row.seconds:
        body += f" Message of {row.seconds} seconds."
    return f"{words} from {person.label}", body, row.at


def _calls(tx: Tx, office: Office, person: Person, begin: datetime) -> tuple[str, str]:
    """All calls of one hour."""
    end = begin + timedelta(hours=1)
    count = tx.value(_CALLS_BETWEEN, {"lead_": person.lead, "begin": begin, "end": end})
    first, last = (each.astimezone(office.zone) for each in (begin, end))
    span = f"between {clock(begin, office.zone)} and {clock(end, office.zone)} {last:%Z}"
    body = f"{person.label} called {count} times on {first:%Y-%m-%d} {span}."
    return f"{count} calls from {person.label}", body


def _text(tx: Tx, row_id: int) -> tuple[str, str, datetime]:
    row = tx.first(_TEXT, {"row": row_id})
    assert row is not None
    if row.direction == "in":
        return "Text received", row.body, row.at
    return f"Text sent by {row.author}" if row.author else "Automatic text sent", row.body, row.at
