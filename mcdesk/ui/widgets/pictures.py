"""Painted little things that are no text: an icon, an avatar.

Must not: react to anything but the look.
"""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.drawing import Drawing


class Icon(QWidget):
    """One line icon in a role's colour."""

    def __init__(self, look: Look, name: str, *, size: int = 16, role: str = "text_2") -> None:
        super().__init__()
        self._look = look
        self._name = name
        self._role = role
        self.setFixedSize(size, size)
        look.changed.connect(self.update)

    def show_icon(self, name: str, role: str) -> None:
        self._name, self._role = name, role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        Drawing(painter, self._look).icon(self._name, QRectF(self.rect()), self._role)
        painter.end()


class Avatar(QWidget):
    """Initials in a circle; an icon for somebody without a name."""

    def __init__(self, look: Look, *, size: int, mine: bool = False) -> None:
        super().__init__()
        self._look = look
        self._initials = ""
        self._mine = mine
        self.setFixedSize(size, size)
        look.changed.connect(self.update)

    def show_initials(self, initials: str) -> None:
        self._initials = initials
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        drawing = Drawing(painter, self._look)
        area = QRectF(self.rect())
        drawing.avatar(area, self._initials, mine=self._mine)
        if not self._initials:
            inner = area.width() * 0.45
            offset = (area.width() - inner) / 2
            drawing.icon("user", QRectF(offset, offset, inner, inner), "text_3")
        painter.end()


class Dot(QWidget):
    """The live dot."""

    def __init__(self, look: Look, *, role: str = "good") -> None:
        super().__init__()
        self._look = look
        self._role = role
        self.setFixedSize(8, 8)

    def set_role(self, role: str) -> None:
        self._role = role
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        Drawing(painter, self._look).box(QRectF(self.rect()), radius=4, fill=self._role)
        painter.end()
