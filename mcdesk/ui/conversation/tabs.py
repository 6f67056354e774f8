"""The two tabs over the reply box: a text that goes out, and a note that never does.

Must not: hold what is written.
"""

from enum import StrEnum

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton

from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.buttons import caps_width, draw_caps
from mcdesk.ui.widgets.drawing import Drawing, Ink


class Mode(StrEnum):
    """What the box writes."""

    TEXT = "text"
    NOTE = "note"


class Tab(QPushButton):
    """Icon, words, key; underlined while it is the one."""

    def __init__(self, look: Look, mode: Mode, text: str, *, key: str) -> None:
        super().__init__(text)
        self._look = look
        self._key = key
        self.mode = mode
        self.setCheckable(True)
        self.setFixedHeight(34)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(text)

    def set_words(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        keys = 0 if self.isChecked() else caps_width((self._key,)) + 8
        return QSize(int(Ink("body", weight=500).width(self.text()) + 38 + keys), 34)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        drawing = Drawing(painter, self._look)
        note = self.mode is Mode.NOTE
        role = "note_text" if note else "text" if self.isChecked() else "text_2"
        role = role if self.isEnabled() else "text_3"
        area = QRectF(self.rect())
        drawing.icon("lock" if note else "message-square", QRectF(8, area.center().y() - 7, 14, 14), role)
        width = drawing.text(area.adjusted(28, 0, 0, 0), self.text(), Ink("body", role, weight=500))
        if not self.isChecked():
            draw_caps(drawing, area.adjusted(36 + width, 0, 0, 0), (self._key,), role="text_3", edge="line")
        if self.isChecked():
            drawing.fill(QRectF(0, area.bottom() - 2, area.width(), 2), "note_text" if note else "accent")
        if self.hasFocus():
            drawing.box(area.adjusted(1, 3, -1, -4), radius=6, edge="accent", width=2)
        painter.end()
