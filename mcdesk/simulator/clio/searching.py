"""How lists are filtered: `query` as plain text in the stored words, times, ids, external properties.
A phone number matches only the way it was typed in; making it match is the asker's work."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from mcdesk.simulator.clio.errors import Refusal
from mcdesk.simulator.clio.kinds import Kind
from mcdesk.simulator.clio.rules import items, moment

Json = dict[str, object]
Query = Mapping[str, str]
#: test(record, value asked for, kind)
Test = Callable[[Json, str, Kind], bool]


def found(kind: Kind, records: Sequence[Json], query: Query, *, ids: Sequence[str]) -> list[Json]:
    """The records the query asks for, by id upwards. Raises Refusal for a filter it cannot read."""
    if kind.plural == "notes" and query.get("type", "").capitalize() not in ("Matter", "Contact"):
        raise Refusal(400, "type is required and must be Matter or Contact")
    tests = list(_tests(query))

    def wanted(record: Json) -> bool:
        return (not ids or str(record["id"]) in ids) and all(_passes(record, test, kind) for test in tests)

    return [record for record in records if wanted(record)]


def _tests(query: Query) -> Iterator[tuple[str, str]]:
    """The filters present, external name and value folded into one."""
    name, value = query.get("external_property_name"), query.get("external_property_value")
    if name is not None or value is not None:
        if name is None or value is None:
            raise Refusal(400, "external_property_name and external_property_value go together")
        yield "external_property", f"{name}\0{value}"
    for parameter in _PASSES:
        if parameter != "external_property" and query.get(parameter):
            yield parameter, query[parameter]


def _passes(record: Json, test: tuple[str, str], kind: Kind) -> bool:
    parameter, value = test
    return _PASSES[parameter](record, value, kind)


def _query(record: Json, value: str, kind: Kind) -> bool:
    return value.casefold() in "\n".join(_words(record, kind)).casefold()


def _words(record: Json, kind: Kind) -> Iterator[str]:
    for name in kind.searched:
        yield str(record.get(name) or "")
    for phone in items(record, "phone_numbers"):
        yield str(phone.get("number"))
    for mail in items(record, "email_addresses"):
        yield str(mail.get("address"))
    for value in items(record, "custom_field_values"):
        yield str(value.get("value"))


def _type(record: Json, value: str, kind: Kind) -> bool:
    return str(record.get("type", "")).casefold() == value.casefold()


def _external(record: Json, value: str, kind: Kind) -> bool:
    return any(f"{p.get('name')}\0{p.get('value')}" == value for p in items(record, "external_properties"))


def _contact_id(record: Json, value: str, kind: Kind) -> bool:
    contact = record.get("contact")
    people = [contact] if isinstance(contact, dict) else []
    people += [p for p in items(record, "senders") + items(record, "receivers") if p.get("type") == "Contact"]
    return any(str(person.get("id")) == value for person in people)


def _same(field: str, record: Json, value: str) -> bool:
    held = record.get(field)
    written = held.get("id") if isinstance(held, dict) else held
    return str(written).casefold() == value.casefold()


def _same_as(field: str) -> Test:
    return lambda record, value, kind: _same(field, record, value)


def _not_before(field: str) -> Test:
    return lambda record, value, kind: moment(record[field], field) >= moment(value, field)


def _not_after(field: str) -> Test:
    return lambda record, value, kind: moment(record[field], field) <= moment(value, field)


def _named(record: Json, value: str, kind: Kind) -> bool:
    return value.casefold() in str(record.get("name", "")).casefold()


_PASSES: Mapping[str, Test] = {
    "query": _query,
    "type": _type,
    "external_property": _external,
    "contact_id": _contact_id,
    "created_since": _not_before("created_at"),
    "updated_since": _not_before("updated_at"),
    "status": _same_as("status"),
    "assignee_id": _same_as("assignee"),
    "calendar_id": _same_as("calendar_owner"),
    "user_id": _same_as("user"),
    "enabled": _same_as("enabled"),
    "parent_type": _same_as("parent_type"),
    "name": _named,
    "from": _not_before("end_at"),
    "to": _not_after("start_at"),
}
