"""A template as it would reach a real person: filled in, counted, priced and looked through.

Must not: send or keep anything.
"""

from dataclasses import dataclass

from mcdesk.domain import wording
from mcdesk.domain.lint import Finding
from mcdesk.domain.segments import Segments, segments
from mcdesk.domain.templates import Template
from mcdesk.engine import verbs
from mcdesk.engine.house import House
from mcdesk.store import people
from mcdesk.store.transaction import Tx


class NoSuchTemplate(LookupError):
    """A name no template has."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(f"There is no template {name!r}. There are: {', '.join(known)}.")


@dataclass(frozen=True, slots=True)
class Preview:
    """One template for one lead."""

    template: Template
    body: str
    size: Segments
    #: In dollars, by the office's price of a segment.
    cost: float
    findings: tuple[Finding, ...]


def preview(tx: Tx, house: House, lead: int, name: str, language: str | None) -> Preview:
    """`language`: the person's own where None. Raises NoSuchLead or NoSuchTemplate."""
    row = verbs.find(tx, lead)
    contact, line = people.contact(tx, row.contact), house.office.line(row.line)
    template = house.office.template(name, language or contact.language)
    if template is None:
        raise NoSuchTemplate(name, tuple(dict.fromkeys(each.name for each in house.office.templates)))
    values = house.blanks(line, contact.name, at=tx.now, language=template.language)
    body = template.render(values)
    size = segments(body)
    return Preview(
        template=template,
        body=body,
        size=size,
        cost=size.parts * house.office.texting.segment_price,
        findings=wording.findings(house.office, house.rulebook.linter, template, rendered=body),
    )
