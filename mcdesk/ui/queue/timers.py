"""What a row's timer says: state, shape and words, from what happens next and the time now.

Must not: draw, or decide what is due (the engine did).
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from mcdesk.domain.queue import Next, NextWhat, QueueRow, Urgency, urgency
from mcdesk.ui import words


class Weight(StrEnum):
    """How loudly the timer is drawn."""

    RING = "ring"
    TINTED = "tinted"
    SOLID = "solid"
    PLAIN = "plain"
    TROUBLE = "trouble"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Timer:
    """One timer, ready to draw: on the first line `words`, under it the absolute time."""

    weight: Weight
    icon: str = ""
    words: str = ""
    below: str = ""
    #: How much of the ring is left, 1 to 0.
    left: float = 0.0


def timer(row: QueueRow, now: datetime, *, zone: tzinfo) -> Timer:
    """The timer of a row at this second."""
    step = row.next
    state = urgency(step, now)
    if state is not Urgency.NONE and step.due is not None:
        return _escalation(row, state, now=now, zone=zone)
    return _calm(step, now, zone=zone)


def _escalation(row: QueueRow, state: Urgency, *, now: datetime, zone: tzinfo) -> Timer:
    due = row.next.due
    assert due is not None
    below = f"{_verb(row.next.what)} by {_by(due, now, zone=zone)}"
    match state:
        case Urgency.LATE:
            return Timer(Weight.SOLID, "octagon-alert", f"Late {words.stopwatch(now - due)}", below)
        case Urgency.SOON:
            return Timer(Weight.TINTED, "triangle-alert", f"Due in {words.stopwatch(due - now)}", below)
        case _:
            share = (due - now) / max(due - row.last_at, due - now)
            return Timer(Weight.RING, "", f"{words.stopwatch(due - now)} left", below, share)


def _calm(step: Next, now: datetime, *, zone: tzinfo) -> Timer:
    due = words.moment(step.due, now, zone=zone) if step.due else ""
    match step.what:
        case NextWhat.STUCK:
            return Timer(Weight.TROUBLE, "hourglass", "Not sent", "waits")
        case NextWhat.CALL if step.due is None or step.due <= now:
            return Timer(Weight.PLAIN, "phone-outgoing", "Call now")
        case NextWhat.CALL:
            at = _by(step.due, now, zone=zone) if step.due else ""
            return Timer(Weight.PLAIN, "phone-outgoing", f"Call at {at}")
        case NextWhat.CHECK:
            return Timer(Weight.PLAIN, "circle-help", "Please check")
        case NextWhat.REPLY:
            return Timer(Weight.PLAIN, "message-square-reply", "Reply")
        case NextWhat.HELD:
            return Timer(Weight.PLAIN, "moon", f"Held till {due}" if due else "Held")
        case NextWhat.TEXT:
            which = f"{words.ordinal(step.ordinal)} text" if step.ordinal else "Text"
            return Timer(Weight.PLAIN, "hourglass", f"{which} {due}".strip())
        case NextWhat.CALL_TASK:
            return Timer(Weight.PLAIN, "hourglass", f"Call task {due}".strip())
        case NextWhat.CLOSE:
            return Timer(Weight.PLAIN, "hourglass", f"Closes {due}".strip())
        case _:
            return Timer(Weight.NONE)


def _verb(what: NextWhat) -> str:
    return {NextWhat.CALL: "call", NextWhat.CHECK: "check"}.get(what, "reply")


def _by(due: datetime, now: datetime, *, zone: tzinfo) -> str:
    """The bare clock today, with the day otherwise."""
    same_day = due.astimezone(zone).date() == now.astimezone(zone).date()
    return words.clock(due, zone) if same_day else words.moment(due, now, zone=zone)
