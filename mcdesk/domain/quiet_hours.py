"""Quiet hours: when a number may be texted, by federal law, every state it may be in, and the firm's rule.

Must not: know why somebody is texted (`policy` does), or which texts these hours bind.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import cycle

from mcdesk.domain.holidays import NO_HOLIDAYS, Holidays
from mcdesk.domain.places import UNKNOWN_STATE, Place, zone
from mcdesk.domain.spoken import hour, zone_words
from mcdesk.domain.tables import BadTable, rows_of

#: The row of the federal window (47 CFR 64.1200(c)(1)), which binds everywhere.
FEDERAL = "US"
#: What the office's own rule is called.
FIRM = "firm"
#: The federal window counts as over this much early: a queue and a carrier lie between us and the phone
#: (rule 1.3).
MARGIN = timedelta(minutes=1)
#: How far ahead an opening is looked for (rule Z-5).
SEARCH_DAYS = 14
_DAY, _INSTANT = timedelta(days=1), timedelta(microseconds=1)
#: A state by its two letters, the country, or a place nobody knows.
_NAME = re.compile(r"[A-Z]{2}|UNKNOWN")
COLUMNS = ("state", "days_iso", "start", "end", "max_per_24h", "holidays_closed")
_DAY_NAMES = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True, slots=True)
class Window:
    """Part of a day, local time; the end is closed already."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{hour(self.start)} to {hour(self.end)}"


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

    #: `FEDERAL`, a state, or `FIRM`.
    rule: str
    zone: str
    #: What that rule says, such as "texts from 8 am to 8:59 pm".
    why: str
    #: It is no matter of hours: the office sends nothing to that state.
    is_blocked: bool = False

    def __str__(self) -> str:
        """``the rule for FL allows texts from 8 am to 8 pm, Eastern time``."""
        if self.is_blocked:
            return self.why
        return f"{rule_words(self.rule)} allows {self.why}, {zone_words(self.zone)}"


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
        self._firm = (Rule(FIRM, firm.days),) if firm.days is not None else ()

    @classmethod
    def read(cls, lines: Iterable[str], *, holidays: Holidays = NO_HOLIDAYS) -> "QuietHours":
        """From ``quiet_hours_us.csv``, for a firm without a rule of its own. Raises BadTable."""
        return cls(_rules(lines), holidays=holidays)

    def of(self, firm: FirmRule) -> "QuietHours":
        """The same hours for a firm that adds its own rule."""
        return QuietHours(self._rules, holidays=self._holidays, firm=firm)

    def closed(self, place: Place, at: datetime) -> Closed | None:
        """What keeps a text from going out at that moment; None where nothing does (rule Z-2)."""
        return next(self._closings(place, at), None)

    def closed_until(self, place: Place, at: datetime, opening: datetime) -> Closed:
        """Of what keeps a text from going out now, what does so longest: until the opening, if anything."""
        now = list(self._closings(place, at))
        last = {(each.rule, each.zone) for each in self._closings(place, opening - _INSTANT)}
        return next((each for each in now if (each.rule, each.zone) in last), now[0])

    def blocked(self, place: Place, at: datetime) -> str | None:
        """Why the office sends nothing at all to where somebody may be; None where it does."""
        days = [at.astimezone(zone(name)).date() for name in place.zones]
        found = (self._block(rule, day) for rule in self._binding(place) for day in days)
        return next((why for why in found if why), None)

    def next_opening(self, place: Place, at: datetime) -> datetime | None:
        """`at` if open, else the first instant that is; None if there is none within `SEARCH_DAYS`."""
        rules, last = self._binding(place), at + timedelta(days=SEARCH_DAYS)
        moment, agreed = at, 0
        # Each zone in turn moves the moment to where it is open itself, until none moves it any more.
        for name in cycle(place.zones):
            opening = self._opening_in(name, rules, moment, last)
            if opening is None:
                return None
            agreed = agreed + 1 if opening == moment else 1
            moment = opening
            if agreed >= len(place.zones):
                return moment
        return None

    def _opening_in(self, name: str, rules: Sequence[Rule], at: datetime, last: datetime) -> datetime | None:
        """The first instant from `at` to `last` at which every rule is open in one zone."""
        local = at.astimezone(zone(name))
        day, until = local.date(), last.astimezone(zone(name)).date()
        while day <= until:
            span = self._open_span(rules, day)
            if span is not None and (day > local.date() or local.time() < span.end):
                is_open = day == local.date() and local.time() >= span.start
                opening = at if is_open else _at(name, day, span.start)
                return opening if opening <= last else None
            day += _DAY
        return None

    def _open_span(self, rules: Sequence[Rule], day: date) -> Window | None:
        """The part of a day that every rule leaves open."""
        start, end, weekday = time.min, time.max, day.weekday()
        for rule in rules:
            window = rule.days[weekday]
            if window is None or self._block(rule, day) or self._holiday(rule, day):
                return None
            start, end = max(start, window.start), min(end, window.end)
        return Window(start, end) if start < end else None

    def closing(self, place: Place, at: datetime) -> datetime | None:
        """When the hours that are open at `at` end; None where they are closed."""
        if self.closed(place, at) is not None:
            return None
        rules, ends = self._binding(place), []
        for name in place.zones:
            day = at.astimezone(zone(name)).date()
            span = self._open_span(rules, day)
            assert span is not None
            ends.append(_at(name, day, span.end))
        return min(ends)

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

    def _closings(self, place: Place, at: datetime) -> Iterator[Closed]:
        rules = self._binding(place)
        for name in place.zones:
            local = at.astimezone(zone(name))
            for rule in rules:
                blocked = self._block(rule, local.date())
                why = blocked or self._against(rule, local)
                if why:
                    yield Closed(rule.name, name, why, is_blocked=bool(blocked))

    def _against(self, rule: Rule, local: datetime) -> str:
        day = local.date()
        window = rule.days[day.weekday()]
        if window is None:
            return f"no texts on {_DAY_NAMES[day.weekday()]}"
        if not window.start <= local.time() < window.end:
            return f"texts from {window}"
        holiday = self._holiday(rule, day)
        return f"no texts on {holiday}" if holiday else ""

    def _block(self, rule: Rule, day: date) -> str:
        # Who may be anywhere may be there (rule S-1: the strictest of all that may bind).
        for state in self._blocked if rule.name == UNKNOWN_STATE else (rule.name,):
            until = self._blocked.get(state)
            if until is not None and day < until:
                where = "" if state == rule.name else ", where this number may be,"
                return f"the office sends nothing to {state}{where} until {until:%B} {until.day}"
        return ""

    def _holiday(self, rule: Rule, day: date) -> str | None:
        if not rule.holidays_closed:
            return None
        all_rules = self._rules.values() if rule.name == UNKNOWN_STATE else (rule,)
        days = (self._holidays.on(each.name, day) for each in all_rules if each.holidays_closed)
        return next((name for name in days if name), None)


