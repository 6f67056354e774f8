"""What stands in the queue's list: section heads and rows, in order.

Must not: know Qt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from mcdesk.domain.leads import Stage
from mcdesk.domain.queue import NextWhat, QueueRow, Urgency, View, urgency

#: Views whose rows are not a matter of minutes.
WITHOUT_HEADS = frozenset({View.WAITING, View.HELD, View.BOOKED, View.CLOSED})


class Section(IntEnum):
    """How soon a row wants somebody."""

    DUE_NOW = 0
    DUE_NEXT = 1
    LATER = 2


SECTION_WORDS = {Section.DUE_NOW: "Due now", Section.DUE_NEXT: "Due next", Section.LATER: "Later"}


@dataclass(frozen=True, slots=True)
class Head:
    """A line above the rows of one section."""

    section: Section
    count: int


Entry = Head | QueueRow


def key(entry: Entry) -> tuple[str, int]:
    """What an entry is known by across changes."""
    return ("head", int(entry.section)) if isinstance(entry, Head) else ("lead", entry.lead)


def section(row: QueueRow, now: datetime) -> Section:
    """Late, due soon and "call now" first; running timers next; everything else later."""
    match urgency(row.next, now):
        case Urgency.LATE | Urgency.SOON:
            return Section.DUE_NOW
        case Urgency.IN_TIME:
            return Section.DUE_NEXT
        case _:
            return Section.DUE_NOW if _waits_for_a_person(row, now) else Section.LATER


def _waits_for_a_person(row: QueueRow, now: datetime) -> bool:
    if row.stage is Stage.CLOSED or row.next.what not in (NextWhat.CALL, NextWhat.CHECK, NextWhat.REPLY):
        return False
    return row.next.due is None or row.next.due <= now


def arrange(rows: Sequence[QueueRow], view: View, *, now: datetime) -> list[Entry]:
    """Rows under their heads. Within a section the desk's own order (by what is due) stays."""
    if view in WITHOUT_HEADS:
        return list(rows)
    by_section: dict[Section, list[QueueRow]] = {each: [] for each in Section}
    for row in rows:
        by_section[section(row, now)].append(row)
    entries: list[Entry] = []
    for each, members in by_section.items():
        if members:
            entries.append(Head(each, len(members)))
            entries.extend(members)
    return entries
