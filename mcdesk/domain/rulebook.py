"""The rule tables together, as one value with one version.

Must not: know where tables lie, or which office uses them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
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


class BadRulebook(ValueError):
    """A table that cannot be used; the message names the table, the line and what is expected."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Everything the rules know besides the office and its database."""

    keywords: Keywords
    area_codes: AreaCodes
    quiet: QuietHours
    holidays: Holidays
    linter: Linter
    #: Which tables these are.
    tables: str
    #: Stored with every decision: changes whenever a rule or a table does.
    version: str

    @classmethod
    def read(cls, tables: Mapping[str, str], *, version: str) -> "Rulebook":
        """From each table's text by file name; `version` says which tables. Raises BadRulebook."""
        holidays = _made(tables, HOLIDAYS, Holidays.read)
        weights = _made(tables, WEIGHTS, Weights.read)
        keywords = _made(tables, KEYWORDS, lambda lines: Keywords.read(lines, weights=weights))
        return cls(
            keywords=keywords,
            area_codes=_made(tables, AREA_CODES, AreaCodes.read),
            quiet=_made(tables, QUIET_HOURS, lambda lines: QuietHours.read(lines, holidays=holidays)),
            holidays=holidays,
            linter=_made(tables, WORDING, lambda lines: Linter.read(lines, keywords=keywords)),
            tables=version,
            version=f"{RULES_VERSION} with tables {version}",
        )


def _made(tables: Mapping[str, str], name: str, read: Callable[[Iterable[str]], T]) -> T:
    try:
        return read(tables[name].splitlines())
    except BadTable as error:
        raise BadRulebook(f"{name}, {error}") from error
