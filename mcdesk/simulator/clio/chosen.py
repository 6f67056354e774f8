"""The `fields=` parameter: which parts of a record an answer shows, `phone_numbers{id,number}` included.
Chooses from finished records; adds nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from mcdesk.simulator.clio.errors import Refusal
from mcdesk.simulator.clio.kinds import Kind

Json = dict[str, object]


@dataclass(frozen=True)
class Choice:
    """A parsed list: name → the names chosen inside it (empty: only id and etag there)."""

    names: Mapping[str, "Choice"]


_USUAL = Choice({"id": Choice({}), "etag": Choice({})})


def parsed_fields(written: str) -> Choice:
    """Raises Refusal 400 for braces that do not match."""
    if not written.strip():
        return _USUAL
    choice, rest = _names(written.replace(" ", ""))
    if rest:
        raise Refusal(400, f"invalid fields: {written}")
    return choice


def _names(text: str) -> tuple[Choice, str]:
    names: dict[str, Choice] = {}
    while True:
        end = next((i for i, character in enumerate(text) if character in ",{}"), len(text))
        name, text = text[:end], text[end:]
        inside = Choice({})
        if text.startswith("{"):
            inside, text = _names(text[1:])
            if not text.startswith("}"):
                raise Refusal(400, "invalid fields: a brace is not closed")
            text = text[1:]
        if name:
            names[name] = inside
        if not text.startswith(","):
            return Choice(names), text
        text = text[1:]


def chosen(record: Json, choice: Choice, *, kind: Kind | None = None) -> Json:
    """The chosen part of a record. Names the kind does not have are refused, as Clio does."""
    if kind is not None:
        unknown = sorted(set(choice.names) - kind.known)
        if unknown:
            raise Refusal(400, f"invalid fields: {', '.join(unknown)}")
    return {name: _inner(record.get(name), inside) for name, inside in choice.names.items()}


def _inner(value: object, choice: Choice) -> object:
    inside = choice if choice.names else _USUAL
    if isinstance(value, dict):
        return _part(value, inside)
    if isinstance(value, list):
        return [_part(item, inside) if isinstance(item, dict) else item for item in value]
    return value


def _part(value: Json, choice: Choice) -> Json:
    return {name: _inner(value[name], inside) for name, inside in choice.names.items() if name in value}
