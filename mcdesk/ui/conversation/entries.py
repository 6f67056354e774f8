"""What stands in the timeline: days and items, with what the people on screen read about each.

Must not: know Qt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from mcdesk.domain import shown
from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.queue import Item, ItemKind
from mcdesk.domain.spoken import clock, counted
from mcdesk.ui import words

#: Texts of one person this close share one time.
TOGETHER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Day:
    """A line with the date."""

    date: date
    words: str


@dataclass(frozen=True, slots=True)
class Said:
    """An item and whether the one after it says the time for both."""

    item: Item
    #: Follows a text of the same person closely.
    close_above: bool
    #: The next text is close below and carries the time.
    close_below: bool


Entry = Day | Said


@dataclass(frozen=True, slots=True)
class Mark:
    """Delivery of one text: shape, words, colour role."""

    icon: str
    words: str
    role: str


def key(entry: Entry) -> str:
    return f"day:{entry.date}" if isinstance(entry, Day) else entry.item.id


def arrange(items: Sequence[Item], *, zone: tzinfo) -> list[Entry]:
    """Items under their days, close texts of one side drawn together."""
    entries: list[Entry] = []
    last: date | None = None
    for position, item in enumerate(items):
        here = item.at.astimezone(zone).date()
        if here != last:
            entries.append(Day(here, words.day(item.at, zone)))
            last = here
        above = position > 0 and _together(items[position - 1], item, zone=zone)
        below = position + 1 < len(items) and _together(item, items[position + 1], zone=zone)
        entries.append(Said(item, above, below))
    return entries


def _together(first: Item, second: Item, *, zone: tzinfo) -> bool:
    return (
        first.kind is second.kind is ItemKind.TEXT_IN
        and second.at - first.at <= TOGETHER
        and first.at.astimezone(zone).date() == second.at.astimezone(zone).date()
    )


def mark(item: Item, *, zone: tzinfo) -> Mark:
    """How far a text we sent has come. "Sent" never looks like "delivered"."""
    at = words.clock(item.status_at or item.at, zone)
    match item.status:
        case None if item.withheld:
            return Mark("ban", item.why, "text_3")
        case None if item.why:
            return Mark("hourglass", f"Not sent: {item.why}", "late_text")
        case None:
            return Mark("clock", "In line", "text_3")
        case DeliveryStatus.ACCEPTED:
            return Mark("check", f"Accepted {at}", "text_3")
        case DeliveryStatus.SENT:
            return Mark("send", f"Sent {at}", "text_3")
        case DeliveryStatus.DELIVERED:
            return Mark("check-check", f"Delivered {at}", "text_2")
        case DeliveryStatus.FAILED:
            return Mark("octagon-alert", f"Not delivered: {item.why or 'no reason given'}", "late_text")


def sender(item: Item) -> str:
    """Who wrote a text of ours."""
    return "Automatic" if item.automatic or not item.author else item.author


def body(item: Item) -> str:
    """The text, or words for pictures alone."""
    pictures = counted(item.media, "picture") if item.media else ""
    return "\n".join(part for part in (shown.plain(item.text), pictures and f"[{pictures}]") if part)


def spoken(entry: Entry, *, zone: tzinfo, caller: str) -> str:
    """For a screen reader."""
    if isinstance(entry, Day):
        return entry.words
    item = entry.item
    at = clock(item.at, zone)
    match item.kind:
        case ItemKind.TEXT_IN:
            return f"{caller} wrote at {at}: {body(item)}"
        case ItemKind.TEXT_OUT:
            return f"{sender(item)} text at {at}, {mark(item, zone=zone).words}: {body(item)}"
        case ItemKind.NOTE:
            author = item.author or "the office"
            return f"Internal note by {author} at {at}, {caller} never sees this: {item.text}"
        case _:
            return f"{item.text}, {at}"


def event_icon(item: Item) -> str:
    """The picture of a line that is no text, by what it says; a call's by its first word."""
    said = item.text.casefold()
    if item.kind is ItemKind.CALL:
        for word, icon in (
            ("voicemail", "voicemail"),
            ("missed", "phone-missed"),
            ("called back", "phone-outgoing"),
        ):
            if said.startswith(word):
                return icon
        return "phone"
    for words_in, icon in (
        (("not sent", "stopped", "ended", "opted out"), "ban"),
        (("clio", "saved", "crm"), "cloud"),
        (("claim", "released", "taken"), "user-check"),
        (("closed", "reopened"), "archive"),
        (("book",), "calendar-check"),
    ):
        if any(word in said for word in words_in):
            return icon
    return "info"
