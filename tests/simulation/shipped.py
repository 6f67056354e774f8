"""The shipped tables as the program reads them, and moments as people say them.

Must not: be used by the checker (`hours`, `checks`), which reads the tables its own way.
"""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from mcdesk.domain.holidays import Holidays
from mcdesk.domain.places import AreaCodes
from mcdesk.domain.quiet_hours import QuietHours

COMPLIANCE = Path(__file__).parents[2] / "resources" / "compliance"
EASTERN, CENTRAL = "America/New_York", "America/Chicago"
MOUNTAIN, PACIFIC = "America/Denver", "America/Los_Angeles"


def lines(name: str) -> list[str]:
    """Of one table."""
    return (COMPLIANCE / name).read_text(encoding="utf-8").splitlines()


@cache
def area_codes() -> AreaCodes:
    return AreaCodes.read(lines("us_area_code_zones.csv"))


@cache
def holidays() -> Holidays:
    return Holidays.read(lines("holidays_us.csv"))


@cache
def quiet_hours() -> QuietHours:
    return QuietHours.read(lines("quiet_hours_us.csv"), holidays=holidays())


def local(text: str, zone: str) -> datetime:
    """The instant at which a clock in that zone shows ``2026-11-23T19:59``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
