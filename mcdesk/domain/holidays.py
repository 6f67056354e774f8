"""Public holidays by state, and the office's own closed days.

Must not: compute when a feast is; the table says so for years ahead, with its source.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from mcdesk.domain.places import UNKNOWN_STATE
from mcdesk.domain.tables import BadTable, rows_of

COLUMNS = ("state", "date", "name")
#: Holidays of the whole country, which count in every state of the table.
COUNTRY = "US"


class Holidays:
    """Days by state, from ``holidays_us.csv``. A day the table does not reach is no holiday."""

    def __init__(self, days: Mapping[str, Mapping[date, str]]) -> None:
        self._days = days

    @classmethod
    def read(cls, lines: Iterable[str]) -> "Holidays":
        """Raises BadTable."""
        days: dict[str, dict[date, str]] = {}
        for line, row in rows_of(lines, COLUMNS):
            try:
                day = date.fromisoformat(row["date"])
            except ValueError as error:
                raise BadTable(line, f"{row['date']!r} is not a date such as 2026-12-25") from error
            if not row["name"]:
                raise BadTable(line, "the holiday's name is missing")
            days.setdefault(row["state"], {})[day] = row["name"]
        return cls(days)

    def on(self, state: str, day: date) -> str | None:
        """The holiday's name; None on an ordinary day. `state` may be UNKNOWN or US: the country's."""
        if state not in (COUNTRY, UNKNOWN_STATE):
            own = self._days.get(state, {}).get(day)
            if own is not None:
                return own
        return self._days.get(COUNTRY, {}).get(day)

    @property
    def until(self) -> date | None:
        """The last day the table knows of; None for an empty one."""
        return max((day for days in self._days.values() for day in days), default=None)


NO_HOLIDAYS = Holidays({})
