"""The frame of the reply box: what is written in it can be told from its paper.

Must not: hold what is written.
"""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame

from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import BOX
from mcdesk.ui.widgets.drawing import Drawing


class BoxFrame(QFrame):
    """Surface for a text, paper with a dashed edge for a note, sunken while locked."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._paper = False
        self._shut = False
        self._lit = False

    def wear(self, *, note: bool, locked: bool) -> None:
        self._paper, self._shut = note, locked
        self.update()

    def set_writing(self, writing: bool) -> None:
        """The keyboard is in it."""
        self._lit = writing
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        drawing = Drawing(painter, self._look)
        area = QRectF(self.rect())
        if self._paper:
            drawing.note(area, radius=BOX)
        else:
            edge = "accent" if self._lit else "line" if self._shut else "line_strong"
            drawing.box(area, radius=BOX, fill="sunken" if self._shut else "surface", edge=edge)
        painter.end()
