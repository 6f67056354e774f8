"""What the window shows before the engine is there: the shape of the desk, and one calm sentence.

Must not: pretend there are rows.
"""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from mcdesk.ui.theme import tokens
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.drawing import Drawing
from mcdesk.ui.widgets.paragraph import paragraph

#: Longer lines are hard to read, and narrow windows leave this much beside the text.
WIDEST, BESIDE = 480, 48


class Skeleton(QWidget):
    """Panes without content."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._sentence = "Starting…"
        self.setAccessibleName(self._sentence)

    def say(self, sentence: str) -> None:
        self._sentence = sentence
        self.setAccessibleName(sentence)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        drawing = Drawing(painter, self._look)
        area = QRectF(self.rect())
        wide = area.width() >= tokens.WIDE_FROM
        views = float(tokens.VIEWS_WIDTH if wide else tokens.RAIL_WIDTH)
        queue = float(tokens.QUEUE_WIDTH if wide else tokens.QUEUE_NARROW_WIDTH)
        drawing.fill(area, "canvas")
        drawing.fill(QRectF(views, 0, area.width() - views, area.height()), "surface")
        for left in (views, views + queue):
            drawing.fill(QRectF(left, 0, 1, area.height()), "line")
        for position in range(6):
            top = 72 + position * tokens.ROW
            drawing.box(QRectF(views + 44, top, queue * 0.4, 10), radius=5, fill="sunken")
            drawing.box(QRectF(views + 44, top + 22, queue * 0.65, 8), radius=4, fill="sunken")
        middle = QRectF(views + queue, 0, area.width() - views - queue, area.height())
        # why it could not start, and what to do, may take several lines
        words = paragraph(self._sentence, "body", min(WIDEST, middle.width() - BESIDE))
        painter.setPen(self._look.colour("text_2"))
        words.draw(painter, middle.center() - QPointF(words.width / 2, words.height / 2))
        painter.end()
