"""Every request we make, held against Clio's own description of its API."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import jsonschema
import pytest

from tests.providers.clio.office import CALLER, Office, caller, entry, task

pytestmark = pytest.mark.anyio

#: Beside the checkout, not in it: 3 MB of Clio's, not ours to pass on.
SPECIFICATION = (
    Path(__file__).parents[4] / "shared" / "contracts" / "clio-manage" / "clio-manage-v4.openapi.json"
)
#: Required by the specification against its own text ("Required only if the Note type is …").
ARTIFACTS = {("/notes.json", "matter")}

needs_specification = pytest.mark.skipif(
    not SPECIFICATION.exists(),
    reason=f"Clio's specification is not beside this checkout ({SPECIFICATION.name})",
)


@cache
def specification() -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(SPECIFICATION.read_text(encoding="utf-8"))
    return read


def described(path: str) -> str:
    """The specification's name for a path we used."""
    short = path.removeprefix("/api/v4")
    parts = short.removesuffix(".json").split("/")
    return f"/{parts[1]}/{{id}}.json" if len(parts) == 3 and parts[2].isdigit() else short


def body_schema(path: str, method: str) -> dict[str, Any]:
    content = specification()["paths"][path][method]["requestBody"]["content"]["application/json"]
    schema: dict[str, Any] = json.loads(json.dumps(content["schema"]))
    data = schema["properties"]["data"]
    data["required"] = [name for name in data.get("required", []) if (path, name) not in ARTIFACTS]
    return schema


def unknown_names(value: object, schema: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """Names in a body that the schema does not have; JSON Schema alone would let them pass."""
    if isinstance(value, list):
        for item in value:
            yield from unknown_names(item, schema.get("items", {}), at)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        yield from (f"{at}{name}" for name in value if name not in known)
        for name in value.keys() & known.keys():
            yield from unknown_names(value[name], known[name], f"{at}{name}.")


@pytest.fixture
async def used(office: Office) -> Office:
    """An office where every verb has been used."""
    desk = office.desk(assignee=str(office.pretend.users[0]["id"]))
    made = await desk.create_contact(caller())
    await desk.create_contact(caller("Dana Reyes"))
    await desk.find_contacts(CALLER)
    await desk.rename_contact(made.id, "Sam Reyes")
    await desk.log_call(entry(made.id))
    await desk.find_call(entry(made.id))
    await desk.write_note(entry(made.id))
    await desk.find_note(entry(made.id))
    for urgent in (False, True):
        await desk.create_task(task(made.id, urgent=urgent))
    await desk.find_task(task(made.id))
    await office.desk().create_task(task(made.id))
    await desk.check()
    return office


@needs_specification
async def test_every_body_we_send_is_what_clio_describes(used: Office) -> None:
    sent = [request for request in used.pretend.requests(path="/api/") if request.body]
    assert len(sent) == 8
    for request in sent:
        schema = body_schema(described(request.path), request.method.lower())
        jsonschema.validate(request.json, schema)
        assert list(unknown_names(request.json, schema)) == [], request.path


@needs_specification
async def test_every_question_we_ask_is_one_clio_describes(used: Office) -> None:
    for request in used.pretend.requests(path="/api/"):
        operation = specification()["paths"][described(request.path)][request.method.lower()]
        asked = {name for name, _ in parse_qsl(request.query)}
        known = {each["name"]: each for each in operation["parameters"] if each["in"] == "query"}
        assert asked - known.keys() == set(), request.path
        assert {name for name, each in known.items() if each.get("required")} - asked == set(), request.path


@needs_specification
def test_a_body_that_is_wrong_would_be_noticed() -> None:
    schema = body_schema("/tasks.json", "post")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"data": {"name": "x", "description": "y"}}, schema)
    assert list(unknown_names({"data": {"contact": {"id": 5}}}, schema)) == ["data.contact"]
