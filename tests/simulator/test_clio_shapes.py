"""The pretend Clio's answers against the official description, and its demands against the samples."""

from mcdesk.simulator import PretendClio
from mcdesk.simulator.clio.kinds import KINDS
from tests.simulator.contracts import Json, check, contract, schemas, without_nulls
from tests.simulator.stage import clio_client, played

_API = "clio-manage/clio-manage-v4.openapi.json"
_SCHEMA = {
    "contacts": "Contact",
    "notes": "Note",
    "communications": "Communication",
    "tasks": "Task",
    "calendar_entries": "CalendarEntry",
    "calendars": "Calendar",
    "custom_fields": "CustomField",
    "users": "User",
}


def _properties(described: Json, name: str) -> set[str]:
    schema = described[name]
    assert isinstance(schema, dict)
    found = set(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        if "$ref" in part:
            found |= _properties(described, str(part["$ref"]).rpartition("/")[2])
        found |= set(part.get("properties", {}))
    return found


def _sample(name: str, **changed: object) -> Json:
    """A request sample with the ids of this firm put in."""
    body = contract(f"clio-manage/samples/{name}.request.json")
    data = body["data"]
    assert isinstance(data, dict)
    return {"data": {**data, **changed}}


def test_no_field_is_offered_that_the_official_records_lack() -> None:
    described = schemas(_API)
    for plural, kind in KINDS.items():
        assert kind.known <= _properties(described, _SCHEMA[plural]), plural


@played
async def test_the_sample_requests_are_accepted_and_answered_in_the_official_shapes() -> None:
    described = schemas(_API)
    async with PretendClio() as clio, clio_client(clio) as client:
        user = {"id": clio.users[0]["id"], "type": "User"}
        calendar = {"id": clio.users[0]["default_calendar_id"]}
        (source,) = clio.records.all("custom_fields")
        value = {"custom_field": {"id": source["id"]}, "value": "501"}
        contact = await client.post(
            "/contacts.json", json=_sample("contact-create", custom_field_values=[value])
        )
        person = {"id": contact.json()["data"]["id"], "type": "Contact"}
        bodies = {
            "notes": _sample("note-create", contact={"id": person["id"]}),
            "communications": _sample("communication-create", senders=[person], receivers=[user]),
            "tasks": _sample("task-create", assignee=user),
            "calendar_entries": _sample("calendar-entry-create", calendar_owner=calendar, attendees=[person]),
        }
        for plural, body in bodies.items():
            created = await client.post(f"/{plural}.json", json=body)
            assert created.status_code == 201, (plural, created.text)
        for plural, kind in KINDS.items():
            query = {"fields": ",".join(sorted(kind.known)), "type": "Contact" if plural == "notes" else ""}
            listed = (await client.get(f"/{plural}.json", params=query)).json()
            assert listed["data"], plural
            check(without_nulls({"data": listed["data"]}), f"{_SCHEMA[plural]}_List", described)


@played
async def test_errors_have_the_official_shape() -> None:
    described = schemas(_API)
    async with PretendClio() as clio, clio_client(clio) as client:
        for answer in (
            await client.get("/contacts/1.json"),
            await client.post("/contacts.json", json={"data": {}}),
        ):
            check(answer.json(), "Error", described)


@played
async def test_a_bad_token_is_refused_in_the_recorded_words() -> None:
    recorded = contract("clio-manage/samples/error-401.json")
    async with PretendClio() as clio, clio_client(clio, "wrong") as client:
        assert (await client.get("/users.json")).json() == recorded
