"""The companies' official descriptions, where they lie beside the checkout; tests skip where they do not.
Turns their schemas into plain JSON schemas."""

import json
from pathlib import Path

import jsonschema
import pytest

_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "contracts"

Json = dict[str, object]


def contract(path: str) -> Json:
    """One file of the contracts folder, or a skipped test that says which file is missing."""
    file = _FOLDER / path
    if not file.exists():
        pytest.skip(f"the contracts folder with {path} is not beside this checkout")
    loaded: Json = json.loads(file.read_text(encoding="utf-8"))
    return loaded


def schemas(path: str) -> Json:
    components = contract(path)["components"]
    assert isinstance(components, dict)
    held = components["schemas"]
    assert isinstance(held, dict)
    return held


def check(answer: object, name: str, described: Json) -> None:
    """Fails when the answer breaks the schema of this name."""
    plain = _nullable({"$ref": f"#/components/schemas/{name}", "components": {"schemas": described}})
    jsonschema.validate(answer, plain)  # type: ignore[arg-type]


def _nullable(value: object) -> object:
    """OpenAPI's `nullable` as JSON schema has it."""
    if isinstance(value, list):
        return [_nullable(item) for item in value]
    if not isinstance(value, dict):
        return value
    plain = {key: _nullable(item) for key, item in value.items() if key != "nullable"}
    if value.get("nullable") is True and isinstance(plain.get("type"), str):
        plain["type"] = [plain["type"], "null"]
    return plain


def without_nulls(value: object) -> object:
    """For descriptions that forget that empty fields are null."""
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return value
