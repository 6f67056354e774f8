"""Checks of the CRM's own records: everything there, and everything once.

Must not: play anything.
"""

import re
from collections import Counter
from collections.abc import Iterator

from mcdesk.providers.clio.bodies import KEY_PROPERTY, marker
from tests.faults.evidence import CrmRecord, Evidence

_MARKER = re.compile(r"\[mcdesk:[0-9a-f]+\]")


def one_contact_for_each_caller(evidence: Evidence) -> Iterator[str]:
    held = Counter(digits for contact in evidence.contacts for digits in _numbers(contact))
    for digits, count in held.items():
        if count > 1:
            yield f"{count} contacts have the number {digits}"


def everything_is_written_once(evidence: Evidence) -> Iterator[str]:
    for marked, count in _written(evidence).items():
        if count > 1:
            yield f"{marked} was written {count} times"


def nothing_is_missing(evidence: Evidence) -> Iterator[str]:
    """What the office takes for written is there."""
    written = _written(evidence)
    for job in evidence.jobs:
        if job["state"] != "done" or not job["key"].startswith("crm:"):
            continue
        key = f"{evidence.installation}:{job['key']}"
        if job["kind"] == "save-contact":
            if not any(str(contact["id"]) == job["result"] for contact in evidence.contacts):
                yield f"{job['key']} is done, and there is no contact {job['result']}"
        elif not written[key if job["kind"] == "log-call" else marker(key)]:
            yield f"{job['key']} is done, and the CRM has nothing of it"


def _written(evidence: Evidence) -> Counter[str]:
    """Our keys and markers in everything the CRM holds."""
    found: Counter[str] = Counter()
    for record, part in (
        *((note, "detail") for note in evidence.notes),
        *((task, "description") for task in evidence.tasks),
    ):
        found.update(_MARKER.findall(str(record.get(part, ""))))
    for call in evidence.communications:
        for each in _parts(call, "external_properties"):
            if each.get("name") == KEY_PROPERTY:
                found[str(each.get("value"))] += 1
    return found


def _numbers(contact: CrmRecord) -> set[str]:
    return {re.sub(r"\D", "", str(phone.get("number")))[-10:] for phone in _parts(contact, "phone_numbers")}


def _parts(record: CrmRecord, name: str) -> list[CrmRecord]:
    held = record.get(name)
    return [part for part in held if isinstance(part, dict)] if isinstance(held, list) else []
