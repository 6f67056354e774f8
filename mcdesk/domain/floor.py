"""What an office's own rule table gives up of the shipped one: rows that are gone, hours wider than the law.

Must not: refuse a table (who imports it does), or know where tables lie.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import time

from mcdesk.domain.patterns import BadPattern, compiled
from mcdesk.domain.rulebook import AREA_CODES, HOLIDAYS, KEYWORDS, QUIET_HOURS, WEIGHTS, WORDING
from mcdesk.domain.tables import rows_of

#: The hours of federal law (47 CFR 64.1200(c)(1)).
EARLIEST, LATEST = time(8), time(21)
#: So many of what is gone are named.
NAMED = 3
_Row = Mapping[str, str]
#: What a row is known by.
_KEYS: Mapping[str, tuple[str, ...]] = {
    KEYWORDS: ("pattern", "action"),
    WEIGHTS: ("name",),
    AREA_CODES: ("area_code",),
    QUIET_HOURS: ("state",),
    HOLIDAYS: ("state", "date"),
    WORDING: ("id",),
}


def given_up(name: str, own: str, shipped: str) -> tuple[str, ...]:
    """In words; nothing where the table holds all that the shipped one does. Both can be read."""
    keys = _KEYS.get(name)
    if keys is None:
        return ()
    ours, theirs = _rows(shipped, keys), _rows(own, keys)
    gone = [key for key in ours if key not in theirs]
    found = [f"it lacks {_named(gone)}"] if gone else []
    weaker = _WEAKER.get(name)
    if weaker is not None:
        found.extend(
            f"{key[0]} {why}" for key, rows in theirs.items() for why in weaker(rows, ours.get(key, []))
        )
    return tuple(found)


def _rows(source: str, keys: tuple[str, ...]) -> dict[tuple[str, ...], list[_Row]]:
    found: dict[tuple[str, ...], list[_Row]] = {}
    for _, row in rows_of(source.splitlines(), keys):
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return found


def _named(gone: list[tuple[str, ...]]) -> str:
    words = ", ".join(key[0] if len(key) == 1 else f"{' '.join(key):.40}" for key in gone[:NAMED])
    more = len(gone) - NAMED
    return f"{words} and {more} more" if more > 0 else words


def _wider(own: list[_Row], shipped: list[_Row]) -> Iterator[str]:
    ours = _by_day(shipped)
    for day, (start, end) in _by_day(own).items():
        if start < EARLIEST or end > LATEST:
            yield f"is open from {start:%H:%M} to {end:%H:%M}, wider than the federal 08:00 to 21:00"
            break
        if shipped and (day not in ours or start < ours[day][0] or end > ours[day][1]):
            yield f"is open from {start:%H:%M} to {end:%H:%M} on day {day}, wider than ours"
            break
    if _closes(shipped) and not _closes(own):
        yield "is open on its holidays"
    most, least = _most(own), _most(shipped)
    if least is not None and (most is None or most > least):
        yield f"allows more than {least} texts in 24 hours"


def _by_day(rows: list[_Row]) -> dict[str, tuple[time, time]]:
    """The hours of each day that has any, by its ISO number."""
    return {
        day: (time.fromisoformat(row["start"]), time.fromisoformat(row["end"]))
        for row in rows
        if row["start"] != "closed"
        for day in row["days_iso"]
    }


def _closes(rows: list[_Row]) -> bool:
    return any(row["holidays_closed"] == "yes" for row in rows)


def _most(rows: list[_Row]) -> int | None:
    return min((int(row["max_per_24h"]) for row in rows if row["max_per_24h"]), default=None)


def _laxer(own: list[_Row], shipped: list[_Row]) -> Iterator[str]:
    for row, ours in zip(own, shipped, strict=False):
        if row["severity"] == "warn" and ours["severity"] == "error":
            yield "only warns"
        if row["typed"] == "no" and ours["typed"] == "yes":
            yield "no longer counts for typed texts"
        if row["profession"] not in ("all", ours["profession"]):
            yield f"counts for {row['profession']} only"
        if ours["type"] == "regex" and not _finds(row, ours["bad_example"]):
            yield f"no longer finds {ours['bad_example']!r}"


def _deafer(own: list[_Row], shipped: list[_Row]) -> Iterator[str]:
    for row, ours in zip(own, shipped, strict=False):
        if row["name"] == "threshold" and int(row["value"]) > int(ours["value"]):
            yield f"is above {ours['value']}: fewer texts are read by a person"


def _elsewhere(own: list[_Row], shipped: list[_Row]) -> Iterator[str]:
    """Hours are those of everywhere a number may be: fewer places are wider hours."""
    for column, what in (("zones_conservative_union", "zones"), ("state", "states")):
        lost = _places(shipped, column) - _places(own, column)
        if lost:
            yield f"lacks the {what} {', '.join(sorted(lost))}"


def _places(rows: list[_Row], column: str) -> set[str]:
    return {name for row in rows for name in row[column].split("|")}


def _finds(row: _Row, example: str) -> bool:
    try:
        return compiled(row["pattern_or_check"]).search(example) is not None
    except BadPattern:
        return False


_WEAKER: Mapping[str, Callable[[list[_Row], list[_Row]], Iterator[str]]] = {
    QUIET_HOURS: _wider,
    AREA_CODES: _elsewhere,
    WEIGHTS: _deafer,
    WORDING: _laxer,
}
