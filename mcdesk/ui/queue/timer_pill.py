"""Draws a timer: bare green ring, tinted pill, solid pill, or calm grey words; heavier as it presses.

Must not: choose the words.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from mcdesk.ui.queue.timers import Timer, Weight
from mcdesk.ui.widgets.drawing import LEFT, Drawing, Ink

#: Text ink of each weight.
INKS = {
    Weight.RING: Ink("meta", "good", weight=600, tabular=True),
    Weight.TINTED: Ink("meta", "soon_text", weight=600, tabular=True),
    Weight.SOLID: Ink("meta", "on_late", weight=600, tabular=True),
    Weight.PLAIN: Ink("meta", "text_3", tabular=True),
    Weight.TROUBLE: Ink("meta", "late_text", weight=500),
    Weight.NONE: Ink("meta", "text_3"),
}
PILLS = frozenset({Weight.TINTED, Weight.SOLID})
HEIGHT = 20


def timer_width(timer: Timer) -> float:
    """Whole width, pill included."""
    if timer.weight is Weight.NONE:
        return 0
    text = INKS[timer.weight].width(timer.words)
    return text + (18 if timer.weight not in PILLS else 34)


def draw_timer(drawing: Drawing, right_top: QPointF, timer: Timer) -> None:
    """With its right upper corner at `right_top`."""
    width = timer_width(timer)
    if not width:
        return
    ink = INKS[timer.weight]
    area = QRectF(right_top.x() - width, right_top.y(), width, HEIGHT)
    left = area.left()
    if timer.weight in PILLS:
        solid = timer.weight is Weight.SOLID
        edge = "soon_line" if not solid and drawing.look.high_contrast else ""
        drawing.box(area, radius=HEIGHT / 2, fill="late" if solid else "soon_tint", edge=edge)
        left += 9
    mark = QRectF(left, area.top() + 3.5, 13, 13)
    if timer.weight is Weight.RING:
        _ring(drawing, mark, timer.left)
    else:
        _mark(drawing, mark, timer)
    drawing.text(
        QRectF(left + 18, area.top(), area.right() - left - 17, HEIGHT), timer.words, ink, align=LEFT
    )


def _mark(drawing: Drawing, at: QRectF, timer: Timer) -> None:
    """Solid shapes carry urgency: triangle and octagon, each with its sign cut out."""
    ink = INKS[timer.weight]
    if timer.weight not in PILLS:
        drawing.icon(timer.icon, at, ink.role)
        return
    painter = drawing.painter
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(drawing.look.colour(ink.role))
    solid = timer.weight is Weight.SOLID
    painter.drawPolygon(_octagon(at) if solid else _triangle(at))
    painter.setBrush(drawing.look.colour("late" if solid else "soon_tint"))
    middle, top = at.center().x(), at.top() + (3.2 if solid else 4.6)
    painter.drawRoundedRect(QRectF(middle - 0.8, top, 1.6, 3.6), 0.8, 0.8)
    painter.drawEllipse(QPointF(middle, top + 5.6), 0.9, 0.9)


def _octagon(at: QRectF) -> QPolygonF:
    cut = at.width() * 0.29
    left, top, right, bottom = at.left(), at.top(), at.right(), at.bottom()
    corners = (
        (left + cut, top), (right - cut, top), (right, top + cut), (right, bottom - cut),
        (right - cut, bottom), (left + cut, bottom), (left, bottom - cut), (left, top + cut),
    )  # fmt: skip
    return QPolygonF([QPointF(x, y) for x, y in corners])


def _triangle(at: QRectF) -> QPolygonF:
    top, bottom = at.top() + 0.5, at.bottom() - 0.5
    corners = ((at.center().x(), top), (at.right(), bottom), (at.left(), bottom))
    return QPolygonF([QPointF(x, y) for x, y in corners])


def _ring(drawing: Drawing, at: QRectF, left: float) -> None:
    """What is left of the time, emptying clockwise from the top."""
    painter = drawing.painter
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    area = at.adjusted(1.5, 1.5, -1.5, -1.5)
    painter.setPen(QPen(drawing.look.colour("line"), 2))
    painter.drawEllipse(area)
    pen = QPen(drawing.look.colour("good"), 2)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    painter.drawArc(area, 90 * 16, int(max(0.0, min(1.0, left)) * 360 * 16))
