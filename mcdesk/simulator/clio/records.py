"""The records of the pretend Clio: numbered, stamped, created and changed as the real one does.
What may be stored is decided in `rules`, how lists are searched in `searching`."""

import hashlib
import itertools
from collections.abc import Iterable
from datetime import UTC, datetime

from mcdesk.simulator.clio.errors import Refusal
from mcdesk.simulator.clio.kinds import KINDS, Kind
from mcdesk.simulator.clio.rules import check, day, items

Json = dict[str, object]

_LISTS_WITH_IDS = ("phone_numbers", "email_addresses", "addresses", "web_sites", "custom_field_values",
                   "external_properties")  # fmt: skip


def now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class Records:
    """Everything this Clio account holds, by kind and id."""

    def __init__(self) -> None:
        self._ids = itertools.count(90_000_001)
        self._held: dict[str, dict[int, Json]] = {plural: {} for plural in KINDS}

    def all(self, plural: str) -> list[Json]:
        return list(self._held[plural].values())

    def find(self, plural: str, identity: object) -> Json | None:
        """A record by id, as number or text."""
        text = str(identity)
        return self._held.get(plural, {}).get(int(text)) if text.isdigit() else None

    def forget(self, plurals: Iterable[str]) -> None:
        for plural in plurals:
            self._held[plural].clear()

    def put(self, plural: str, data: Json) -> Json:
        """Stores without asking; for what the firm set up before the story."""
        identity = next(self._ids)
        # calendar entries alone have text for an id, in the official description
        shown: object = str(identity) if plural == "calendar_entries" else identity
        record: Json = {**data, "id": shown, "created_at": now_text()}
        for name in _LISTS_WITH_IDS:
            if name in record:
                record[name] = [self._numbered(name, item) for item in items(record, name)]
        self._held[plural][identity] = record
        return self._finish(KINDS[plural], record)

    def create(self, kind: Kind, data: Json, *, user: Json) -> Json:
        check(kind, data, find=self.find, creating=True)
        return self.put(kind.plural, {**_defaults(kind, user), **data})

    def change(self, kind: Kind, record: Json, data: Json) -> Json:
        check(kind, data, find=self.find, creating=False)
        for name, value in data.items():
            if name in _LISTS_WITH_IDS:
                record[name] = self._merged(name, items(record, name), items(data, name))
            else:
                record[name] = value
        return self._finish(kind, record)

    def _merged(self, name: str, held: list[Json], sent: list[Json]) -> list[Json]:
        """Items without an id are added, with an id changed, with _destroy removed."""
        by_id = {item["id"]: item for item in held}
        for item in sent:
            if "id" not in item:
                added = self._numbered(name, item)
                by_id[added["id"]] = added
            elif item["id"] not in by_id:
                raise Refusal(422, f"there is no item {item['id']}")
            elif item.get("_destroy"):
                del by_id[item["id"]]
            else:
                by_id[item["id"]].update(item)
        return list(by_id.values())

    def _numbered(self, name: str, item: Json) -> Json:
        """An inner record with its id, which is text for the values of custom fields."""
        if "id" in item:
            return item
        number = next(self._ids)
        return {"id": f"custom-{number}" if name == "custom_field_values" else number, **item}

    def _finish(self, kind: Kind, record: Json) -> Json:
        """Derived fields, stamps and the etag."""
        record["updated_at"] = now_text()
        _DERIVED.get(kind.plural, _nothing_derived)(record)
        for part in ("contact", "matter", "assignee", "calendar_owner"):
            self._resolve(record, part)
        for people in ("senders", "receivers", "attendees"):
            record[people] = [self._person(item) for item in items(record, people)]
        seen = repr(sorted((key, repr(value)) for key, value in record.items() if key != "etag"))
        record["etag"] = f'"{hashlib.sha256(seen.encode()).hexdigest()[:32]}"'
        return record

    def _resolve(self, record: Json, part: str) -> None:
        held = record.get(part)
        plural = {"contact": "contacts", "calendar_owner": "calendars"}.get(part, "contacts")
        if isinstance(held, dict):
            plural = "users" if held.get("type") == "User" else plural
            found = self.find(plural, held.get("id")) or {}
            record[part] = {**held, "name": found.get("name"), "etag": found.get("etag")}

    def _person(self, item: Json) -> Json:
        plural = {"User": "users", "Calendar": "calendars"}.get(str(item.get("type")), "contacts")
        found = self.find(plural, item.get("id")) or {}
        return {**item, "name": found.get("name"), "etag": found.get("etag")}


def _defaults(kind: Kind, user: Json) -> Json:
    who = {"id": user["id"], "etag": user["etag"], "name": user["name"]}
    match kind.plural:
        case "tasks":
            return {"status": "pending", "priority": "Normal", "permission": "public", "assigner": who}
        case "notes":
            return {"detail_text_type": "plain_text", "date": now_text()[:10], "author": who}
        case "communications":
            return {"date": now_text()[:10], "received_at": now_text(), "user": who}
        case "calendar_entries":
            return {"all_day": False, "permission": "public"}
        case _:
            return {}


def _contact(record: Json) -> None:
    if not record.get("name"):
        names = (record.get("first_name"), record.get("last_name"))
        record["name"] = " ".join(str(name) for name in names if name)
    for name, one, inner in (("phone_numbers", "number", "default_number"),
                             ("email_addresses", "address", "default_email")):  # fmt: skip
        held = items(record, name)
        for index, item in enumerate(held):
            item.setdefault("name", "Other")
            item.setdefault(inner, index == 0)
            item["etag"] = f'"{item["id"]}"'
        first = sorted(held, key=lambda item, inner=inner: not item.get(inner))  # type: ignore[misc]
        short = "phone_number" if name == "phone_numbers" else "email_address"
        record[f"primary_{short}"] = first[0].get(one) if first else None
        record[f"secondary_{short}"] = first[1].get(one) if len(first) > 1 else None


def _task(record: Json) -> None:
    """Due dates have no clock time, whatever was sent."""
    if record.get("due_at"):
        record["due_at"] = day(record["due_at"], "due_at").isoformat()
    done = record.get("status") == "complete"
    record["completed_at"] = (record.get("completed_at") or now_text()) if done else None


def _calendar_entry(record: Json) -> None:
    owner = record.get("calendar_owner")
    record["calendar_owner_id"] = owner.get("id") if isinstance(owner, dict) else None


def _nothing_derived(record: Json) -> None:
    """Kinds stored as sent."""


_DERIVED = {"contacts": _contact, "tasks": _task, "calendar_entries": _calendar_entry}
