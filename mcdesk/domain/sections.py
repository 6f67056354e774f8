"""Reading one table of a configuration file, with errors that say where, what, and what is expected.

Must not: know what an office has.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mcdesk.domain.numbers import Number

T = TypeVar("T")


class BadConfiguration(ValueError):
    """A configuration that cannot be used. The message says where, what, and what is expected."""


def mistake(source: str, path: str, key: str, expected: str) -> BadConfiguration:
    """The error for a key of a table, with its line where it can be found."""
    return BadConfiguration(f"{_where(source, path, key)}{path}.{key}: {expected}")


class Section:
    """One table of the file, read key by key; what was not asked for is an error at the end."""

    def __init__(self, values: object, *, path: str, source: str) -> None:
        self.path = path
        self._source = source
        if not isinstance(values, dict):
            raise BadConfiguration(f"{_where(source, path, '')}[{path}] must be a table")
        self._values: dict[str, object] = dict(values)

    def bad(self, key: str, expected: str) -> BadConfiguration:
        return mistake(self._source, self.path, key, expected)

    def take(self, key: str, kind: type[T], default: T | None = None, *, expected: str = "") -> T:
        if key not in self._values:
            if default is None:
                raise self.bad(key, f"is missing; expected {expected or _KINDS[kind]}")
            return default
        value = self._values.pop(key)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = _as_float(value)
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
            raise self.bad(key, f"expected {expected or _KINDS[kind]}, not {value!r}")
        # TOML has nan and inf, which no comparison keeps out
        if isinstance(value, float) and not math.isfinite(value):
            raise self.bad(key, f"expected {expected or _KINDS[kind]}, not {value!r}")
        return value

    def made(self, key: str, make: Callable[[str], T], default: T) -> T:
        """A text turned into something by a function that raises ValueError in words."""
        text = self.take(key, str, "")
        if not text:
            return default
        try:
            return make(text)
        except ValueError as error:
            raise self.bad(key, str(error)) from error

    def one_of(self, key: str, choices: tuple[T, ...], default: T | None = None) -> T:
        value: object = self._values.pop(key, default)
        for choice in choices:
            if value == choice:
                return choice
        raise self.bad(key, f"expected one of {', '.join(map(str, choices))}, not {value!r}")

    def sections(self, key: str) -> Iterator["Section"]:
        rows = self._values.pop(key, [])
        if not isinstance(rows, list):
            raise self.bad(key, f"expected a list of tables, written [[{key}]]")
        prefix = f"{self.path}." if self.path else ""
        for position, row in enumerate(rows):
            yield Section(row, path=f"{prefix}{key}[{position}]", source=self._source)

    def section(self, key: str) -> "Section":
        prefix = f"{self.path}." if self.path else ""
        return Section(self._values.pop(key, {}), path=f"{prefix}{key}", source=self._source)

    def rest(self) -> dict[str, object]:
        rest, self._values = self._values, {}
        return rest

    def tables(self) -> Iterator[tuple[str, "Section"]]:
        """Every key that is left, each a table of its own."""
        for name, values in self.rest().items():
            yield name, Section(values, path=f"{self.path}.{name}", source=self._source)

    def peek(self, key: str) -> object:
        """The raw value, left in place."""
        return self._values.get(key)

    def done(self) -> None:
        for key in self._values:
            raise self.bad(key, "is not a setting mcdesk knows; check the spelling")


def phone_number(text: str) -> Number:
    """Raises ValueError in words, as all that makes a value of a text."""
    number = Number.parse(text)
    if number is None:
        raise ValueError(f'{text!r} is not a phone number; write it like "+14155550100"')
    return number


def time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f'{text!r} is not a time zone; write it like "America/Los_Angeles"') from error
    return text


def web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", text):
        raise ValueError(f'{text!r} is not a web address; write it like "https://example.com/book"')
    return text.rstrip("/")


def calendar_day(value: object) -> date:
    """Of a date, which TOML knows without quotes too."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise ValueError(f"{str(value)!r} is not a day; write it like 2026-12-24") from error


_KINDS: Mapping[type, str] = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number",
    list: "a list",
    bool: "true or false",
    dict: "a table",
}


def _as_float(value: int) -> float:
    """TOML knows no longest whole number; a number can be too long for any float."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _where(source: str, path: str, key: str) -> str:
    line = _line_of(source, path, key)
    if line is None:
        # a table in braces, or a key that is missing: where its table begins
        parent, _, name = path.rpartition(".")
        line = _line_of(source, parent, name.partition("[")[0]) if parent else None
    return f"line {line}, " if line else ""


def _line_of(source: str, path: str, key: str) -> int | None:
    """Line (from 1) of a key inside a table, for error messages; None where it cannot be found."""
    match = re.fullmatch(r"(?P<name>.*?)(\[(?P<position>\d+)\])?", path)
    if match is None:
        return None
    name, wanted = match["name"], int(match["position"] or 0)
    name = name.rpartition("[")[0] or name if "]." in name else name
    inside, seen = not name, -1
    for number, text in enumerate(source.splitlines(), start=1):
        bare = text.strip()
        if bare.startswith("["):
            header = bare.strip("[]").split("#")[0].strip().rstrip("]")
            seen += header == name
            inside = header == name and seen == wanted
            if inside and not key:
                return number
            if f"{name}.{key}" == header:
                return number
        elif inside and re.match(rf"[\"']?{re.escape(key)}[\"']?\s*=", bare):
            return number
    return None
