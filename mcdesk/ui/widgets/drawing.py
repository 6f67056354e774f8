"""Text, icons, badges and pills drawn by role and token: what delegates and painted widgets share.

Must not: know rows or messages.
"""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from mcdesk.ui.theme.fonts import font, metrics
from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import BADGE

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


@dataclass(frozen=True, slots=True)
class Ink:
    """How a piece of text is set: type token, colour role, weight, tabular digits."""

    token: str = "body"
    role: str = "text"
    weight: int | None = None
    tabular: bool = False

    def width(self, text: str) -> float:
        return metrics(self.token, weight=self.weight, tabular=self.tabular).horizontalAdvance(text)

    def elided(self, text: str, width: float) -> str:
        measure = metrics(self.token, weight=self.weight, tabular=self.tabular)
        return measure.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, width))


@dataclass(frozen=True, slots=True)
class Drawing:
    """A painter that speaks in roles."""

    painter: QPainter
    look: Look

    def text(self, at: QRectF, text: str, ink: Ink, *, align: Qt.AlignmentFlag = LEFT) -> float:
        """Draw one line, elided at its end where it must be; answers the width it took."""
        if at.width() <= 0 or not text:
            return 0.0
        shown = ink.elided(text, at.width() + 0.5)
        self.painter.setFont(font(ink.token, weight=ink.weight, tabular=ink.tabular))
        self.painter.setPen(self.look.colour(ink.role))
        self.painter.drawText(at, int(align | Qt.TextFlag.TextSingleLine), shown)
        return ink.width(shown)

    def icon(self, name: str, at: QRectF, role: str) -> None:
        self.look.icons.paint(self.painter, name, at, self.look.colour(role).name())

    def fill(self, at: QRectF, role: str) -> None:
        self.painter.fillRect(at, self.look.colour(role))

    def hairline(self, left: QPointF, right: QPointF, role: str = "line") -> None:
        self.painter.fillRect(QRectF(left.x(), left.y(), right.x() - left.x(), 1), self.look.colour(role))

    def box(self, at: QRectF, *, radius: float, fill: str = "", edge: str = "", width: float = 1) -> None:
        """A rounded box; its edge is drawn inside `at`."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.painter.setPen(QPen(self.look.colour(edge), width) if edge else QPen(Qt.PenStyle.NoPen))
        self.painter.setBrush(self.look.colour(fill) if fill else QColor(Qt.GlobalColor.transparent))
        inset = width / 2 if edge else 0
        self.painter.drawRoundedRect(at.adjusted(inset, inset, -inset, -inset), radius, radius)

    def note(self, at: QRectF, *, radius: float) -> None:
        """The paper of an internal note: its tint and its dashed border, which nothing else has."""
        width = 2 if self.look.high_contrast else 1
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self.look.colour("note_line"), width)
        pen.setDashPattern([4 / width, 3 / width])
        self.painter.setPen(pen)
        self.painter.setBrush(self.look.colour("note"))
        inset = width / 2
        self.painter.drawRoundedRect(at.adjusted(inset, inset, -inset, -inset), radius, radius)

    def dashed_circle(self, at: QRectF) -> None:
        """Nobody has taken this."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self.look.colour("line_strong"), 1)
        pen.setDashPattern([2, 2])
        self.painter.setPen(pen)
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.drawEllipse(at.adjusted(0.5, 0.5, -0.5, -0.5))

    def avatar(self, at: QRectF, initials: str, *, mine: bool = False) -> None:
        """A circle with initials."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = "line_strong" if self.look.high_contrast else ""
        self.box(
            at,
            radius=at.width() / 2,
            fill="accent_tint" if mine else "sunken",
            edge=edge,
        )
        made = font("caption", weight=600)
        made = type(made)(made)
        made.setPixelSize(max(8, round(at.width() * (0.5 if at.width() <= 20 else 0.4))))
        self.painter.setFont(made)
        self.painter.setPen(self.look.colour("accent_text" if mine else "text_2"))
        self.painter.drawText(at, int(CENTRE), initials)

    def badge(self, at: QPointF, icon: str, word: str, *, urgent: bool = False) -> float:
        """Outline, icon and word, 18 px high with its top left corner at `at`; answers its width."""
        width = badge_width(word)
        area = QRectF(at.x(), at.y(), width, 18)
        role = "late_text" if urgent else "text_2"
        self.box(area, radius=BADGE, fill="late_tint" if urgent else "", edge="late" if urgent else "line")
        self.icon(icon, QRectF(area.left() + 5, area.top() + 3.5, 11, 11), role)
        if word:
            self.text(
                QRectF(area.left() + 19, area.top(), width - 19, 18), word, Ink("caption", role, weight=500)
            )
        return width

    def count(self, at: QPointF, number: int) -> float:
        """The accent bubble with how many are new; answers its width."""
        text = "99+" if number > 99 else str(number)
        ink = Ink("caption", "on_accent", weight=600, tabular=True)
        width = max(18.0, ink.width(text) + 10)
        area = QRectF(at.x(), at.y(), width, 18)
        self.box(area, radius=9, fill="accent")
        self.text(area, text, ink, align=CENTRE)
        return width


def badge_width(word: str) -> float:
    """How wide a badge is; 21 with no word."""
    return 25 + Ink("caption", weight=500).width(word) if word else 21
