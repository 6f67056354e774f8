"""Office hours: when the office is open.

Must not: know when somebody may be texted (`quiet_hours` does).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: How far ahead the next opening is looked for: no office is closed for longer and still answers calls.
SEARCH_DAYS = 62


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
    #: The office's own holidays with their names, which may be empty.
    closed: Mapping[date, str] = field(default_factory=dict)

    def is_open(self, local: datetime) -> bool:
        """`local` is wall-clock time in the office's zone."""
        since = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second)
        return any(span.start <= since < span.end for span in self.on(local.date()))

    def next_opening(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """The first instant after `at` (UTC) at which the office opens; None where it never does.

        One that is open all the time does not open either.
        """
        today = at.astimezone(zone).date()
        openings = (
            _instant(today + timedelta(days=ahead), span.start, zone)
            for ahead in range(SEARCH_DAYS)
            for span in sorted(self.on(today + timedelta(days=ahead)), key=lambda each: each.start)
            if not self._goes_on(today + timedelta(days=ahead), span)
        )
        return next((opening for opening in openings if opening > at), None)

    def _goes_on(self, day: date, span: Span) -> bool:
        """Whether another span ends where this begins."""
        before = [each.end for each in self.on(day)]
        if not span.start:
            before = [each.end - timedelta(days=1) for each in self.on(day - timedelta(days=1))]
        return span.start in before

    @property
    def ever_opens(self) -> bool:
        """Whether there is a time to name: the office is neither always closed nor always open."""
        utc = ZoneInfo("UTC")
        return OfficeHours(self.days).next_opening(datetime(2026, 1, 1, tzinfo=utc), utc) is not None

    def on(self, day: date) -> tuple[Span, ...]:
        """The spans of a day, none where the office is closed."""
        return () if day in self.closed else self.days.get(day.weekday(), ())


def _instant(day: date, since_midnight: timedelta, zone: ZoneInfo) -> datetime:
    """By the clock on the wall, also on the days it is changed."""
    midnight = datetime.combine(day, time(), tzinfo=zone)
    return (midnight + since_midnight).astimezone(UTC)
