"""An office's wording before the wording rules: when a configuration is new, and when a text goes out.

Must not: know the rules (`lint` and its table do), or what else a gate asks.
"""

import tomllib
from collections.abc import Iterator, Mapping
from typing import TypeAlias
from urllib.parse import urlsplit

from mcdesk.domain.drafts import Draft
from mcdesk.domain.facts import TextClass
from mcdesk.domain.lint import Finding, Linter
from mcdesk.domain.office import Office
from mcdesk.domain.plain import make_plain
from mcdesk.domain.sections import BadConfiguration, mistake
from mcdesk.domain.segments import segments
from mcdesk.domain.templates import SAMPLES, Template

#: Where a table of the file stands among those of its kind, by what names it.
Positions: TypeAlias = Mapping[tuple[str, ...], int]
#: Templates that answer a keyword; all others go out by themselves.
ANSWERS: Mapping[str, TextClass] = {
    "help": TextClass.HELP,
    "optout_confirm": TextClass.OPTOUT_CONFIRM,
    "wrong_number": TextClass.OPTOUT_CONFIRM,
}


def look_through(source: str, office: Office, linter: Linter) -> None:
    """Raises BadConfiguration where a wording must not be sent, or somebody must answer for it."""
    own = positions(source, "templates", ("name", "language"))
    for template in office.templates:
        said = linter.check(_draft(office, template))
        position = own.get((template.name, template.language))
        if position is None:
            # Ours is without fault; what the office's name or link costs is told, not refused (`notices`).
            told = [each for each in said if each.severity == "error"]
        else:
            told = _unanswered(template, said)
        if told:
            raise _refusal(source, template, position, told)


def _unanswered(template: Template, said: tuple[Finding, ...]) -> list[Finding]:
    """What is left where somebody answers for warnings: by rule, and for these very words only."""
    return [each for each in said if each.severity == "error" or each.rule not in template.accepted_rules]


def notices(office: Office, linter: Linter) -> Iterator[str]:
    """What the office's own name and link cost in our templates, and the plain form where there is one."""
    longer = [(template, _parts(office, template)) for template in office.templates]
    longer = [(template, parts) for template, parts in longer if parts > 1 and not template.accepted_rules]
    if not longer:
        return
    template, most = max(longer, key=lambda each: each[1])
    price = office.texting.segment_price
    words = (
        f"{len(longer)} templates take more than one segment with this name and link: "
        f"{template.name} ({template.language}) takes {most}, ${most * price:.4f} a text."
    )
    outside = segments(office.name).outside
    plain = make_plain(office.name)
    if outside and not plain.left:
        words += f' {" ".join(outside)} of the name cost most of it. In plain letters: name = "{plain.text}"'
    elif outside:
        words += (
            f" {' '.join(outside)} of the name cost most of it, and nothing plain stands for all of them."
        )
    yield words


def _parts(office: Office, template: Template) -> int:
    return segments(_rendered(office, template)).parts


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
    template = _of_version(office, version)
    if template is None:
        # Changed since; the text stays as it was frozen.
        name, language = _named(version)
        template = Template(name, language or "en", body.replace("{", "{{").replace("}", "}}"))
    draft = _draft(office, template, rendered=body)
    return tuple(in_words(each) for each in linter.check(draft, errors_only=True))


def typed(office: Office, linter: Linter, *, body: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of a text a person typed: what must not be sent, and what they are asked about; each in words."""
    draft = Draft(body=body, text_class=TextClass.SERVICE, profession=office.profession, firm=office.name)
    said = linter.check(draft)
    errors = tuple(in_words(each) for each in said if each.severity == "error")
    return errors, tuple(in_words(each) for each in said if each.severity == "warning")


def answered_for(office: Office, version: str | None) -> str:
    """Who answers for what the rules warn of in the wording of a text, and for which rules; or nothing."""
    template = _of_version(office, version)
    if template is None or not template.accepted_rules:
        return ""
    return f"{template.warnings_accepted_by}: {', '.join(template.accepted_rules)}"


def _of_version(office: Office, version: str | None) -> Template | None:
    name, language = _named(version)
    found = (each for each in office.templates if (each.name, each.language) == (name, language))
    return next((each for each in found if each.version == version), None)


def _named(version: str | None) -> tuple[str, str]:
    name, _, language = (version or "").partition("#")[0].partition("/")
    return name, language


def _draft(office: Office, template: Template, *, rendered: str | None = None) -> Draft:
    return Draft(
        body=template.body,
        text_class=ANSWERS.get(template.name, TextClass.FOLLOWUP),
        profession=office.profession,
        firm=office.name,
        language=template.language,
        name=template.name,
        domain=(urlsplit(office.booking_link).hostname or "").removeprefix("www."),
        rendered=_rendered(office, template) if rendered is None else rendered,
    )


def _rendered(office: Office, template: Template) -> str:
    return template.render({**SAMPLES, "firm": office.name, "link": office.link or SAMPLES["link"]})


def _refusal(source: str, template: Template, position: int | None, told: list[Finding]) -> BadConfiguration:
    words = " ".join(in_words(each) for each in told)
    if position is None:
        words = (
            f"with this name and link our template {template.name} ({template.language}) is not sent: {words}"
        )
        return mistake(source, "office", "booking_link", words)
    if all(each.severity == "warning" for each in told):
        line = template.acceptance(dict.fromkeys((*template.accepted_rules, *(each.rule for each in told))))
        words = (
            f'{words} Or somebody answers for it in these words: add warnings_accepted_by = "their name" '
            f'and warnings_accepted = "{line}".'
        )
    return mistake(source, f"templates[{position}]", "body", words)


def in_words(finding: Finding) -> str:
    """The rule, what it found, why it matters and what to write instead."""
    found = f": {', '.join(repr(each) for each in finding.found)}" if finding.found else ""
    better = f' Better: "{finding.better}".' if finding.better else ""
    return f"{finding.rule}, {finding.what}{found}. {finding.why}{better}"


def positions(source: str, kind: str, names: tuple[str, ...]) -> Positions:
    """Of each table of a kind, the last where two have the same names."""
    usual = {"language": "en"}
    rows = tomllib.loads(source).get(kind, [])
    return {
        tuple(row.get(name, usual.get(name, "")) for name in names): position
        for position, row in enumerate(rows)
    }
