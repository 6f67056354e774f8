"""The office and the tables it goes by, as one value handed to every rule.

Must not: change while in use; a new configuration makes a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mcdesk.domain.number_key import NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.domain.office import Line, Office
from mcdesk.domain.opening import reopens
from mcdesk.domain.places import Place
from mcdesk.domain.quiet_hours import QuietHours
from mcdesk.domain.rulebook import Rulebook
from mcdesk.domain.templates import addressed


@dataclass(frozen=True, slots=True)
class House:
    """What the rules look at besides the database."""

    office: Office
    rulebook: Rulebook
    #: The rulebook's hours with the office's own rule.
    quiet: QuietHours
    #: For what is kept of a number after its person was deleted.
    numbers: NumberKey
    #: Connections that keep records of people.
    crms: tuple[str, ...] = ()
    #: What people call each connection's company.
    titles: Mapping[str, str] = field(default_factory=dict)
    #: Connections that sign in through the browser.
    signs_in: frozenset[str] = frozenset()

    def line_for(self, number: Number | None, connection: str) -> Line | None:
        """The office's line a call or text came to."""
        line = self.office.line(number)
        if line and connection in (line.calls, line.texts):
            return line
        return None

    def place(self, number: Number, *, state: str | None = None) -> Place:
        """Where a number may be; `state`: where people said the person is."""
        return self.rulebook.area_codes.place(number, state=state)

    def is_ours(self, number: Number | None) -> bool:
        return self.office.line(number) is not None

    def blanks(
        self, line: Line | None, name: str | None, *, at: datetime, language: str, at_once: bool = True
    ) -> dict[str, str]:
        """Values of every template blank, for a text that goes out at a time, or some time after it."""
        office = self.office
        return {
            "firm": office.name,
            "link": office.link,
            "phone": line.number.spoken if line else "",
            "name": addressed(name),
            "line": line.label if line else "",
            "reopens": reopens(office.hours, at, office.zone, language=language, at_once=at_once),
        }
