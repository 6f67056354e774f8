"""Wrapped text of a fixed line height, measured once and drawn often.

Must not: know what is written.
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QTextLayout, QTextOption

from mcdesk.ui.theme.fonts import font
from mcdesk.ui.theme.tokens import TYPE


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text broken into lines; its widest line and its whole height in logical pixels."""

    layout: QTextLayout
    width: float
    height: float

    def draw(self, painter: QPainter, at: QPointF) -> None:
        """In the painter's pen."""
        self.layout.draw(painter, at)


def paragraph(
    text: str, token: str, width: float, *, weight: int | None = None, right: bool = False
) -> Paragraph:
    """Break `text` at words, and inside them where one is too long (links)."""
    # a layout has one paragraph: line ends become line separators
    layout = QTextLayout(text.replace("\r\n", "\n").replace("\n", "\u2028"), font(token, weight=weight))
    option = QTextOption(Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.setCacheEnabled(True)
    step = TYPE[token].line
    height, widest = 0.0, 0.0
    layout.beginLayout()
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, height + (step - line.height()) / 2))
        widest = max(widest, line.naturalTextWidth())
        height += step
    layout.endLayout()
    return Paragraph(layout, widest, max(height, float(step)))
