"""Long times as offices say them: ``24 months``, ``7 years``.

Must not: count short ones (`sequences.parse_length` does).
"""

import calendar
import re
from datetime import datetime

#: Longer is for ever, as far as anybody's rules go.
MOST_YEARS = 100


def parse_months(text: str) -> int:
    """``"24 months"``, ``"1 month"`` or ``"7 years"`` in months. Raises ValueError in words."""
    found = re.fullmatch(r"\s*(\d{1,4})\s*(month|year)s?\s*", text)
    months = int(found[1]) * (12 if found[2] == "year" else 1) if found else 0
    if not 1 <= months <= MOST_YEARS * 12:
        raise ValueError(f'{text!r} is not a number of months; write it like "24 months" or "7 years"')
    return months


def months_before(at: datetime, months: int) -> datetime:
    """The same time of day so many months earlier, on the month's last day where it has no such day."""
    years, month = divmod(at.year * 12 + at.month - 1 - months, 12)
    day = min(at.day, calendar.monthrange(years, month + 1)[1])
    return at.replace(year=years, month=month + 1, day=day)
