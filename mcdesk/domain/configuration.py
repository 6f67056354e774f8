"""The configuration file: TOML text to an `Office` and back.

Must not: open files, or know which providers exist (their fields are checked where they are known).
"""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from mcdesk.domain import office_section, tracks_section
from mcdesk.domain.leads import Disposition
from mcdesk.domain.numbers import Number
from mcdesk.domain.office import NONE, OWN, Connection, Line, Office
from mcdesk.domain.sections import BadConfiguration, Section, mistake, phone_number
from mcdesk.domain.sequences import Sequence, Step, StepDo, StepFrom, parse_length
from mcdesk.domain.templates import Template, blanks

T = TypeVar("T")
STEP_ACTS: tuple[StepDo, ...] = ("text", "call-task", "close")
STEP_STARTS: tuple[StepFrom, ...] = ("call", "previous")
#: Logs are read at least once a day.
LONGEST_POLL_SECONDS = 86_400
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


def read(source: str, *, starter: Office | None = None) -> Office:
    """The office described by `source` (TOML, see the README). Raises BadConfiguration with line and key.

    Templates and sequences of `starter` are there unless the file has its own of the same name.
    """
    try:
        values = tomllib.loads(source)
    except (ValueError, RecursionError) as error:  # of a TOMLDecodeError, a number or a nesting without end
        raise BadConfiguration(f"this is not valid TOML: {error}") from error
    top = Section(values, path="", source=source)
    head = office_section.read(top.section("office"))
    connections = tuple(_connections(top.section("connections")))
    shipped = starter.templates if starter else ()
    shipped = tuple(each.for_office(has_link=bool(head.booking_link)) for each in shipped)
    templates = _over(
        shipped,
        tuple(_template(section) for section in top.sections("templates")),
        lambda template: (template.name, template.language),
    )
    sequences = _over(
        starter.sequences if starter else (),
        tuple(_sequence(section, templates) for section in top.sections("sequences")),
        lambda sequence: sequence.name,
    )
    lines = tuple(_line(section, connections, sequences) for section in top.sections("lines"))
    tracks = tracks_section.read(top.sections("tracks"), lines, sequences, templates)
    office = replace(
        head,
        connections=connections,
        lines=lines,
        templates=templates,
        sequences=sequences,
        tracks=tracks,
    )
    top.done()
    _first_texts_are_there(source, office)
    _can_say_when_it_reopens(source, office, shipped if starter else templates)
    return office


def _over(starter: tuple[T, ...], own: tuple[T, ...], name: Callable[[T], object]) -> tuple[T, ...]:
    """Both, where the office's own replaces the starter's of the same name."""
    return tuple({name(each): each for each in (*starter, *own)}.values())


def _first_texts_are_there(source: str, office: Office) -> None:
    table = tomllib.loads(source)["office"].get("texting", {})
    for outcome, name in office.texting.first_texts.items():
        there = {each.name for each in office.templates} | {OWN, NONE}
        if outcome in table and name not in there:
            expected = f'there is no template {name!r}; name one, or write "{OWN}" or "{NONE}"'
            raise mistake(source, "office.texting", outcome, expected)


def _can_say_when_it_reopens(source: str, office: Office, shipped: tuple[Template, ...]) -> None:
    """Nobody is told a time that there is not. The starter's templates only count where they are used."""
    used = {*(line.sequence for line in office.lines), *(track.sequence for track in office.tracks)}
    names = {step.template for name in used for step in _steps(office, name)}
    names |= {track.template for track in office.tracks} | set(office.texting.first_texts.values())
    for template in office.templates:
        if "reopens" not in blanks(template.body) or office.hours.ever_opens:
            continue
        if template.name in names or template not in shipped:
            expected = f"the template {template.name} ({template.language}) says when the office reopens"
            fix = "write when it is open, or take {reopens} out of the template"
            raise mistake(source, "office", "hours", f"{expected}; {fix}")


def _steps(office: Office, name: str | None) -> tuple[Step, ...]:
    sequence = office.sequence(name)
    return sequence.steps if sequence else ()


def _connections(section: Section) -> Iterator[Connection]:
    for name, each in section.tables():
        if not NAME.fullmatch(name):
            raise section.bad(name, "a connection's name is small letters, digits and dashes, such as twilio")
        provider = each.take("provider", str, expected='a company, such as "twilio"')
        hook_secret = each.take("hook_secret", str, "") or None
        if hook_secret and not re.fullmatch(r"[A-Za-z0-9._~-]{8,128}", hook_secret):
            raise each.bad("hook_secret", "expected 8 to 128 letters, digits, dots or dashes")
        poll = each.take("poll_seconds", float, 10.0)
        if poll != 0 and not 1 <= poll <= LONGEST_POLL_SECONDS:
            expected = f"expected 0 (hooks only) or 1 to {LONGEST_POLL_SECONDS} seconds (a day), not {poll:g}"
            raise each.bad("poll_seconds", expected)
        yield Connection(
            name=name,
            provider=provider,
            hook_secret=hook_secret,
            poll_seconds=poll,
            settings={key: _setting(each, key, value) for key, value in each.rest().items()},
        )


def _setting(section: Section, key: str, value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise section.bad(key, "expected a text or a number")


def _line(section: Section, connections: tuple[Connection, ...], sequences: tuple[Sequence, ...]) -> Line:
    number = _need_number(section, "number")
    names = {connection.name for connection in connections}
    for key in ("calls", "texts"):
        chosen = section.peek(key)
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
        text_from=section.made("text_from", phone_number, None) or number,
        sequence=sequence,
        language=section.take("language", str, "en"),
        greeting=" ".join(section.take("greeting", str, "").split()),
    )
    section.done()
    return line


def _need_number(section: Section, key: str) -> Number:
    number = section.made(key, phone_number, None)
    if number is None:
        raise section.bad(key, 'is missing; expected a phone number such as "+14155550100"')
    return number


def _template(section: Section) -> Template:
    name = section.take("name", str)
    language = section.take("language", str, "en")
    body = section.take("body", str)
    accepted_by = section.take("warnings_accepted_by", str, "").strip()
    accepted = section.take("warnings_accepted", str, "")
    without_link = section.take("without_link", str, "")
    try:
        template = Template(name, language, body, accepted_by, accepted, without_link)
    except ValueError as error:
        raise section.bad("body", str(error)) from error
    section.done()
    return template


def _sequence(section: Section, templates: tuple[Template, ...]) -> Sequence:
    name = section.take("name", str)
    steps = tuple(_step(each, templates) for each in section.sections("steps"))
    if not steps:
        raise section.bad("steps", "a sequence needs at least one step")
    section.done()
    return Sequence(name, steps)


def _step(section: Section, templates: tuple[Template, ...]) -> Step:
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