def rule_words(name: str) -> str:
    """Who says so."""
    known = {
        FEDERAL: "the federal rule",
        FIRM: "the office's own rule",
        UNKNOWN_STATE: "the rule for numbers nobody can place",
    }
    return known.get(name) or f"the rule for {name}"


@lru_cache(maxsize=4096)
def _at(name: str, day: date, start: time) -> datetime:
    return datetime.combine(day, start, tzinfo=zone(name)).astimezone(UTC)


def _rules(lines: Iterable[str]) -> dict[str, Rule]:
    days: dict[str, list[Window | None]] = {}
    said: dict[str, dict[int, int]] = {}
    terms: dict[str, tuple[int | None, bool]] = {}
    number = 1
    for number, row in rows_of(lines, COLUMNS):
        state = row["state"]
        if not _NAME.fullmatch(state):
            raise BadTable(number, f"state {state!r}: expected two letters, or {UNKNOWN_STATE}")
        window = _window(row, number, early=MARGIN if state == FEDERAL else timedelta(0))
        week = days.setdefault(state, [None] * 7)
        for day in _days(row["days_iso"], number):
            if day in said.setdefault(state, {}):
                raise BadTable(number, f"{_DAY_NAMES[day]} of {state} are in line {said[state][day]} already")
            said[state][day], week[day] = number, window
        most, closed = terms.get(state, (None, False))
        own = _most(row["max_per_24h"], number)
        least = min((each for each in (most, own) if each is not None), default=None)
        terms[state] = least, _yes(row["holidays_closed"], number) or closed
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
        given = f"{row['start']!r} to {row['end']!r}"
        raise BadTable(line, f"{given}: expected hours such as 09:00, or closed twice") from error
    if start.tzinfo or end.tzinfo:
        raise BadTable(line, "expected hours without a zone, such as 09:00: they are those of the caller")
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
