"""Times and people in the words a receptionist uses; the only place the window turns instants into text.

Must not: draw, or decide what is due.
"""

from datetime import datetime, timedelta, tzinfo

from mcdesk.domain import spoken
from mcdesk.domain.queue import QueueRow


def clock(at: datetime, zone: tzinfo) -> str:
    """``10:29``, on the 12-hour clock, where the half of the day is plain from the context."""
    local = at.astimezone(zone)
    return f"{local.hour % 12 or 12}:{local.minute:02d}"


def clock_seconds(at: datetime, zone: tzinfo) -> str:
    """``10:32:05``, for the freshness stamp."""
    return f"{clock(at, zone)}:{at.astimezone(zone).second:02d}"


def moment(at: datetime, now: datetime, *, zone: tzinfo) -> str:
    """``2:19 pm`` today, ``Tue 9:00 am`` within a week, ``Dec 3`` further off."""
    days = abs((at.astimezone(zone).date() - now.astimezone(zone).date()).days)
    if days == 0:
        return spoken.clock(at, zone)
    local = at.astimezone(zone)
    if days < 7:
        return f"{local:%a} {spoken.clock(at, zone)}"
    return f"{local:%b} {local.day}"


def day(at: datetime, zone: tzinfo) -> str:
    """``Monday, November 23``."""
    local = at.astimezone(zone)
    return f"{local:%A, %B} {local.day}"


def stopwatch(length: timedelta) -> str:
    """``2:24`` under an hour, ``3 h`` from there, ``2 d`` past two days."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02d}"
    hours = seconds // 3600
    return f"{hours} h" if hours < 48 else f"{hours // 24} d"


def roughly(length: timedelta) -> str:
    """``less than a minute``, ``7 minutes``, ``3 hours``, ``2 days``; for sentences and readers."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 1:
        return "less than a minute"
    if minutes < 120:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    hours = minutes // 60
    return f"{hours} hours" if hours < 48 else f"{hours // 24} days"


def short(length: timedelta) -> str:
    """``40 s``, ``7 min``, ``3 h``; for the stamp."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 172800 else f"{seconds // 86400} d"


def initials(name: str) -> str:
    """``AD`` for Ana Díaz; empty for a number."""
    words = [word for word in name.split() if word[:1].isalpha()]
    return "".join(word[0].upper() for word in (words[:1] + words[-1:] if len(words) > 1 else words[:1]))


def first_name(row: QueueRow) -> str:
    """What the send button calls the caller: the first name up to 16 characters, else "caller"."""
    first = (row.name or "").split()
    return first[0] if first and len(first[0]) <= 16 else "caller"


def ordinal(count: int) -> str:
    """``2nd``."""
    suffix = "th" if count % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{count}{suffix}"
