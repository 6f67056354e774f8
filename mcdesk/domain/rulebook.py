"""The rule tables together, as one value with one version.

Must not: know where tables lie, or which office uses them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from mcdesk.domain.consent import Keywords
from mcdesk.domain.holidays import Holidays
from mcdesk.domain.lint import Linter
from mcdesk.domain.places import AreaCodes
from mcdesk.domain.policy import RULES_VERSION
from mcdesk.domain.quiet_hours import QuietHours
from mcdesk.domain.tables import BadTable
from mcdesk.domain.words_weights import Weights

T = TypeVar("T")
#: The tables by file name.
KEYWORDS = "optout_keywords.csv"
WEIGHTS = "optout_weights.csv"
AREA_CODES = "us_area_code_zones.csv"
QUIET_HOURS = "quiet_hours_us.csv"
HOLIDAYS = "holidays_us.csv"
WORDING = "template_lint_rules.csv"
NAMES = (KEYWORDS, WEIGHTS, AREA_CODES, QUIET_HOURS, HOLIDAYS, WORDING)
#: Those that `Rulebook.read` leaves for later.
READ_LATER = frozenset({KEYWORDS, WEIGHTS, WORDING})


class BadRulebook(ValueError):
    """A table that cannot be used; the message names the table, the line and what is expected."""


@dataclass(frozen=True)
class Rulebook:
    """Everything the rules know besides the office and its database."""

    area_codes: AreaCodes
    quiet: QuietHours
    holidays: Holidays
    #: Which tables these are.
    tables: str
    #: Stored with every decision: changes whenever a rule or a table does.
    version: str
    _texts: Mapping[str, str] = field(repr=False)

    @classmethod
    def read(cls, tables: Mapping[str, str], *, version: str) -> "Rulebook":
        """From each table's text by file name; `version` says which tables. Raises BadRulebook.

        The words take a third of a second to read and few commands ask for them: they are read when first
        asked for, or with `whole`."""
        holidays = _made(tables, HOLIDAYS, Holidays.read)
        return cls(
            area_codes=_made(tables, AREA_CODES, AreaCodes.read),
            quiet=_made(tables, QUIET_HOURS, lambda lines: QuietHours.read(lines, holidays=holidays)),
            holidays=holidays,
            tables=version,
            version=f"{RULES_VERSION} with tables {version}",
            _texts=tables,
        )

    @cached_property
    def keywords(self) -> Keywords:
        """What inbound texts ask for. Raises BadRulebook."""
        weights = _made(self._texts, WEIGHTS, Weights.read)
        return _made(self._texts, KEYWORDS, lambda lines: Keywords.read(lines, weights=weights))

    @cached_property
    def linter(self) -> Linter:
        """What wording may not say. Raises BadRulebook."""
        return _made(self._texts, WORDING, lambda lines: Linter.read(lines, keywords=self.keywords))

    def whole(self) -> "Rulebook":
        """With everything read. Raises BadRulebook."""
        _ = self.keywords, self.linter
        return self


def _made(tables: Mapping[str, str], name: str, read: Callable[[Iterable[str]], T]) -> T:
    try:
        return read(tables[name].splitlines())
    except BadTable as error:
        raise BadRulebook(f"{name}, {error}") from error
