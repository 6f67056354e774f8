"""The configuration file: TOML text to an `Office` and back.

Must not: open files, or know which providers exist (their fields are checked where they are known).
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mcdesk.domain.hours import OfficeHours, Span
from mcdesk.domain.leads import Disposition
from mcdesk.domain.numbers import Number
from mcdesk.domain.office import Connection, Goals, Line, Office, Profession
from mcdesk.domain.sequences import Sequence, Step, StepDo, StepFrom, parse_length
from mcdesk.domain.templates import Template

T = TypeVar("T")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PROFESSIONS: tuple[Profession, ...] = ("law", "medical", "accounting", "other")
STEP_ACTS: tuple[StepDo, ...] = ("text", "call-task", "close")
STEP_STARTS: tuple[StepFrom, ...] = ("call", "previous")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class BadConfiguration(ValueError):
    """A configuration that cannot be used. The message says where, what, and what is expected."""


class _Section:
    """One table of the file, read key by key; what was not asked for is an error at the end."""

    def __init__(self, values: object, *, path: str, source: str) -> None:
        self.path = path
        self._source = source
        if not isinstance(values, dict):
            raise BadConfiguration(f"{self._where('')}[{path}] must be a table")
        self._values: dict[str, object] = dict(values)

    def bad(self, key: str, expected: str) -> BadConfiguration:
        return BadConfiguration(f"{self._where(key)}{self.path}.{key}: {expected}")

    def _where(self, key: str) -> str:
        line = _line_of(self._source, self.path, key)
        return f"line {line}, " if line else ""

    def take(self, key: str, kind: type[T], default: T | None = None, *, expected: str = "") -> T:
        if key not in self._values:
            if default is None:
                raise self.bad(key, f"is missing; expected {expected or _KINDS[kind]}")
            return default
        value = self._values.pop(key)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (kind is not bool and isinstance(value, bool)):
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

    def sections(self, key: str) -> Iterator["_Section"]:
        rows = self._values.pop(key, [])
        if not isinstance(rows, list):
            raise self.bad(key, f"expected a list of tables, written [[{key}]]")
        prefix = f"{self.path}." if self.path else ""
        for position, row in enumerate(rows):
            yield _Section(row, path=f"{prefix}{key}[{position}]", source=self._source)

    def section(self, key: str) -> "_Section":
        prefix = f"{self.path}." if self.path else ""
        return _Section(self._values.pop(key, {}), path=f"{prefix}{key}", source=self._source)

    def rest(self) -> dict[str, object]:
        rest, self._values = self._values, {}
        return rest

    def done(self) -> None:
        for key in self._values:
            raise self.bad(key, "is not a setting mcdesk knows; check the spelling")


_KINDS: Mapping[type, str] = {
    str: "a text in quotes",
    int: "a whole number",
    float: "a number",
    list: "a list",
    bool: "true or false",
    dict: "a table",
}


def read(source: str, *, starter: Office | None = None) -> Office:
    """The office described by `source` (TOML, see the README). Raises BadConfiguration with line and key.

    Templates and sequences of `starter` are there unless the file has its own of the same name.
    """
    try:
        values = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise BadConfiguration(f"this is not valid TOML: {error}") from error
    top = _Section(values, path="", source=source)
    connections = tuple(_connections(top.section("connections")))
    templates = _over(
        starter.templates if starter else (),
        tuple(_template(section) for section in top.sections("templates")),
        lambda template: (template.name, template.language),
    )
    sequences = _over(
        starter.sequences if starter else (),
        tuple(_sequence(section, templates) for section in top.sections("sequences")),
        lambda sequence: sequence.name,
    )
    lines = tuple(_line(section, connections, sequences) for section in top.sections("lines"))
    office = _office(top.section("office"), connections, lines, templates, sequences)
    top.done()
    return office


def _over(starter: tuple[T, ...], own: tuple[T, ...], name: Callable[[T], object]) -> tuple[T, ...]:
    """Both, where the office's own replaces the starter's of the same name."""
    return tuple({name(each): each for each in (*starter, *own)}.values())


def _office(
    section: _Section,
    connections: tuple[Connection, ...],
    lines: tuple[Line, ...],
    templates: tuple[Template, ...],
    sequences: tuple[Sequence, ...],
) -> Office:
    goals = Goals()
    office = Office(
        name=section.take("name", str, expected="the firm's name in quotes").strip(),
        timezone=section.made("timezone", _zone, "America/New_York"),
        profession=section.one_of("profession", PROFESSIONS, "law"),
        booking_link=section.made("booking_link", _web_address, ""),
        public_url=section.made("public_url", _web_address, "") or None,
        staff_phone=section.made("staff_phone", _number, None),
        hours=_hours(section.section("hours")),
        goals=Goals(
            acknowledge_within=section.made("acknowledge_within", parse_length, goals.acknowledge_within),
            reply_amber=section.made("reply_amber", parse_length, goals.reply_amber),
            reply_within=section.made("reply_within", parse_length, goals.reply_within),
        ),
        connections=connections,
        lines=lines,
        templates=templates,
        sequences=sequences,
    )
    if not office.name:
        raise section.bad("name", "the firm's name must not be empty; callers see it in every text")
    section.done()
    return office


def _hours(section: _Section) -> OfficeHours:
    days: dict[int, tuple[Span, ...]] = {}
    for position, day in enumerate(DAYS):
        try:
            spans = tuple(Span.parse(str(text)) for text in section.take(day, list, []))
        except ValueError as error:
            raise section.bad(day, str(error)) from error
        if spans:
            days[position] = spans
    section.done()
    return OfficeHours(days)


def _connections(section: _Section) -> Iterator[Connection]:
    for name, values in section.rest().items():
        if not NAME.fullmatch(name):
            raise section.bad(name, "a connection's name is small letters, digits and dashes, such as twilio")
        each = _Section(values, path=f"connections.{name}", source=section._source)
        provider = each.take("provider", str, expected='a company, such as "twilio"')
        hook_secret = each.take("hook_secret", str, "") or None
        if hook_secret and not re.fullmatch(r"[A-Za-z0-9._~-]{8,128}", hook_secret):
            raise each.bad("hook_secret", "expected 8 to 128 letters, digits, dots or dashes")
        poll = each.take("poll_seconds", float, 10.0)
        if poll < 0 or 0 < poll < 1:
            raise each.bad("poll_seconds", f"expected 0 (hooks only) or at least 1 second, not {poll:g}")
        yield Connection(
            name=name,
            provider=provider,
            hook_secret=hook_secret,
            poll_seconds=poll,
            settings={key: _setting(each, key, value) for key, value in each.rest().items()},
        )


def _setting(section: _Section, key: str, value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise section.bad(key, "expected a text or a number")


def _line(section: _Section, connections: tuple[Connection, ...], sequences: tuple[Sequence, ...]) -> Line:
    number = _need_number(section, "number")
    names = {connection.name for connection in connections}
    for key in ("calls", "texts"):
        chosen = section._values.get(key)
        if isinstance(chosen, str) and chosen not in names:
            raise section.bad(
                key, f"there is no connection {chosen!r}; there are {', '.join(sorted(names)) or 'none'}"
            )
    sequence = section.take("sequence", str, "") or None
    if sequence and sequence not in {each.name for each in sequences}:
        raise section.bad("sequence", f"there is no sequence {sequence!r}")
    line = Line(
        number=number,
        label=section.take("label", str, ""),
        practice_area=section.take("practice_area", str, ""),
        calls=section.take("calls", str, "") or None,
        texts=section.take("texts", str, "") or None,
        text_from=section.made("text_from", _number, None) or number,
        sequence=sequence,
        language=section.take("language", str, "en"),
    )
    section.done()
    return line


def _need_number(section: _Section, key: str) -> Number:
    number = section.made(key, _number, None)
    if number is None:
        raise section.bad(key, 'is missing; expected a phone number such as "+14155550100"')
    return number


def _template(section: _Section) -> Template:
    name = section.take("name", str)
    language = section.take("language", str, "en")
    body = section.take("body", str)
    try:
        template = Template(name, language, body)
    except ValueError as error:
        raise section.bad("body", str(error)) from error
    section.done()
    return template


def _sequence(section: _Section, templates: tuple[Template, ...]) -> Sequence:
    name = section.take("name", str)
    steps = tuple(_step(each, templates) for each in section.sections("steps"))
    if not steps:
        raise section.bad("steps", "a sequence needs at least one step")
    section.done()
    return Sequence(name, steps)


def _step(section: _Section, templates: tuple[Template, ...]) -> Step:
    act = section.one_of("do", STEP_ACTS)
    step = Step(
        after=section.made("after", parse_length, timedelta(0)),
        counted_from=section.one_of("from", STEP_STARTS, "previous"),
        do=act,
        template=section.take("template", str, "") if act == "text" else "",
        disposition=str(section.one_of("disposition", tuple(Disposition), Disposition.NON_RESPONSIVE))
        if act == "close"
        else "",
    )
    if act == "text" and step.template not in {template.name for template in templates}:
        raise section.bad("template", f"there is no template {step.template!r}")
    section.done()
    return step


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f'{text!r} is not a time zone; write it like "America/Los_Angeles"') from error
    return text


def _number(text: str) -> Number:
    number = Number.parse(text)
    if number is None:
        raise ValueError(f'{text!r} is not a phone number; write it like "+14155550100"')
    return number


def _web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", text):
        raise ValueError(f'{text!r} is not a web address; write it like "https://example.com/book"')
    return text.rstrip("/")


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
