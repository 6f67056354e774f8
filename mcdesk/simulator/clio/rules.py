"""What the pretend Clio refuses to store: missing fields, wrong values, records that do not exist.
Checks only; raises Refusal and stores nothing."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from mcdesk.simulator.clio.errors import Refusal
from mcdesk.simulator.clio.kinds import INNER_ALLOWED, Kind

Json = dict[str, object]
#: find(plural, id) → the record or None
Find = Callable[[str, object], Json | None]

_MOST_PROPERTIES = 5
_MOST_PHONES = 20
_PLACES = {"Contact": "contacts", "User": "users", "Calendar": "calendars"}


def check(kind: Kind, data: Json, *, find: Find, creating: bool) -> None:
    """Everything that may be wrong with a record sent to be created or changed."""
    if creating:
        _required(kind, data)
    for name, allowed in kind.allowed.items():
        if data.get(name) is not None and data[name] not in allowed:
            raise Refusal(422, f"{name} is not included in the list")
    for name, inner in INNER_ALLOWED.get(kind.plural, {}).items():
        for item in items(data, name):
            _inner_allowed(name, item, inner)
    if len(items(data, "external_properties")) > _MOST_PROPERTIES:
        raise Refusal(422, f"external_properties is limited to {_MOST_PROPERTIES}")
    _SPECIAL.get(kind.plural, _nothing_more)(data, find, creating)


def items(data: Mapping[str, object], name: str) -> list[Json]:
    """The objects of a list field; anything else there is a mistake."""
    value = data.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Refusal(400, f"{name} must be a list of objects")
    return value


def _required(kind: Kind, data: Json) -> None:
    named = data.get("first_name") or data.get("last_name")
    for name in kind.required:
        if name == "name" and kind.plural == "contacts" and data.get("type") == "Person" and named:
            continue
        if data.get(name) in (None, "", {}):
            raise Refusal(422, f"{name} can't be blank")


def _inner_allowed(name: str, item: Json, allowed: Mapping[str, tuple[str, ...]]) -> None:
    for part, values in allowed.items():
        if item.get(part) is not None and item[part] not in values:
            raise Refusal(422, f"{name}: {part} is not included in the list")


def _existing(find: Find, plural: str, holder: object, name: str) -> None:
    identity = holder.get("id") if isinstance(holder, dict) else None
    if identity is None:
        raise Refusal(422, f"{name}.id can't be blank")
    if find(plural, identity) is None:
        raise Refusal(404, f"{name} {identity} was not found")


def _participants(data: Json, name: str, find: Find) -> None:
    for item in items(data, name):
        _existing(find, _PLACES.get(str(item.get("type")), "contacts"), item, name)


def _contact(data: Json, find: Find, creating: bool) -> None:
    for name in ("phone_numbers", "email_addresses", "addresses"):
        if len(items(data, name)) > _MOST_PHONES:
            raise Refusal(422, f"{name} is limited to {_MOST_PHONES}")
    for phone in items(data, "phone_numbers"):
        if "id" not in phone and not phone.get("number"):
            raise Refusal(422, "phone_numbers: number can't be blank")
    for value in items(data, "custom_field_values"):
        _custom_value(value, find)


def _custom_value(value: Json, find: Find) -> None:
    holder = value.get("custom_field")
    _existing(find, "custom_fields", holder, "custom_field")
    found = find("custom_fields", holder.get("id") if isinstance(holder, dict) else None) or {}
    if found.get("field_type") != "picklist":
        return
    options = {str(option.get("id")) for option in items(found, "picklist_options")}
    if str(value.get("value")) not in options:
        raise Refusal(422, "custom_field_values: value is not an option of the picklist")


def _note(data: Json, find: Find, creating: bool) -> None:
    if not creating:
        return
    if data.get("type") == "Contact":
        _existing(find, "contacts", data.get("contact"), "contact")
    else:
        _existing(find, "matters", data.get("matter"), "matter")
    if data.get("date") is not None:
        day(data["date"], "date")


def _communication(data: Json, find: Find, creating: bool) -> None:
    _participants(data, "senders", find)
    _participants(data, "receivers", find)
    if data.get("received_at") is not None:
        moment(data["received_at"], "received_at")


def _task(data: Json, find: Find, creating: bool) -> None:
    assignee = data.get("assignee")
    if assignee is not None:
        kind = assignee.get("type") if isinstance(assignee, dict) else None
        if kind not in ("User", "Contact"):
            raise Refusal(422, "assignee: type is not included in the list")
        _existing(find, _PLACES[str(kind)], assignee, "assignee")
    if data.get("due_at") is not None:
        day(data["due_at"], "due_at")


def _calendar_entry(data: Json, find: Find, creating: bool) -> None:
    if "calendar_owner" in data:
        _existing(find, "calendars", data["calendar_owner"], "calendar_owner")
    _participants(data, "attendees", find)
    if "start_at" not in data or "end_at" not in data:
        return
    if moment(data["end_at"], "end_at") < moment(data["start_at"], "start_at"):
        raise Refusal(422, "end_at must be after start_at")


def _nothing_more(data: Json, find: Find, creating: bool) -> None:
    """Kinds without rules of their own."""


_SPECIAL: Mapping[str, Callable[[Json, Find, bool], None]] = {
    "contacts": _contact, "notes": _note, "communications": _communication, "tasks": _task,
    "calendar_entries": _calendar_entry,
}  # fmt: skip


def day(written: object, name: str) -> date:
    try:
        return date.fromisoformat(str(written)[:10])
    except ValueError as error:
        raise Refusal(422, f"{name} is not an ISO-8601 date") from error


def moment(written: object, name: str) -> datetime:
    """An instant with its offset."""
    try:
        at = datetime.fromisoformat(str(written))
    except ValueError as error:
        raise Refusal(422, f"{name} is not an ISO-8601 timestamp") from error
    if at.tzinfo is None:
        raise Refusal(422, f"{name} has no offset from UTC")
    return at
