"""A new configuration's templates and plans as a list: what is doubled, of no use, or repeated.

Must not: judge wording (`lint` does), or be asked of a configuration in force.
"""

import tomllib
from collections.abc import Iterator

from mcdesk.domain.lint import LANGUAGES, language_of, repeats
from mcdesk.domain.office import NONE, OWN, Office
from mcdesk.domain.sections import mistake
from mcdesk.domain.sequences import Sequence
from mcdesk.domain.spoken import language_words
from mcdesk.domain.templates import blanks, is_name
from mcdesk.domain.tracks import OUTCOMES
from mcdesk.domain.wording import ANSWERS, positions


def look_over(source: str, office: Office) -> None:
    """Raises BadConfiguration with line and key."""
    _each_once(source, "templates", ("name", "language"))
    _each_once(source, "sequences", ("name",))
    _templates(source, office)
    _answers_are_asked_for(source, office)
    _none_repeats(source, office)


def _each_once(source: str, kind: str, names: tuple[str, ...]) -> None:
    kept = set(positions(source, kind, names).values())
    for position, row in enumerate(tomllib.loads(source).get(kind, [])):
        where = f"{kind}[{position}]"
        if not row["name"].strip():
            raise mistake(source, where, "name", "is empty; lines and steps ask for it by its name")
        if position not in kept:
            expected = f"there is another {row['name']!r} further down; take one of the two out"
            raise mistake(source, where, "name", expected)


def _templates(source: str, office: Office) -> None:
    own = positions(source, "templates", ("name", "language"))
    for template in office.templates:
        position = own.get((template.name, template.language))
        if position is None:
            continue
        where = f"templates[{position}]"
        if language_of(template.language) not in LANGUAGES:
            known = " and ".join(f"{each} ({language_words(each)})" for each in LANGUAGES)
            expected = f"there are no wording rules for {template.language!r}, only for {known}"
            raise mistake(source, where, "language", expected)
        if "link" in blanks(template.body) and not office.booking_link:
            expected = (
                f"{template.name} ({template.language}) has {{link}}, and there is none. "
                "Write booking_link under [office], or take {link} out"
            )
            raise mistake(source, where, "body", expected)
        if template.warnings_accepted and not is_name(template.warnings_accepted_by):
            expected = f"{template.warnings_accepted_by!r} is no name; write who answers for it"
            raise mistake(source, where, "warnings_accepted_by", expected)


def _answers_are_asked_for(source: str, office: Office) -> None:
    """Help and confirmations only go out when asked for, so no plan has them for a step."""
    expected = "{!r} answers what somebody texted, and is no text for a plan; name another template"
    for position, row in enumerate(tomllib.loads(source).get("sequences", [])):
        for at, step in enumerate(row.get("steps", [])):
            if step.get("do") == "text" and step.get("template") in ANSWERS:
                where = f"sequences[{position}].steps[{at}]"
                raise mistake(source, where, "template", expected.format(step["template"]))
    for position, track in enumerate(office.tracks):
        if track.template in ANSWERS:
            raise mistake(source, f"tracks[{position}]", "template", expected.format(track.template))
    for outcome, name in office.texting.first_texts.items():
        if name in ANSWERS:
            raise mistake(source, "office.texting", outcome, expected.format(name))


def _none_repeats(source: str, office: Office) -> None:
    """Nor does a plan with another first text: its follow-up would always be withheld."""
    own = positions(source, "sequences", ("name",))
    for sequence in office.sequences:
        position = own.get((sequence.name,))
        where = "sequences" if position is None else f"sequences[{position}]"
        _says_something_else(source, office, sequence, where, "steps")
    for position, track in enumerate(office.tracks):
        of = office.sequence(track.sequence)
        if of is not None and track.template:
            _says_something_else(source, office, track.led(of), f"tracks[{position}]", "template")
    used = {*(line.sequence for line in office.lines), *(track.sequence for track in office.tracks)}
    for outcome in OUTCOMES:
        first = office.texting.first_texts.get(outcome, OWN)
        for sequence in office.sequences:
            if first not in (OWN, NONE) and sequence.name in used:
                led = sequence.led_by(first)
                _says_something_else(source, office, led, "office.texting", outcome)


def _says_something_else(source: str, office: Office, plan: Sequence, where: str, key: str) -> None:
    names = [step.template for step in plan.steps if step.do == "text"]
    for language in sorted({each.language for each in office.templates if each.name in names}):
        for same in repeats(_wordings(office, names, language)):
            words = (
                f"the texts {' and '.join(same)} say the same ({language}), as a broken loop would. "
                "Give each step a template of its own"
            )
            raise mistake(source, where, key, words)


def _wordings(office: Office, names: list[str], language: str) -> Iterator[tuple[str, str]]:
    for name in names:
        template = office.template(name, language)
        if template is not None:
            yield name, template.body
