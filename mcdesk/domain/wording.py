"""An office's wording before the wording rules: when a configuration is new, and when a text goes out.

Must not: know the rules (`lint` and its table do), or what else a gate asks.
"""

import tomllib
from collections.abc import Iterator, Mapping
from typing import TypeAlias
from urllib.parse import urlsplit

from mcdesk.domain.drafts import Draft
from mcdesk.domain.facts import TextClass
from mcdesk.domain.lint import Finding, Linter, repeats
from mcdesk.domain.office import Office
from mcdesk.domain.sections import BadConfiguration, mistake
from mcdesk.domain.templates import SAMPLES, Template

#: Where a table of the file stands among those of its kind, by what names it.
Positions: TypeAlias = Mapping[tuple[str, ...], int]
#: Templates that answer a keyword; all others go out by themselves.
_ANSWERS: Mapping[str, TextClass] = {
    "help": TextClass.HELP,
    "optout_confirm": TextClass.OPTOUT_CONFIRM,
    "wrong_number": TextClass.OPTOUT_CONFIRM,
}


def look_through(source: str, office: Office, linter: Linter) -> None:
    """Raises BadConfiguration where a wording must not be sent, or somebody must answer for it."""
    own = _positions(source, "templates", ("name", "language"))
    for template in office.templates:
        said = linter.check(_draft(office, template))
        position = own.get((template.name, template.language))
        if position is None:
            # Ours is without fault; what is wrong with it comes with the office's name or link.
            said = tuple(each for each in said if each.severity == "error")
        told = [each for each in said if each.severity == "error" or not template.warnings_accepted_by]
        if told:
            raise _refusal(source, template, position, told)
    _none_repeats(source, office)


def refused(office: Office, linter: Linter) -> Iterator[tuple[Template, tuple[Finding, ...]]]:
    """Templates of an office that the gate would not let out, and what is wrong with each."""
    for template in office.templates:
        errors = linter.check(_draft(office, template), errors_only=True)
        if errors:
            yield template, errors


def findings(office: Office, linter: Linter, template: Template, *, rendered: str) -> tuple[Finding, ...]:
    """Everything the rules say of a template of this office, as it would reach somebody."""
    return linter.check(_draft(office, template, rendered=rendered))


def problems(office: Office, linter: Linter, *, body: str, version: str | None) -> tuple[str, ...]:
    """What is wrong with a text that is to go out by itself, in words. `version`: of its template."""
    name, _, language = (version or "").partition("#")[0].partition("/")
    template = next(
        (each for each in office.templates if (each.name, each.language) == (name, language)), None
    )
    if template is None or template.version != version:
        # Changed since; the text stays as it was frozen.
        template = Template(name, language or "en", body.replace("{", "{{").replace("}", "}}"))
    draft = _draft(office, template, rendered=body)
    return tuple(in_words(each) for each in linter.check(draft, errors_only=True))


def _draft(office: Office, template: Template, *, rendered: str | None = None) -> Draft:
    if rendered is None:
        link = office.booking_link.removeprefix("https://") or SAMPLES["link"]
        rendered = template.render({**SAMPLES, "firm": office.name, "link": link})
    return Draft(
        body=template.body,
        text_class=_ANSWERS.get(template.name, TextClass.FOLLOWUP),
        profession=office.profession,
        firm=office.name,
        language=template.language,
        name=template.name,
        domain=(urlsplit(office.booking_link).hostname or "").removeprefix("www."),
        rendered=rendered,
    )


def _refusal(source: str, template: Template, position: int | None, told: list[Finding]) -> BadConfiguration:
    words = " ".join(in_words(each) for each in told)
    if position is None:
        words = (
            f"with this name and link our template {template.name} ({template.language}) is not sent: {words}"
        )
        return mistake(source, "office", "booking_link", words)
    if all(each.severity == "warning" for each in told):
        words = f'{words} Or somebody answers for it: add warnings_accepted_by = "their name".'
    return mistake(source, f"templates[{position}]", "body", words)


def in_words(finding: Finding) -> str:
    """The rule, what it found, why it matters and what to write instead."""
    found = f": {', '.join(repr(each) for each in finding.found)}" if finding.found else ""
    better = f' Better: "{finding.better}".' if finding.better else ""
    return f"{finding.rule}, {finding.what}{found}. {finding.why}{better}"


def _none_repeats(source: str, office: Office) -> None:
    own = _positions(source, "sequences", ("name",))
    for sequence in office.sequences:
        names = [step.template for step in sequence.steps if step.do == "text"]
        for language in sorted({each.language for each in office.templates if each.name in names}):
            for same in repeats(_wordings(office, names, language)):
                words = (
                    f"the texts {' and '.join(same)} say the same ({language}), as a broken loop would. "
                    "Give each step a template of its own"
                )
                position = own.get((sequence.name,))
                where = "sequences" if position is None else f"sequences[{position}]"
                raise mistake(source, where, "steps", words)


def _wordings(office: Office, names: list[str], language: str) -> Iterator[tuple[str, str]]:
    for name in names:
        template = office.template(name, language)
        if template is not None:
            yield name, template.body


def _positions(source: str, kind: str, names: tuple[str, ...]) -> Positions:
    usual = {"language": "en"}
    rows = tomllib.loads(source).get(kind, [])
    return {
        tuple(row.get(name, usual.get(name, "")) for name in names): position
        for position, row in enumerate(rows)
    }
