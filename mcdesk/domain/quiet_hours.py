"""Quiet hours: when a number may be texted, by federal law, every state it may be in, and the firm's rule.

Must not: know why somebody is texted (`policy` does), or which texts these hours bind.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from heapq import merge

from mcdesk.domain.holidays import NO_HOLIDAYS, Holidays
from mcdesk.domain.places import UNKNOWN_STATE, Place, zone
from mcdesk.domain.tables import BadTable, rows_of

#: The row of the federal window (47 CFR 64.1200(c)(1)), which binds everywhere.
FEDERAL = "US"
#: The federal window counts as over this much early: a queue and a carrier lie between us and the phone
#: (rule 1.3).
MARGIN = timedelta(minutes=1)
#: How far ahead an opening is looked for (rule Z-5).
SEARCH_DAYS = 14
COLUMNS = ("state", "days_iso", "start", "end", "max_per_24h", "holidays_closed")
_DAY_NAMES = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True, slots=True)
class Window:
    """Part of a day, local time; the end is closed already."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{spoken(self.start)} to {spoken(self.end)}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row set of the table, or the firm's own: a window or nothing for each weekday (0 is Monday)."""

    name: str
    days: tuple[Window | None, ...]
    #: Texts to one number in 24 hours; None where the law has no number.
    most_a_day: int | None = None
    holidays_closed: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """Why a moment is closed."""

    #: US, a state, or "firm".
    rule: str
    zone: str
    why: str


@dataclass(frozen=True, slots=True)
class FirmRule:
    """What the office adds of its own: narrower hours, and states not texted before a day."""

    days: tuple[Window | None, ...] | None = None
    blocked: Mapping[str, date] = field(default_factory=dict)


NO_FIRM_RULE = FirmRule()


class QuietHours:
    """The table of hours with the holidays, for one firm."""

    def __init__(
        self, rules: Mapping[str, Rule], *, holidays: Holidays, firm: FirmRule = NO_FIRM_RULE
    ) -> None:
        self._rules = rules
        self._holidays = holidays
        self._blocked = firm.blocked
        self._firm = (Rule("firm", firm.days),) if firm.days is not None else ()

    @classmethod
    def read(cls, lines: Iterable[str], *, holidays: Holidays = NO_HOLIDAYS) -> "QuietHours":
        """From ``quiet_hours_us.csv``, for a firm without a rule of its own. Raises BadTable."""
        return cls(_rules(lines), holidays=holidays)

    def of(self, firm: FirmRule) -> "QuietHours":
        """The same hours for a firm that adds its own rule."""
        return QuietHours(self._rules, holidays=self._holidays, firm=firm)

    def closed(self, place: Place, at: datetime) -> Closed | None:
        """What keeps a text from going out at that moment; None where nothing does (rule Z-2)."""
        for name in place.zones:
            local = at.astimezone(zone(name))
            for rule in self._binding(place):
                why = self._against(rule, local)
                if why:
                    return Closed(rule.name, name, why)
        return None

    def next_opening(self, place: Place, at: datetime) -> datetime | None:
        """`at` if open, else the first instant that is; None if there is none within `SEARCH_DAYS`."""
        if self.closed(place, at) is None:
            return at
        rules = self._binding(place)
        # Where windows cross, the first open moment is the start of one of them.
        starts = {
            (name, window.start) for name in place.zones for rule in rules for window in rule.days if window
        }
        return next(
            (opening for opening in _in_order(starts, at) if self.closed(place, opening) is None), None
        )

    def most_a_day(self, place: Place) -> int | None:
        """The smallest number of texts in 24 hours any state allows; None where none has one."""
        return min((rule.most_a_day for rule in self._binding(place) if rule.most_a_day), default=None)

    def windows(self, place: Place, at: datetime) -> dict[str, str]:
        """The window of that day by rule and zone, for the record."""
        found = {}
        for name in place.zones:
            day = at.astimezone(zone(name)).weekday()
            for rule in self._binding(place):
                window = rule.days[day]
                found[f"{rule.name} {name}"] = (
                    f"{window.start:%H:%M}-{window.end:%H:%M}" if window else "closed"
                )
        return found

    def _binding(self, place: Place) -> tuple[Rule, ...]:
        states = dict.fromkeys(state if state in self._rules else UNKNOWN_STATE for state in place.states)
        return (self._rules[FEDERAL], *(self._rules[state] for state in states), *self._firm)

    def _against(self, rule: Rule, local: datetime) -> str:
        until = self._blocked.get(rule.name)
        if until is not None and local.date() < until:
            return f"the office sends nothing to {rule.name} until {until:%B} {until.day}"
        window = rule.days[local.weekday()]
        if window is None:
            return f"no texts on {_DAY_NAMES[local.weekday()]}"
        if not window.start <= local.time() < window.end:
            return f"texts from {window}"
        holiday = self._holidays.on(rule.name, local.date()) if rule.holidays_closed else None
        return f"no texts on {holiday}" if holiday else ""


