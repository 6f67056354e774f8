"""Hours: when the office is open, and when a number may be texted wherever it may be.

Must not: know why somebody is texted (`policy` does).
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from mcdesk.domain.numbers import Number

#: Federal window for follow-ups, local time at the called party (47 CFR 64.1200(c)(1)). The end is a minute
#: early because a queue and a carrier lie between us and the phone (rule 1.3).
OPENS = time(8, 0)
CLOSES = time(20, 59)
#: Where a number's place is unknown, every one of these must be open (rule Z-3).
UNKNOWN_ZONES = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
#: How far ahead an opening is looked for (rule Z-5).
SEARCH_DAYS = 14


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number may be: all zones and states its area code is used in."""

    zones: tuple[str, ...]
    states: tuple[str, ...]


UNKNOWN_PLACE = Place(UNKNOWN_ZONES, ())


class AreaCodes:
    """US area codes → safe union of zones, from ``us_area_code_zones.csv``."""

    def __init__(self, places: Mapping[str, Place]) -> None:
        self._places = places

    @classmethod
    def read(cls, lines: Iterable[str]) -> "AreaCodes":
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        return cls(
            {
                row["area_code"]: Place(
                    tuple(row["zones_conservative_union"].split("|")),
                    (row["state"],),
                )
                for row in rows
            }
        )

    def place(self, number: Number) -> Place:
        """Every zone and state the number may be in; the four zones of the mainland where nobody can say."""
        return self._places.get(number.area_code or "", UNKNOWN_PLACE)


@lru_cache(maxsize=128)
def zone(name: str) -> ZoneInfo:
    """A zone by its IANA name."""
    return ZoneInfo(name)


def is_open(zones: Iterable[str], now: datetime) -> bool:
    """Whether the window is open in every one of the zones."""
    return all(OPENS <= now.astimezone(zone(name)).time() < CLOSES for name in zones)


def next_opening(zones: tuple[str, ...], now: datetime) -> datetime | None:
    """`now` if open, else the first instant that is; None if there is none within `SEARCH_DAYS`."""
    if is_open(zones, now):
        return now
    openings = sorted(
        opening
        for name in zones
        for day in range(SEARCH_DAYS + 1)
        if (opening := _opening(zone(name), now, day)) > now
    )
    return next((opening for opening in openings if is_open(zones, opening)), None)


def _opening(place: ZoneInfo, now: datetime, day: int) -> datetime:
    local = now.astimezone(place).date() + timedelta(days=day)
    return datetime.combine(local, OPENS, tzinfo=place).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a day the office is open; ``24:00`` is allowed as an end."""

    start: timedelta
    end: timedelta

    @classmethod
    def parse(cls, text: str) -> "Span":
        """``"08:30-17:30"``. Raises ValueError in words."""
        try:
            start, end = (_since_midnight(part) for part in text.split("-"))
        except ValueError as error:
            raise ValueError(f"{text!r} is not a span of hours; write it like 08:30-17:30") from error
        if not timedelta(0) <= start < end <= timedelta(days=1):
            raise ValueError(f"{text!r} must begin before it ends, within one day")
        return cls(start, end)

    def __str__(self) -> str:
        return f"{_clock(self.start)}-{_clock(self.end)}"


def _since_midnight(text: str) -> timedelta:
    hours, minutes = text.strip().split(":")
    if not (0 <= int(minutes) < 60):
        raise ValueError(text)
    return timedelta(hours=int(hours), minutes=int(minutes))


def _clock(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When the office is open, by weekday (0 is Monday). A day without spans is closed."""

    days: Mapping[int, tuple[Span, ...]]

    def is_open(self, local: datetime) -> bool:
        """`local` is wall-clock time in the office's zone."""
        since = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
        return any(span.start <= since < span.end for span in self.days.get(local.weekday(), ()))
