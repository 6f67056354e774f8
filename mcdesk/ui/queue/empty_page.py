"""What stands in place of queue and conversation while nobody is waiting: what happens next.

Must not: count.
"""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from mcdesk.domain.queue import Overview, View
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.drawing import CENTRE, Drawing, Ink
from mcdesk.ui.widgets.labels import Words

STEPS = (
    ("phone-missed", "A call is missed", "On any of your lines"),
    ("message-square-text", "We text back", "Within seconds, once"),
    ("message-square-reply", "They write back", "It appears here, timer runs"),
    ("user-check", "You take it", "Reply, call or book"),
)
CELL, TILE = 190, 40


class StepsLine(QWidget):
    """Four icons joined by a line."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setFixedSize(CELL * len(STEPS), 96)
        self.setAccessibleName("; ".join(f"{title}: {detail}" for _, title, detail in STEPS))
        look.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        drawing = Drawing(painter, self._look)
        for position, (icon, title, detail) in enumerate(STEPS):
            cell = QRectF(position * CELL, 0, CELL, 96)
            tile = QRectF(cell.center().x() - TILE / 2, 0, TILE, TILE)
            drawing.box(tile, radius=10, fill="surface", edge="line")
            drawing.icon(icon, tile.adjusted(10, 10, -10, -10), "accent_text")
            if position + 1 < len(STEPS):
                left = QPointF(tile.right() + 8, TILE / 2)
                drawing.hairline(left, QPointF(tile.left() + CELL - 8, TILE / 2), "line_strong")
            drawing.text(QRectF(cell.left(), 52, CELL, 20), title, Ink("body", weight=500), align=CENTRE)
            drawing.text(QRectF(cell.left(), 73, CELL, 16), detail, Ink("meta", "text_3"), align=CENTRE)
        painter.end()


class EmptyPage(QFrame):
    """Calm, and teaches."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("emptyPage")
        self._title = Words("Nobody is waiting", token="page")
        self._sentence = Words("", token="message", tone="2")
        self._figures = QFrame()
        self._figures.setObjectName("figures")
        self._numbers: dict[View, Words] = {}
        self._lay_out(look)

    def show_overview(self, overview: Overview) -> None:
        counts = overview.counts
        first_ever = not counts.get(View.CLOSED, 0) and not counts.get(View.BOOKED, 0)
        said = "Nobody has called yet." if first_ever else "Everyone who called has been answered."
        self._sentence.setText(f"{said} When the next call is missed, this happens:")
        self._figures.setVisible(not first_ever)
        for view, label in self._numbers.items():
            label.setText(f"{counts.get(view, 0):,}")

    def _lay_out(self, look: Look) -> None:
        grid = QGridLayout(self._figures)
        grid.setContentsMargins(24, 12, 24, 12)
        grid.setHorizontalSpacing(48)
        grid.setVerticalSpacing(2)
        for column, (view, label) in enumerate(
            (
                (View.WAITING, "Waiting for them"),
                (View.HELD, "Held"),
                (View.BOOKED, "Booked"),
                (View.CLOSED, "Closed"),
            )
        ):
            self._numbers[view] = Words("", token="page", tabular=True)
            grid.addWidget(Words(label, token="meta", tone="3"), 0, column)
            grid.addWidget(self._numbers[view], 1, column)
        middle = Qt.AlignmentFlag.AlignHCenter
        page = QVBoxLayout(self)
        page.setSpacing(0)
        page.addStretch(4)
        page.addWidget(self._title, 0, middle)
        page.addSpacing(4)
        page.addWidget(self._sentence, 0, middle)
        page.addSpacing(32)
        page.addWidget(StepsLine(look), 0, middle)
        page.addSpacing(32)
        page.addWidget(self._figures, 0, middle)
        page.addStretch(5)
