"""When the office opens next, in words a caller understands.

Must not: know who is told, or fit words to a template.
"""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from mcdesk.domain.hours import OfficeHours

#: A weekday alone names the next one of its name, no later one.
WEEK = 7
#: Without a word for the half of the day, an hour is one of these (24-hour clock): people work then.
PLAIN_HOURS = range(7, 19)
#: Letters outside the phone alphabet (á, í) would double what a text costs, so they lose their marks.
_DAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes", "sabado", "domingo"),
}
_MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ),
    "es": (
        "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
        "noviembre", "diciembre",
    ),
}  # fmt: skip


def reopens(hours: OfficeHours, at: datetime, zone: ZoneInfo, *, language: str, at_once: bool) -> str:
    """``Monday at 9``, ``tomorrow at 8:30``, ``el lunes a las 9``; empty where it never opens.

    `at_once`: it is read now. What may lie in line for a night names the day, for *tomorrow* would be wrong.
    Languages other than Spanish get English words, as templates do.
    """
    opening = hours.next_opening(at, zone)
    if opening is None:
        return ""
    now, then = at.astimezone(zone), opening.astimezone(zone)
    days = (then.date() - now.date()).days
    spanish = language.casefold().partition("-")[0] == "es"
    if spanish:
        return f"{_spanish_day(then, days, at_once)} {_spanish_hour(then)}"
    return f"{_english_day(then, days, at_once)} at {_english_hour(then)}"


def _english_day(then: datetime, days: int, at_once: bool) -> str:
    if days <= 1 and at_once:
        return "tomorrow" if days else "today"
    name = _DAYS["en"][then.weekday()]
    return name if days < WEEK else f"{name}, {_MONTHS['en'][then.month - 1]} {then.day}"


def _spanish_day(then: datetime, days: int, at_once: bool) -> str:
    if days <= 1 and at_once:
        return "mañana" if days else "hoy"
    name = f"el {_DAYS['es'][then.weekday()]}"
    return name if days < WEEK else f"{name} {then.day} de {_MONTHS['es'][then.month - 1]}"


def _english_hour(then: datetime) -> str:
    if not then.minute and then.hour in (0, 12):
        return "noon" if then.hour else "midnight"
    half = "" if then.hour in PLAIN_HOURS else " am" if then.hour < 12 else " pm"
    return f"{_clock(then)}{half}"


def _spanish_hour(then: datetime) -> str:
    half = "" if then.hour in PLAIN_HOURS else " de la mañana" if 1 <= then.hour < 12 else " de la noche"
    return f"{'a la' if then.hour % 12 == 1 else 'a las'} {_clock(then)}{half}"


def _clock(then: datetime) -> str:
    hour = then.hour % 12 or 12
    return f"{hour}:{then.minute:02}" if then.minute else f"{hour}"
