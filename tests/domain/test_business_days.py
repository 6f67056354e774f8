"""Business days: rule O-4's time to decide.

Must not: know who decides.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from mcdesk.domain import business_days
from mcdesk.domain.holidays import Holidays

PACIFIC = ZoneInfo("America/Los_Angeles")
HOLIDAYS = Holidays.read(["state,date,name", "US,2026-11-26,Thanksgiving", "LA,2026-11-27,Acadian Day"])


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-18T10:45", "2026-11-19T10:45"),
        ("2026-11-20T10:45", "2026-11-23T10:45"),
        ("2026-11-21T10:45", "2026-11-24T10:45"),
        ("2026-11-25T23:59", "2026-11-27T23:59"),
        ("2026-10-30T10:45", "2026-11-02T10:45"),
    ],
    ids=["a weekday", "Friday", "Saturday counts from Monday", "a federal holiday", "over a clock change"],
)
def test_o4_one_business_day_later_it_is_the_same_time_in_the_office(at: str, due: str) -> None:
    began = datetime.fromisoformat(at).replace(tzinfo=PACIFIC).astimezone(UTC)
    ends = business_days.later(began, 1, zone=PACIFIC, holidays=HOLIDAYS)
    assert ends == datetime.fromisoformat(due).replace(tzinfo=PACIFIC)
    assert ends.tzinfo is UTC
