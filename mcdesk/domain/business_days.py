"""Business days: neither a weekend nor a federal holiday (47 CFR 64.1200(a)(10) counts them so).

Must not: know why somebody counts them.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from mcdesk.domain.holidays import COUNTRY, Holidays

_SATURDAY = 5


def is_business_day(day: date, holidays: Holidays) -> bool:
    return day.weekday() < _SATURDAY and holidays.on(COUNTRY, day) is None


def later(at: datetime, days: int, *, zone: ZoneInfo, holidays: Holidays) -> datetime:
    """The same time of day in the office so many business days later.

    From a weekend or a holiday it counts from the business day that follows."""
    local = at.astimezone(zone)
    day = local.date()
    while not is_business_day(day, holidays):
        day += timedelta(days=1)
    for _ in range(days):
        day += timedelta(days=1)
        while not is_business_day(day, holidays):
            day += timedelta(days=1)
    return datetime.combine(day, local.time(), tzinfo=zone).astimezone(UTC)
