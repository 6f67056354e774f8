"""Draws the timeline: days, calls, events, bubbles with how far they came, notes nobody can mistake.

Must not: hold widgets or measure (`measures` does).
"""

from datetime import tzinfo

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from mcdesk.domain import spoken
from mcdesk.domain.queue import Item, ItemKind
from mcdesk.ui.conversation.entries import Day, Said, event_icon, mark, sender
from mcdesk.ui.conversation.measures import (
    BUBBLE_X,
    BUBBLE_Y,
    DAY_HEIGHT,
    GAP,
    GAP_CLOSE,
    NOTE_HEAD,
    SIDE,
    Measure,
    Measures,
)
from mcdesk.ui.conversation.model import Role
from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import BUBBLE, BUTTON
from mcdesk.ui.widgets.drawing import CENTRE, RIGHT, Drawing, Ink

Index = QModelIndex | QPersistentModelIndex
META = Ink("meta", "text_3")


class TimelineDelegate(QStyledItemDelegate):
    """Paints one entry; `caller` is the first name used on notes and under bubbles."""

    def __init__(self, look: Look, zone: tzinfo) -> None:
        super().__init__()
        self._look = look
        self._zone = zone
        self._measures = Measures(zone)
        self.width = 400
        self.caller = "The caller"

    def height(self, index: Index) -> int:
        return self._measures.of(index.data(Role.ENTRY), self.width).height

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self.width, self.height(index))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(Role.ENTRY)
        painter.save()
        drawing = Drawing(painter, self._look)
        area = QRectF(option.rect).adjusted(SIDE, 0, -SIDE, 0)
        if isinstance(entry, Day):
            self._day(drawing, area, entry)
        elif isinstance(entry, Said):
            self._said(drawing, area, entry)
            focused = QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_Active
            if option.state & focused == focused:
                drawing.box(area.adjusted(-4, 2, 4, 0), radius=BUTTON, edge="accent")
        painter.restore()

    def _said(self, drawing: Drawing, area: QRectF, said: Said) -> None:
        measure = self._measures.of(said, self.width)
        match said.item.kind:
            case ItemKind.TEXT_IN:
                self._incoming(drawing, area, said, measure=measure)
            case ItemKind.TEXT_OUT:
                self._outgoing(drawing, area, said.item, measure=measure)
            case ItemKind.NOTE:
                self._note(drawing, area, said.item, measure=measure)
            case _:
                self._line(drawing, area, said.item, measure=measure)

    def _day(self, drawing: Drawing, area: QRectF, day: Day) -> None:
        width = META.width(day.words) + 24
        middle = area.top() + DAY_HEIGHT / 2
        drawing.text(QRectF(area.left(), area.top(), area.width(), DAY_HEIGHT), day.words, META, align=CENTRE)
        left, right = area.center().x() - width / 2, area.center().x() + width / 2
        drawing.hairline(QPointF(area.left(), middle), QPointF(left, middle))
        drawing.hairline(QPointF(right, middle), QPointF(area.right(), middle))

    def _line(self, drawing: Drawing, area: QRectF, item: Item, *, measure: Measure) -> None:
        top = area.top() + GAP - 2
        drawing.icon(event_icon(item), QRectF(area.left(), top + 3, 14, 14), "text_3")
        called = item.kind is ItemKind.CALL
        self._paragraph(drawing, measure, QPointF(area.left() + 24, top), role="text" if called else "text_2")
        time = QRectF(area.left(), top, area.width(), 20)
        drawing.text(time, spoken.clock(item.at, self._zone), META, align=RIGHT)

    def _incoming(self, drawing: Drawing, area: QRectF, said: Said, *, measure: Measure) -> None:
        text = measure.text
        assert text is not None
        top = area.top() + (GAP_CLOSE if said.close_above else GAP)
        bubble = QRectF(area.left(), top, text.width + 2 * BUBBLE_X, text.height + 2 * BUBBLE_Y)
        edge = "line" if self._look.high_contrast else ""
        self._bubble(drawing, bubble, fill="bubble_in", edge=edge, own=False)
        self._paragraph(drawing, measure, QPointF(bubble.left() + BUBBLE_X, bubble.top() + BUBBLE_Y))
        if not said.close_below:
            under = QRectF(area.left(), bubble.bottom() + 2, area.width(), 20)
            at = spoken.clock(said.item.at, self._zone)
            drawing.text(under, f"{self.caller} · {at}", META)

    def _outgoing(self, drawing: Drawing, area: QRectF, item: Item, *, measure: Measure) -> None:
        text = measure.text
        assert text is not None
        width = text.width + 2 * BUBBLE_X
        bubble = QRectF(area.right() - width, area.top() + GAP, width, text.height + 2 * BUBBLE_Y)
        waiting = item.status is None
        edge = "line_strong" if waiting else "accent" if self._look.high_contrast else ""
        self._bubble(
            drawing, bubble, fill="surface" if waiting else "accent_tint", edge=edge, own=True, dashed=waiting
        )
        self._paragraph(drawing, measure, QPointF(bubble.left() + BUBBLE_X, bubble.top() + BUBBLE_Y))
        self._delivery(
            drawing, QRectF(area.left(), bubble.bottom() + 4, area.width(), 20), item, measure=measure
        )

    def _delivery(self, drawing: Drawing, area: QRectF, item: Item, *, measure: Measure) -> None:
        shown = mark(item, zone=self._zone)
        meta = measure.meta
        assert meta is not None
        left = area.right() - meta.width
        drawing.painter.setPen(self._look.colour(shown.role))
        meta.draw(drawing.painter, QPointF(left, area.top()))
        left -= 18
        drawing.icon(shown.icon, QRectF(left, area.top() + 1, 14, 14), shown.role)
        who = f"{sender(item)}  ·"
        left -= META.width(who) + 6
        drawing.text(QRectF(left, area.top(), META.width(who) + 2, 16), who, META)
        if sender(item) == "Automatic":
            drawing.icon("bot", QRectF(left - 18, area.top() + 1, 14, 14), "text_3")

    def _note(self, drawing: Drawing, area: QRectF, item: Item, *, measure: Measure) -> None:
        box = area.adjusted(0, GAP, 0, 0)
        drawing.note(box, radius=BUTTON)
        head = QRectF(box.left() + BUBBLE_X, box.top() + BUBBLE_Y, box.width() - 2 * BUBBLE_X, NOTE_HEAD - 4)
        drawing.icon("lock", QRectF(head.left(), head.top() + 1, 13, 13), "note_text")
        author = item.author or "Office"
        label = f"Internal note · {author} · {spoken.clock(item.at, self._zone)}"
        ink = Ink("caption", "note_text", weight=600)
        promise = Ink("caption", "note_text", weight=500)
        kept = f"{self.caller} never sees this"
        width = drawing.text(head, kept, promise, align=RIGHT)
        drawing.text(head.adjusted(20, 0, -width - 12, 0), label, ink)
        self._paragraph(drawing, measure, QPointF(head.left(), box.top() + BUBBLE_Y + NOTE_HEAD))

    def _paragraph(self, drawing: Drawing, measure: Measure, at: QPointF, *, role: str = "text") -> None:
        if measure.text is not None:
            drawing.painter.setPen(self._look.colour(role))
            measure.text.draw(drawing.painter, at)

    def _bubble(
        self, drawing: Drawing, at: QRectF, *, fill: str, edge: str, own: bool, dashed: bool = False
    ) -> None:
        """Round, with the small corner towards its side."""
        path = QPainterPath()
        path.addRoundedRect(at, BUBBLE, BUBBLE)
        corner = QRectF(at.right() - BUBBLE if own else at.left(), at.bottom() - BUBBLE, BUBBLE, BUBBLE)
        sharp = QPainterPath()
        sharp.addRoundedRect(corner, 4, 4)
        painter = drawing.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
        painter.setPen(QPen(self._look.colour(edge), 1, style) if edge else QPen(Qt.PenStyle.NoPen))
        painter.setBrush(self._look.colour(fill))
        painter.drawPath(path.united(sharp))
