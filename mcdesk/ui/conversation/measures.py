"""How large each entry of the timeline is at a width; kept until the entry or the width changes.

Must not: paint.
"""

from dataclasses import dataclass, field
from datetime import tzinfo

from mcdesk.domain.queue import ItemKind
from mcdesk.ui.conversation.entries import Day, Entry, Said, body, key, mark, sender
from mcdesk.ui.widgets.drawing import Ink
from mcdesk.ui.widgets.paragraph import Paragraph, paragraph

SIDE = 16
#: Inside a bubble and a note.
BUBBLE_X, BUBBLE_Y = 12, 8
BUBBLE_WIDEST, BUBBLE_SHARE = 364, 0.72
DAY_HEIGHT = 36
META_HEIGHT = 24
GAP, GAP_CLOSE = 8, 4
NOTE_HEAD = 20
TIME_WIDTH = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One entry laid out."""

    height: int
    text: Paragraph | None = None
    #: Words under a text of ours: who, and how far it came.
    meta: Paragraph | None = None


@dataclass
class Measures:
    """Layouts by entry; dropped when the width changes."""

    zone: tzinfo
    _width: int = 0
    _known: dict[str, tuple[Entry, Measure]] = field(default_factory=dict)

    def of(self, entry: Entry, width: int) -> Measure:
        if width != self._width:
            self._known.clear()
            self._width = width
        found = self._known.get(key(entry))
        if found is None or found[0] != entry:
            found = (entry, self._measure(entry, width))
            self._known[key(entry)] = found
        return found[1]

    def _measure(self, entry: Entry, width: int) -> Measure:
        if isinstance(entry, Day):
            return Measure(height=DAY_HEIGHT)
        room = width - 2 * SIDE
        match entry.item.kind:
            case ItemKind.TEXT_IN | ItemKind.TEXT_OUT:
                return self._bubble(entry, room)
            case ItemKind.NOTE:
                text = paragraph(body(entry.item), "body", room - 2 * BUBBLE_X)
                return Measure(height=int(GAP + 2 * BUBBLE_Y + NOTE_HEAD + text.height), text=text)
            case _:
                text = paragraph(body(entry.item), "body", room - 24 - TIME_WIDTH)
                return Measure(height=int(GAP + 4 + text.height), text=text)

    def _bubble(self, said: Said, room: int) -> Measure:
        widest = min(BUBBLE_WIDEST, room * BUBBLE_SHARE)
        text = paragraph(body(said.item), "message", widest - 2 * BUBBLE_X)
        height = (GAP_CLOSE if said.close_above else GAP) + 2 * BUBBLE_Y + text.height
        if said.item.kind is ItemKind.TEXT_IN:
            return Measure(height=int(height + (0 if said.close_below else META_HEIGHT)), text=text)
        shown = mark(said.item, zone=self.zone)
        before = Ink("meta").width(f"{sender(said.item)}  ·  ") + 40
        meta = paragraph(shown.words, "meta", room - before)
        return Measure(height=int(height + META_HEIGHT - 16 + meta.height), text=text, meta=meta)
