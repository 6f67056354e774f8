"""Times, zones, languages and numbers of things as people say them: ``10:29 am``, ``Eastern time``.

Must not: decide when anything is due, or whose zone counts.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, tzinfo
from zoneinfo import ZoneInfo

#: Zones that people call by another name than that of their city; all others are called by it.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "Eastern time": ("New_York", "Detroit", "Indianapolis", "Louisville"),
    "Central time": ("Chicago", "Menominee", "Center", "Knox", "Tell_City"),
    "Mountain time": ("Denver", "Boise"),
    "Arizona time": ("Phoenix",),
    "Pacific time": ("Los_Angeles",),
    "Alaska time": ("Anchorage", "Juneau"),
    "Aleutian time": ("Adak",),
    "Hawaii time": ("Honolulu",),
    "Atlantic time": ("Puerto_Rico", "St_Thomas"),
    "Guam time": ("Guam", "Saipan"),
    "Samoa time": ("Pago_Pago",),
}
_LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Spanish"}
_BY_CITY = {city: name for name, cities in _NAMES.items() for city in cities}


def clock(at: datetime, zone: tzinfo) -> str:
    """``10:29 am``."""
    local = at.astimezone(zone)
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"


def weekday_clock(at: datetime, zone: tzinfo) -> str:
    """``Thursday 11:00 am``, for a time within a week."""
    return f"{at.astimezone(zone):%A} {clock(at, zone)}"


def day_clock(at: datetime, zone: tzinfo) -> str:
    """``Mon, Nov 23, 10:11 am``, for what is kept long."""
    local = at.astimezone(zone)
    return f"{local:%a}, {local:%b} {local.day}, {clock(at, zone)}"


def year_clock(at: datetime, zone: tzinfo) -> str:
    """``Mon, Nov 23, 2026, 10:11:05 am``, for what is printed and put away."""
    local = at.astimezone(zone)
    hour, half = local.hour % 12 or 12, "am" if local.hour < 12 else "pm"
    return f"{local:%a}, {local:%b} {local.day}, {local.year}, {hour}:{local:%M:%S} {half}"


def hour(at: time) -> str:
    """``9 am``, ``8:59 pm``, ``noon``."""
    if at == time(12):
        return "noon"
    clocked, half = at.hour % 12 or 12, "am" if at.hour < 12 else "pm"
    return f"{clocked}:{at.minute:02} {half}" if at.minute else f"{clocked} {half}"


def zone_words(name: str) -> str:
    """``Eastern time`` for ``America/New_York``."""
    city = name.rsplit("/", 1)[-1]
    return _BY_CITY.get(city) or f"{city.replace('_', ' ')} time"


def zones_words(names: Iterable[str]) -> str:
    """``Central and Eastern time``; each once, in the order given."""
    said = tuple(dict.fromkeys(zone_words(name) for name in names))
    if len(said) == 1:
        return said[0]
    *before, last = said
    return f"{', '.join(each.removesuffix(' time') for each in before)} and {last}"


def local(at: datetime, names: Iterable[str]) -> str:
    """``7:14 am Pacific time``; two where the clocks differ, of more the earliest and the latest."""
    clocks: dict[datetime, str] = {}
    for name in names:
        clocks.setdefault(at.astimezone(ZoneInfo(name)).replace(tzinfo=None), name)
    said = [f"{clock(at, ZoneInfo(clocks[each]))} {zone_words(clocks[each])}" for each in sorted(clocks)]
    return " or ".join(said) if len(said) <= 2 else f"{said[0]} to {said[-1]}"


def theirs(at: datetime, names: Iterable[str], office: tzinfo) -> str:
    """`local`, or nothing where their clocks show what the office's does."""
    names = tuple(names)
    here = at.astimezone(office).utcoffset()
    differ = any(at.astimezone(ZoneInfo(name)).utcoffset() != here for name in names)
    return local(at, names) if differ else ""


def language_words(code: str) -> str:
    """``Spanish`` for ``es``; a language without a word is called by its code."""
    return _LANGUAGES.get(code, code)


def counted(count: int, noun: str) -> str:
    """``1 new text``, ``2 new texts``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
