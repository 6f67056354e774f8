"""What is wrong and how things stand, in the words of the person who has to act on it.

Must not: draw, or judge; engine and overview have.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from mcdesk.domain import spoken
from mcdesk.domain.queue import BlindPeriod, ConnectionHealth
from mcdesk.engine.silence import Silence, Why
from mcdesk.ui import words

#: A sign-in that ends sooner is shown before it does.
ENDS_SOON = timedelta(days=7)


def of_silence(silence: Silence, zone: tzinfo) -> tuple[str, str]:
    """What is wrong with the engine, and what that means and what to do."""
    since = spoken.clock(silence.since, zone)
    match silence.why:
        case Why.SILENT:
            what = f"The text engine has given no sign of life since {since}."
        case Why.BROKEN:
            what = f"A part of the text engine has failed again and again since {since}."
        case _:
            what = f"The text engine ended by itself at {since}."
    return what, "Callers are not being texted. Restart mcdesk; what was waiting is kept and goes on."


def of_trouble(
    troubled: Sequence[ConnectionHealth], texts_in_line: int, now: datetime, *, zone: tzinfo
) -> str:
    """What a connection's trouble means for texts, when it is tried again, and how much more there is."""
    parts: list[str] = []
    if texts_in_line:
        verb = "waits" if texts_in_line == 1 else "wait"
        parts.append(f"{spoken.counted(texts_in_line, 'text')} {verb} in line, none is lost.")
    again = troubled[0].next_try_at
    if again is not None and again > now:
        parts.append(f"Next try {words.clock_seconds(again, zone)}.")
    if len(troubled) > 1:
        parts.append(f"And {len(troubled) - 1} more: {', '.join(each.title for each in troubled[1:])}.")
    return " ".join(parts)


def ending_soon(connections: Sequence[ConnectionHealth], now: datetime) -> ConnectionHealth | None:
    """The connection whose sign-in ends next, if that is soon."""
    soon = [each for each in connections if each.ok and _ends(each, now)]
    return min(soon, key=lambda each: each.sign_in_until or now, default=None)


def _ends(connection: ConnectionHealth, now: datetime) -> bool:
    return connection.sign_in_until is not None and connection.sign_in_until - now < ENDS_SOON


def of_ending(connection: ConnectionHealth, now: datetime, *, zone: tzinfo) -> str:
    assert connection.sign_in_until is not None
    when = words.moment(connection.sign_in_until, now, zone=zone)
    return f"The sign-in to {connection.title} ends {when}."


def details(connection: ConnectionHealth, now: datetime, *, zone: tzinfo) -> tuple[str, ...]:
    """How one connection stands, a fact each."""
    facts: list[str] = []
    if connection.last_success_at is not None:
        facts.append(f"Last answered {_seconds(connection.last_success_at, now, zone)}")
    if connection.last_event_at is not None:
        facts.append(f"Last event {_seconds(connection.last_event_at, now, zone)}")
    if connection.lag is not None:
        facts.append(f"Events arrive after {_length(connection.lag)}")
    if connection.next_try_at is not None and connection.next_try_at > now and not connection.ok:
        facts.append(f"Next try {words.clock_seconds(connection.next_try_at, zone)}")
    if connection.sign_in_until is not None:
        facts.append(f"Sign-in ends {words.moment(connection.sign_in_until, now, zone=zone)}")
    return tuple(facts)


def _seconds(at: datetime, now: datetime, zone: tzinfo) -> str:
    """To the second today, less exactly before."""
    today = at.astimezone(zone).date() == now.astimezone(zone).date()
    return words.clock_seconds(at, zone) if today else words.moment(at, now, zone=zone)


def _length(lag: timedelta) -> str:
    seconds = round(lag.total_seconds())
    return f"{seconds} s" if seconds < 120 else words.roughly(lag)


def of_blindness(period: BlindPeriod, now: datetime, *, zone: tzinfo) -> str:
    """``Not connected to Twilio 2:10–2:41 am. 3 calls recovered, 1 of them too late to text.``"""
    return f"Not connected to {period.title} {_span(period, now, zone)}. {_outcome(period)}"


def _span(period: BlindPeriod, now: datetime, zone: tzinfo) -> str:
    began, ended = period.began_at.astimezone(zone), period.ended_at.astimezone(zone)
    until = words.moment(ended, now, zone=zone)
    if began.date() != ended.date():
        return f"{words.moment(began, now, zone=zone)} – {until}"
    day, _, rest = until.rpartition(" ")
    same_half = (began.hour < 12) == (ended.hour < 12)
    start = words.clock(began, zone) if same_half else spoken.clock(began, zone)
    named = day.split(" ")[0] if began.date() != now.astimezone(zone).date() else ""
    return f"{named} {start}–{words.clock(ended, zone)} {rest}".strip()


def _outcome(period: BlindPeriod) -> str:
    if not period.calls:
        return "No call was missed."
    recovered = f"{spoken.counted(period.calls, 'call')} recovered"
    if not period.too_late:
        return f"{recovered}."
    if period.too_late == period.calls:
        return f"{recovered}, too late to text: please call back."
    return f"{recovered}, {period.too_late} of them too late to text: please call back."
