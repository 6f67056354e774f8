"""The [[tracks]] tables of a configuration file.

Must not: know which track a call takes (`tracks` does).
"""

from collections.abc import Iterable
from typing import TypeVar

from mcdesk.domain.calls import Outcome
from mcdesk.domain.numbers import Number
from mcdesk.domain.office import NONE, Line
from mcdesk.domain.sections import Section, phone_number
from mcdesk.domain.sequences import Sequence
from mcdesk.domain.templates import Template
from mcdesk.domain.tracks import OUTCOMES, Caller, Track, When, tie

T = TypeVar("T", Outcome, When)


def read(
    sections: Iterable[Section],
    lines: tuple[Line, ...],
    sequences: tuple[Sequence, ...],
    templates: tuple[Template, ...],
) -> tuple[Track, ...]:
    """Raises BadConfiguration, also where two tracks are for the same call and none is more specific."""
    tracks: dict[Track, Section] = {}
    for section in sections:
        track = _track(section, lines, sequences, templates)
        if track.name in {each.name for each in tracks}:
            raise section.bad("name", f"there is a track {track.name!r} already; give this one another name")
        tracks[track] = section
    rivals = tie(tuple(tracks), {line.number: line.practice_area for line in lines})
    if rivals is not None:
        one, other, at = rivals
        raise tracks[other].bad(
            "name",
            f"{one.name!r} and {other.name!r} are both for a call like this: {at.outcome}, {at.when}, "
            f"to {at.line.spoken}. Give one of them a condition more, or make a third one for both",
        )
    return tuple(tracks)


def _track(
    section: Section,
    lines: tuple[Line, ...],
    sequences: tuple[Sequence, ...],
    templates: tuple[Template, ...],
) -> Track:
    name = section.take("name", str).strip()
    if not name:
        raise section.bad("name", "is empty; the conversation says by this name why a text was chosen")
    sequence = section.one_of("sequence", (*(each.name for each in sequences), NONE))
    template = section.take("template", str, "")
    if template and (sequence == NONE or template not in {each.name for each in templates}):
        no_text = f'is of no use with sequence = "{NONE}"; take it out'
        raise section.bad("template", no_text if sequence == NONE else f"there is no template {template!r}")
    track = Track(
        name=name,
        sequence=None if sequence == NONE else sequence,
        template=template,
        outcomes=_some(section, "outcome", OUTCOMES),
        when=_some(section, "when", tuple(When)),
        line=_line(section, lines),
        practice_area=_practice_area(section, lines),
        caller=None if section.peek("caller") is None else section.one_of("caller", tuple(Caller)),
        language=section.take("language", str, ""),
    )
    section.done()
    return track


def _some(section: Section, key: str, choices: tuple[T, ...]) -> frozenset[T]:
    """One text, or a list of them; none where the key is not there."""
    value = section.peek(key)
    if not isinstance(value, list):
        return frozenset() if value is None else frozenset({section.one_of(key, choices)})
    names = section.take(key, list)
    unknown = [name for name in names if name not in choices]
    if unknown or not names:
        told = f"not {unknown[0]!r}" if unknown else "at least one"
        raise section.bad(key, f"expected one or some of {', '.join(choices)}, {told}")
    return frozenset(choice for choice in choices if choice in names)


def _line(section: Section, lines: tuple[Line, ...]) -> Number | None:
    number = section.made("line", phone_number, None)
    if number is not None and number not in {line.number for line in lines}:
        there = ", ".join(line.number.spoken for line in lines) or "none"
        raise section.bad("line", f"{number.spoken} is none of the office's lines; there are {there}")
    return number


def _practice_area(section: Section, lines: tuple[Line, ...]) -> str:
    area = section.take("practice_area", str, "")
    areas = sorted({line.practice_area for line in lines if line.practice_area})
    if area and area not in areas:
        raise section.bad("practice_area", f"no line has it; there are {', '.join(areas) or 'none'}")
    return area
