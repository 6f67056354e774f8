"""The hours counted another way: from the tables' rows to spans of seconds, zone by zone and day by day.

Must not: import anything of the program.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.simulation.story import Day, Office

COMPLIANCE = Path(__file__).parents[2] / "resources" / "compliance"
MAINLAND = ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles")
#: How far ahead an opening is looked for, in days (rule Z-5).
FAR = 14
DAY = 86_400
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, eq=False)
class Week:
    """One rule: minutes of each day from Monday, and days on which it is closed."""

    name: str
    days: tuple[Day, ...]
    closed: frozenset[date] = frozenset()
    #: Nothing before this day.
    not_before: date = date.min


def rows(name: str) -> list[dict[str, str]]:
    """Of one table."""
    with (COMPLIANCE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@cache
def codes() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Area code → its zones and its states."""
    return {
        row["area_code"]: (
            frozenset(row["zones_conservative_union"].split("|")),
            frozenset(row["state"].split("|")),
        )
        for row in rows("us_area_code_zones.csv")
    }


@cache
def states() -> dict[str, frozenset[str]]:
    """State → every zone one of its area codes is used in."""
    found: dict[str, set[str]] = {}
    for zones, of in codes().values():
        for state in of:
            found.setdefault(state, set()).update(zones)
    return {state: frozenset(zones) for state, zones in found.items()}


@cache
def weeks() -> dict[str, Week]:
    """State → its rule; US is the federal one, which ends at 20:59."""
    country = {date.fromisoformat(row["date"]) for row in rows("holidays_us.csv") if row["state"] == "US"}
    found: dict[str, list[Day]] = {}
    closed: dict[str, frozenset[date]] = {}
    for row in rows("quiet_hours_us.csv"):
        state = row["state"]
        week = found.setdefault(state, [None] * 7)
        for digit in row["days_iso"]:
            if row["start"] != "closed":
                week[int(digit) - 1] = _minutes(row["start"]), _minutes(row["end"]) - (state == "US")
        if row["holidays_closed"] == "yes":
            own = {date.fromisoformat(r["date"]) for r in rows("holidays_us.csv") if r["state"] == state}
            closed[state] = frozenset(country | own)
    closed["UNKNOWN"] = frozenset(country).union(*closed.values())
    return {state: Week(state, tuple(week), closed.get(state, frozenset())) for state, week in found.items()}


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


@cache
def most(state: str) -> int | None:
    """Texts a day by the state's row."""
    numbers = {row["max_per_24h"] for row in rows("quiet_hours_us.csv") if row["state"] == state}
    return min((int(number) for number in numbers if number), default=None)


@dataclass(frozen=True, slots=True)
class Where:
    """Everything that binds a caller's hours."""

    zones: tuple[str, ...]
    states: tuple[str, ...]
    weeks: tuple[Week, ...]

    @property
    def most(self) -> int | None:
        return min((number for state in self.states if (number := most(state))), default=None)


@cache
def where(code: str, said: str, office: Office) -> Where:
    """All zones, states and rules of callers of one area code to one office."""
    zones, of = codes().get(code, (frozenset(MAINLAND), frozenset({"UNKNOWN"})))
    if said:
        zones, of = zones | states()[said], of | {said}
    bound = [weeks()["US"], *(weeks()[state] for state in sorted(of))]
    # Who may be anywhere may be in any blocked state.
    blocked = set(office.blocked) if "UNKNOWN" in of else of & set(office.blocked)
    bound += [_block(state, office.blocked[state]) for state in sorted(blocked)]
    bound += [_own(office)] if office.hours is not None else []
    return Where(tuple(sorted(zones)), tuple(sorted(of)), tuple(bound))


@cache
def _block(state: str, until: date) -> Week:
    return Week(f"block of {state}", ((0, 1440),) * 7, not_before=until)


@cache
def _own(office: Office) -> Week:
    assert office.hours is not None
    return Week(office.name, office.hours)


@cache
def _span(week: Week, zone: str, ordinal: int) -> tuple[int, int] | None:
    """The seconds since 1970 at which the rule opens and closes on that date in that zone."""
    day = date.fromordinal(ordinal)
    minutes = week.days[day.weekday()]
    if minutes is None or day in week.closed or day < week.not_before:
        return None
    first, end = (_second(zone, ordinal, minute) for minute in minutes)
    return first, end


def _second(zone: str, ordinal: int, minute: int) -> int:
    day, clock = divmod(minute, 1440)
    wall = datetime.combine(date.fromordinal(ordinal + day), time(clock // 60, clock % 60))
    return int(wall.replace(tzinfo=ZoneInfo(zone)).timestamp())


def closed_by(place: Where, second: int) -> str:
    """Which rule is closed, in which zone; empty where all are open."""
    for zone in place.zones:
        for week in place.weeks:
            if _reached(week, zone, second) != second:
                return f"{week.name} in {zone}"
    return ""


def blocked_by(place: Where, second: int) -> str:
    """Which state the office sends nothing to then, in any of its zones; empty where there is none."""
    blocks = [week for week in place.weeks if week.not_before > date.min]
    shut = (week for week in blocks for zone in place.zones if _reached(week, zone, second) != second)
    return next((week.name for week in shut), "")


def next_open(place: Where, second: int) -> int | None:
    """The first second from there at which every rule is open in every zone; None if that is far away."""
    at = second
    while True:
        reached = [_reached(week, zone, at) for zone in place.zones for week in place.weeks]
        last = max((each for each in reached if each is not None), default=at)
        if None in reached or last > second + FAR * DAY:
            return None
        if last == at:
            return at
        at = last


def next_closed(place: Where, second: int) -> int:
    """The second at which the first of the rules open now closes."""
    open_now = (span for zone in place.zones for week in place.weeks for span in _spans(week, zone, second))
    return min(end for start, end in open_now if start <= second < end)


def _reached(week: Week, zone: str, second: int) -> int | None:
    """The first second from there at which one rule is open in one zone."""
    for span in _spans(week, zone, second):
        if second < span[1]:
            return max(second, span[0])
    return None


def _spans(week: Week, zone: str, second: int) -> Iterator[tuple[int, int]]:
    today = EPOCH + second // DAY
    for ordinal in range(today - 1, today + FAR + 2):
        span = _span(week, zone, ordinal)
        if span is not None:
            yield span
