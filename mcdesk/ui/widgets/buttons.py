"""Buttons with an icon, a word and the key that does the same; and the painted key caps.

Must not: do anything; they say they were clicked.
"""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import KEY
from mcdesk.ui.widgets.drawing import CENTRE, LEFT, Drawing, Ink

#: Text role by kind of button.
ROLES = {"primary": "on_accent", "outline": "accent_text", "link": "accent_text", "note": "note_text"}
CAP = Ink("caption", "text_2", weight=500)


def caps_width(keys: tuple[str, ...]) -> float:
    """How wide a row of key caps is."""
    return sum(max(18.0, CAP.width(key) + 10) + 4 for key in keys) - 4 if keys else 0


def draw_caps(
    drawing: Drawing, area: QRectF, keys: tuple[str, ...], *, role: str, edge: str, fill: str = ""
) -> None:
    """Key caps from the left edge of `area`, in its middle."""
    left = area.left()
    ink = Ink("caption", role, weight=500)
    for key in keys:
        width = max(18.0, ink.width(key) + 10)
        cap = QRectF(left, area.center().y() - 9, width, 18)
        drawing.box(cap, radius=KEY, fill=fill, edge=edge)
        drawing.text(cap, key, ink, align=CENTRE)
        left += width + 4


class ActionButton(QPushButton):
    """Icon, word, key caps. `kind`: plain, primary, outline, quiet, link or note."""

    def __init__(
        self, look: Look, text: str = "", *, icon: str = "", kind: str = "plain", keys: tuple[str, ...] = (),
        height: int = 32, name: str = "", tip: str = "", spread: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(text)
        self._look = look
        self.icon_name = icon
        self.keys = keys
        self.kind = kind
        #: Words at the left end and keys at the right, for a button as wide as its pane.
        self._spread = spread
        self.set_kind(kind)
        self.setFixedHeight(height)
        self.setAccessibleName(name or text)
        self.setToolTip(tip or (name if not text else ""))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        look.changed.connect(self.update)

    def set_kind(self, kind: str) -> None:
        self.kind = kind
        self.setProperty("kind", "quiet" if kind in ("link", "note") else kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self.update()

    def set_words(self, text: str, *, name: str = "") -> None:
        """New words; the accessible name follows."""
        self.setText(text)
        self.setAccessibleName(name or text)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        if not self.text():
            return QSize(self.height() or 32, self.height() or 32)
        return QSize(int(self._content_width()) + (16 if self.kind == "link" else 26), self.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        # the ring below is ours; the style's own would be a dotted box
        option.state &= ~QStyle.StateFlag.State_HasFocus
        painter = QStylePainter(self)
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        drawing = Drawing(painter, self._look)
        self._content(drawing)
        if self.hasFocus():
            drawing.box(QRectF(self.rect()), radius=8, edge="accent", width=2)
            if self.kind == "primary":
                drawing.box(QRectF(self.rect()).adjusted(2, 2, -2, -2), radius=6, edge="on_accent", width=1)
        painter.end()

    def _role(self) -> str:
        return ROLES.get(self.kind, "text") if self.isEnabled() else "text_3"

    def _ink(self) -> Ink:
        return Ink("body", self._role(), weight=500)

    def _content_width(self) -> float:
        width = 22.0 if self.icon_name and self.text() else 16.0 if self.icon_name else 0.0
        width += self._ink().width(self.text())
        return width + (caps_width(self.keys) + 10 if self.keys else 0)

    def _content(self, drawing: Drawing) -> None:
        area = QRectF(self.rect())
        left = 12.0 if self._spread else area.center().x() - self._content_width() / 2
        if self.icon_name:
            icon = QRectF(left, area.center().y() - 8, 16, 16)
            role = self._role() if self.text() or self.kind != "quiet" else "text_2"
            drawing.icon(self.icon_name, icon, role)
            left += 22
        if not self.text():
            return
        width = drawing.text(
            QRectF(left, area.top(), area.right() - left, area.height()), self.text(), self._ink(), align=LEFT
        )
        edge = "on_accent" if self.kind == "primary" and self.isEnabled() else "line"
        role = "on_accent" if self.kind == "primary" and self.isEnabled() else "text_3"
        at = area.right() - 12 - caps_width(self.keys) if self._spread else left + width + 10
        keys = QRectF(at, area.top(), 100, area.height())
        draw_caps(drawing, keys, self.keys, role=role, edge=edge)


class KeyHint(QWidget):
    """A key cap and what the key does, for the foot of the window; grey while the key is dead."""

    def __init__(self, look: Look, keys: tuple[str, ...], words: str) -> None:
        super().__init__()
        self._look = look
        self._keys = keys
        self._words = words
        self.live = True
        width = caps_width(keys) + 6 + Ink("meta").width(words) + 2
        self.setFixedSize(int(width), 20)
        self.setAccessibleName(f"{' '.join(keys)}: {words}")

    def set_live(self, live: bool) -> None:
        self.live = live
        self.setEnabled(live)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        drawing = Drawing(painter, self._look)
        if not self.live:
            painter.setOpacity(0.6)
        area = QRectF(self.rect())
        draw_caps(drawing, area, self._keys, role="text_2", edge="line", fill="surface")
        left = caps_width(self._keys) + 6
        drawing.text(area.adjusted(left, 0, 0, 0), self._words, Ink("meta", "text_3"))
        painter.end()
