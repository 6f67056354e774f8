"""A list that opens over the window and goes with a click elsewhere: rounded, and painted by itself.

Must not: know what is in it.
"""

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import BOX
from mcdesk.ui.widgets.drawing import Drawing
from mcdesk.ui.widgets.labels import round_corners


class Popup(QFrame):
    """Esc or a click elsewhere closes it."""

    def __init__(self, look: Look, parent: QWidget, *, name: str, width: int) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAccessibleName(name)
        self.setFixedWidth(width)
        self._look = look
        round_corners(self)

    def open_under(self, widget: QWidget, *, from_right: bool = False) -> None:
        left = widget.width() - self.width() if from_right else 0
        self.move(widget.mapToGlobal(QPoint(left, widget.height() + 8)))
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        # a style sheet leaves the background out of a window whose corners show what is behind it
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        Drawing(painter, self._look).box(QRectF(self.rect()), radius=BOX, fill="raised", edge="line")
        painter.end()
