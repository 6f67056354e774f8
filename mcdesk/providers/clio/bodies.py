"""What we send Clio: one function per request body, each checked in the tests against Clio's specification.

Must not: make requests.
"""

import hashlib
from datetime import UTC
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mcdesk.domain.spoken import clock
from mcdesk.ports.crm import ContactDetails, Entry, TaskEntry
from mcdesk.ports.provider import Refused
from mcdesk.providers.clio.phones import STAND_IN

Body = dict[str, object]

#: Name under which our key is kept on call records; Clio can filter by it.
KEY_PROPERTY = "mcdesk_id"


def marker(key: str) -> str:
    """Our key as it stands in texts people read: short, and the same at every try."""
    return f"[mcdesk:{hashlib.sha256(key.encode()).hexdigest()[:8]}]"


def contact(details: ContactDetails) -> Body:
    # All three names: Clio's documentation wants first and last for a person, its specification the whole.
    name = details.name.strip() if details.name else ""
    return {
        "type": "Person",
        **(_names(name) if name else _stand_in(details.number.spoken)),
        "phone_numbers": [{"name": "Mobile", "number": details.number.spoken, "default_number": True}],
    }


def renamed(name: str) -> Body:
    return _names(name.strip())


def call(entry: Entry, *, receiver: int | None) -> Body:
    body: Body = {
        "type": "PhoneCommunication",
        "subject": entry.subject,
        # required, and somebody's empty body must not cost the record
        "body": entry.body or entry.subject,
        "received_at": entry.at.astimezone(UTC).isoformat(timespec="seconds"),
        "senders": [{"id": int(entry.contact_id), "type": "Contact"}],
        "external_properties": [{"name": KEY_PROPERTY, "value": entry.key}],
    }
    if receiver is not None:
        body["receivers"] = [{"id": receiver, "type": "User"}]
    return body


def note(entry: Entry) -> Body:
    # Clio files notes by day. An entry knows no zone: it is the day on this computer, in the office.
    return {
        "type": "Contact",
        "contact": {"id": int(entry.contact_id)},
        "subject": entry.subject,
        "detail": f"{entry.body}\n{marker(entry.key)}".lstrip(),
        "detail_text_type": "plain_text",
        "date": entry.at.astimezone().date().isoformat(),
    }


def task(entry: TaskEntry, *, assignee: int, contact_url: str) -> Body:
    # Clio's tasks know days only, and no contact: the clock time goes into the title, the link into the text.
    zone = _zone(entry.timezone)
    return {
        "name": f"{entry.subject} by {clock(entry.due, zone)}",
        "description": f"{entry.body}\nContact: {contact_url}\n{marker(entry.key)}".lstrip(),
        "due_at": entry.due.astimezone(zone).date().isoformat(),
        "priority": "High" if entry.urgent else "Normal",
        "status": "pending",
        "assignee": {"id": assignee, "type": "User"},
        "notify_assignee": entry.urgent,
    }


def _names(name: str) -> Body:
    first, _, last = name.rpartition(" ")
    return {"name": name, "first_name": first.strip(), "last_name": last}


def _stand_in(spoken: str) -> Body:
    return {"name": f"{STAND_IN} {spoken}", "first_name": STAND_IN, "last_name": spoken}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused(f"The office's time zone {name} is not known. Correct it in settings.") from error