def _in_order(starts: Iterable[tuple[str, time]], at: datetime) -> Iterator[datetime]:
    """Instants at which windows begin, after `at`, earliest first; no further than they are asked for."""
    openings = merge(*(_daily(name, start, at) for name, start in starts))
    return (opening for opening in openings if opening > at)


def _daily(name: str, start: time, at: datetime) -> Iterator[datetime]:
    today = at.astimezone(zone(name)).date()
    return (_opening(name, today + timedelta(days=day), start) for day in range(SEARCH_DAYS + 1))


@lru_cache(maxsize=4096)
def _opening(name: str, day: date, start: time) -> datetime:
    return datetime.combine(day, start, tzinfo=zone(name)).astimezone(UTC)


def spoken(at: time) -> str:
    """``9 am``, ``8:59 pm``."""
    if at == time(12):
        return "noon"
    hour, half = at.hour % 12 or 12, "am" if at.hour < 12 else "pm"
    return f"{hour}:{at.minute:02} {half}" if at.minute else f"{hour} {half}"


def _rules(lines: Iterable[str]) -> dict[str, Rule]:
    days: dict[str, list[Window | None]] = {}
    said: dict[str, dict[int, int]] = {}
    terms: dict[str, tuple[int | None, bool]] = {}
    number = 0
    for number, row in rows_of(lines, COLUMNS):
        state = row["state"]
        window = _window(row, number, early=MARGIN if state == FEDERAL else timedelta(0))
        week = days.setdefault(state, [None] * 7)
        for day in _days(row["days_iso"], number):
            if day in said.setdefault(state, {}):
                raise BadTable(number, f"{_DAY_NAMES[day]} of {state} are in line {said[state][day]} already")
            said[state][day], week[day] = number, window
        most, closed = terms.get(state, (None, False))
        own = _most(row["max_per_24h"], number)
        least = min((each for each in (most, own) if each is not None), default=None)
        terms[state] = least, closed or _yes(row["holidays_closed"], number)
    for needed in (FEDERAL, UNKNOWN_STATE):
        if needed not in days:
            raise BadTable(number, f"the row of {needed} is missing")
    return {state: Rule(state, tuple(week), *terms[state]) for state, week in days.items()}


def _days(text: str, line: int) -> list[int]:
    if not text or any(digit not in "1234567" for digit in text):
        raise BadTable(line, f"days_iso {text!r}: expected digits from 1 (Monday) to 7 (Sunday)")
    return [int(digit) - 1 for digit in text]


def _window(row: Mapping[str, str], line: int, *, early: timedelta) -> Window | None:
    if row["start"] == row["end"] == "closed":
        return None
    try:
        start, end = (time.fromisoformat(row[name]) for name in ("start", "end"))
    except ValueError as error:
        raise BadTable(line, f"expected hours such as 09:00, or closed twice: {error}") from error
    end = (datetime.combine(date.min, end) - early).time() if end > time(0, 1) else end
    if not start < end:
        raise BadTable(line, "the start must come before the end")
    return Window(start, end)


def _most(text: str, line: int) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise BadTable(line, f"max_per_24h {text!r}: expected a number, or nothing")
    return int(text)


def _yes(text: str, line: int) -> bool:
    if text not in {"yes", "no"}:
        raise BadTable(line, f"holidays_closed {text!r}: expected yes or no")
    return text == "yes"
