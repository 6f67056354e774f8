"""The sentences of a row: preview, meta line, badges, owner, and what a screen reader says.

Must not: draw.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from mcdesk.domain import shown
from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.leads import DISPOSITION_WORDS, Disposition, Stage
from mcdesk.domain.marks import MARK_WORDS
from mcdesk.domain.queue import NextWhat, QueueRow, Urgency, urgency
from mcdesk.domain.spoken import counted
from mcdesk.ui import words
from mcdesk.ui.marks import MARK_ICONS

AUTOMATIC = frozenset({NextWhat.TEXT, NextWhat.HELD, NextWhat.STUCK, NextWhat.CALL_TASK, NextWhat.CLOSE})
STAGE_ICONS: dict[Stage, str] = {
    Stage.WAITING: "message-square",
    Stage.NEEDS_REPLY: "message-square-reply",
    Stage.CALL_NOW: "phone-missed",
    Stage.CHECK: "circle-help",
    Stage.ANSWERED: "message-square-text",
    Stage.BOOKED: "calendar-check",
    Stage.CLOSED: "archive",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A neutral label: icon and word."""

    icon: str
    word: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose row it is: a person, nobody, or the automation."""

    word: str
    initials: str = ""
    unclaimed: bool = False


def icon(row: QueueRow) -> str:
    """The picture at the left of a row: why it is here."""
    if row.stage is Stage.CALL_NOW and row.next.due is not None and row.next.amber_at is None:
        return "phone-outgoing"
    return STAGE_ICONS[row.stage]


def badges(row: QueueRow) -> tuple[Badge, ...]:
    """What is special about a row, most telling first."""
    found: list[Badge] = []
    if row.mark is not None:
        found.append(Badge(MARK_ICONS[row.mark], MARK_WORDS[row.mark]))
    if row.calls > 1:
        found.append(Badge("repeat", f"×{row.calls} calls"))
    if row.language == "es":
        found.append(Badge("languages", "Español"))
    if row.opted_out:
        found.append(Badge("message-square-off", "Opted out"))
    if row.after_hours:
        found.append(Badge("moon", "After hours"))
    return tuple(found)


def preview(row: QueueRow) -> str:
    """Their words in quotes, ours without."""
    text = shown.one_line(" ".join(row.preview.split()))
    return shown.quoted(text) if row.preview_is_theirs and text else text


def meta(row: QueueRow, now: datetime, *, zone: tzinfo) -> str:
    """Third line: what it is about, and how it stands."""
    about = row.practice_area.capitalize() if row.practice_area else row.line_label
    if not row.practice_area and row.name is None:
        about = "Name not known"
    return " · ".join(part for part in (about, _standing(row, now, zone=zone)) if part)


def _standing(row: QueueRow, now: datetime, *, zone: tzinfo) -> str:
    if row.next.what in (NextWhat.STUCK, NextWhat.HELD) and row.next.why:
        return row.next.why[:1].lower() + row.next.why[1:].rstrip(".")
    if row.last_text_status is DeliveryStatus.FAILED:
        return "last text failed"
    at = words.moment(row.last_at, now, zone=zone)
    if row.opted_out and row.stage is not Stage.CLOSED:
        return f"opted out {at}"
    match row.stage:
        case Stage.NEEDS_REPLY:
            return f"wrote back {at}"
        case Stage.CALL_NOW:
            return f"called {words.moment(row.opened_at, now, zone=zone)}"
        case Stage.CHECK:
            return "did the text arrive?"
        case Stage.ANSWERED:
            return f"answered {at}"
        case Stage.WAITING:
            return "waiting for them"
        case Stage.BOOKED:
            return f"booked {at}"
        case Stage.CLOSED:
            return f"{closed_as(row)} {at}"


def closed_as(row: QueueRow) -> str:
    """How it ended, in lower case words."""
    known = {str(each) for each in Disposition}
    if row.disposition in known:
        return DISPOSITION_WORDS[Disposition(row.disposition)].lower()
    return row.disposition or "closed"


def owner(row: QueueRow, person: str) -> Owner:
    """The right end of the third line."""
    if row.owner:
        return Owner("You" if row.owner == person else row.owner.split()[0], words.initials(row.owner))
    if row.stage in (Stage.CLOSED, Stage.BOOKED) or row.next.what is NextWhat.NOTHING:
        return Owner("")
    return Owner("Automatic") if row.next.what in AUTOMATIC else Owner("Unclaimed", unclaimed=True)


def spoken(row: QueueRow, now: datetime, *, zone: tzinfo, person: str) -> str:
    """The whole row for a screen reader: minutes, not seconds, so it does not chatter."""
    whose = owner(row, person)
    parts = [
        row.who,
        _spoken_due(row, now, zone=zone),
        counted(row.unread, "new text") if row.unread else "",
        row.preview,
        row.practice_area,
        "yours" if whose.word == "You" else whose.word.lower() if whose.unclaimed else whose.word,
    ]
    parts.extend(badge.word for badge in badges(row))
    return ", ".join(part for part in parts if part)


def _spoken_due(row: QueueRow, now: datetime, *, zone: tzinfo) -> str:
    due = row.next.due
    if due is None:
        return "call now" if row.next.what is NextWhat.CALL else ""
    verb = "call" if row.next.what is NextWhat.CALL else "reply"
    match urgency(row.next, now):
        case Urgency.LATE:
            return f"late by {words.roughly(now - due)}, {verb} was due {words.clock(due, zone)}"
        case Urgency.SOON:
            return f"due soon, in {words.roughly(due - now)}, {verb} by {words.clock(due, zone)}"
        case Urgency.IN_TIME:
            return f"in time, {verb} by {words.clock(due, zone)}"
        case _:
            return f"next {row.next.what} {words.moment(due, now, zone=zone)}"
