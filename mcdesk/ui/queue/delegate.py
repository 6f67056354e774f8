"""Draws one entry of the queue: head, or who, why, what next, when, whose.

Must not: hold widgets or decide words (`sentences`, `timers` do).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from mcdesk.domain.queue import QueueRow, Urgency, urgency
from mcdesk.ui.queue import sentences
from mcdesk.ui.queue.entries import SECTION_WORDS, Head
from mcdesk.ui.queue.model import Role
from mcdesk.ui.queue.timer_pill import draw_timer, timer_width
from mcdesk.ui.queue.timers import Timer, timer
from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import ROW, ROW_COMPACT, SECTION_HEAD
from mcdesk.ui.widgets.drawing import RIGHT, Drawing, Ink, badge_width

Index = QModelIndex | QPersistentModelIndex
#: Where text begins, and the space at the right.
TEXT_LEFT, SIDE = 44, 16
#: A name narrower than this and badges give their words away.
NAME_LEAST = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a row is drawn against."""

    now: Callable[[], datetime]
    zone: tzinfo
    person: str


class QueueDelegate(QStyledItemDelegate):
    """Paints; nothing in a row is a widget."""

    def __init__(self, look: Look, setting: Setting) -> None:
        super().__init__()
        self._look = look
        self._setting = setting
        self.compact = False
        #: The ring of the keyboard: drawn when the list was reached by keys.
        self.ringed = False

    def row_height(self) -> int:
        return ROW_COMPACT if self.compact else ROW

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        head = isinstance(index.data(Role.ENTRY), Head)
        return QSize(100, SECTION_HEAD if head else self.row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = index.data(Role.ENTRY)
        painter.save()
        drawing = Drawing(painter, self._look)
        if isinstance(entry, Head):
            self._head(drawing, QRectF(option.rect), entry)
        elif isinstance(entry, QueueRow):
            self._background(drawing, option)
            self._row(drawing, QRectF(option.rect), entry)
        painter.restore()

    def timer_area(self, row: QRect) -> QRect:
        """What has to be drawn again each second."""
        return QRect(row.right() - 180, row.top() + 4, 180, 48)

    def timer_of(self, row: QueueRow) -> Timer:
        return timer(row, self._setting.now(), zone=self._setting.zone)

    def _head(self, drawing: Drawing, area: QRectF, head: Head) -> None:
        drawing.fill(area, "canvas")
        drawing.hairline(area.bottomLeft() - QPointF(0, 1), area.bottomRight() - QPointF(0, 1))
        words = SECTION_WORDS[head.section]
        ink = Ink("caption", "text_2")
        left = area.left() + SIDE
        width = drawing.text(QRectF(left, area.top(), area.width(), area.height()), words, ink)
        count = QRectF(left + width + 6, area.top(), 60, area.height())
        drawing.text(count, str(head.count), Ink("caption", "text_3", weight=400, tabular=True))

    def _background(self, drawing: Drawing, option: QStyleOptionViewItem) -> None:
        area = QRectF(option.rect)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        drawing.fill(area, "selected" if selected else "hover" if hovered else "surface")
        drawing.hairline(area.bottomLeft() - QPointF(0, 1), area.bottomRight() - QPointF(0, 1))
        if selected and (self._look.high_contrast or self.ringed):
            drawing.box(area.adjusted(1, 1, -1, -2), radius=2, edge="accent", width=2)
        if selected:
            drawing.fill(QRectF(area.left(), area.top(), 3, area.height() - 1), "accent")

    def _row(self, drawing: Drawing, area: QRectF, row: QueueRow) -> None:
        top = area.top() + (8 if self.compact else 9)
        drawing.icon(sentences.icon(row), QRectF(area.left() + SIDE, top + 3, 16, 16), "text_2")
        right = area.right() - SIDE
        shown = self.timer_of(row)
        taken = timer_width(shown)
        draw_timer(drawing, QPointF(right, top), shown)
        names = QRectF(area.left() + TEXT_LEFT, top, right - taken - 8 - area.left() - TEXT_LEFT, 20)
        self._first_line(drawing, names, row)
        second = QRectF(area.left() + TEXT_LEFT, top + 20, right - area.left() - TEXT_LEFT, 20)
        self._second_line(drawing, second, row, shown)
        if not self.compact:
            third = QRectF(area.left() + TEXT_LEFT, top + 40, right - area.left() - TEXT_LEFT, 17)
            self._third_line(drawing, third, row)

    def _first_line(self, drawing: Drawing, area: QRectF, row: QueueRow) -> None:
        ink = Ink("message", "text", weight=600 if row.unread else 500)
        labels = sentences.badges(row)
        unread = 24.0 if row.unread else 0.0
        room = area.width() - unread
        worded = sum(badge_width(each.word) + 6 for each in labels)
        needed = min(ink.width(row.who), NAME_LEAST)
        if room - worded < needed:
            labels = tuple(sentences.Badge(each.icon, "") for each in labels)
            worded = sum(badge_width("") + 6 for _ in labels)
        while labels and room - worded < needed:
            labels = labels[:-1]
            worded = sum(badge_width(each.word) + 6 for each in labels)
        left = area.left() + 8
        name = QRectF(area.left(), area.top(), room - worded, area.height())
        left += drawing.text(name, row.who, ink)
        for each in labels:
            left += drawing.badge(QPointF(left, area.top() + 1), each.icon, each.word) + 6
        if row.unread:
            drawing.count(QPointF(left, area.top() + 1), row.unread)

    def _second_line(self, drawing: Drawing, area: QRectF, row: QueueRow, shown: Timer) -> None:
        right = area.right()
        if self.compact:
            right -= self._owner_circle(drawing, QPointF(right, area.top() + 2), row)
        meta = Ink("meta", "text_3", tabular=True)
        at = QRectF(area.left(), area.top(), right - area.left(), area.height())
        width = drawing.text(at, shown.below, meta, align=RIGHT)
        pressing = row.unread or urgency(row.next, self._setting.now()) in (Urgency.SOON, Urgency.LATE)
        ink = Ink("body", "text" if pressing else "text_2")
        room = right - area.left() - (width + 12 if width else 0)
        drawing.text(QRectF(area.left(), area.top(), room, area.height()), sentences.preview(row), ink)

    def _third_line(self, drawing: Drawing, area: QRectF, row: QueueRow) -> None:
        owner = sentences.owner(row, self._setting.person)
        ink = Ink("meta", "text_2" if owner.unclaimed else "text_3", weight=500 if owner.unclaimed else None)
        width = drawing.text(area, owner.word, ink, align=RIGHT)
        if owner.initials or owner.unclaimed:
            circle = QRectF(area.right() - width - 22, area.top(), 16, 16)
            self._circle(drawing, circle, owner)
            width += 22
        text = sentences.meta(row, self._setting.now(), zone=self._setting.zone)
        failed = "failed" in text
        room = QRectF(area.left(), area.top(), area.width() - width - 12, area.height())
        drawing.text(room, text, Ink("meta", "late_text" if failed else "text_3"))

    def _owner_circle(self, drawing: Drawing, right_top: QPointF, row: QueueRow) -> float:
        owner = sentences.owner(row, self._setting.person)
        if not owner.initials and not owner.unclaimed:
            return 0
        self._circle(drawing, QRectF(right_top.x() - 16, right_top.y(), 16, 16), owner)
        return 22

    def _circle(self, drawing: Drawing, at: QRectF, owner: sentences.Owner) -> None:
        if owner.unclaimed:
            drawing.dashed_circle(at)
        else:
            drawing.avatar(at, owner.initials, mine=owner.word == "You")
