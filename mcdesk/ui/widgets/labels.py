"""Text on the window: by token and tone, eliding where asked, never by font or colour.

Must not: know what the words are about.
"""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from mcdesk.ui.theme.fonts import font
from mcdesk.ui.theme.tokens import TYPE


class Words(QLabel):
    """One piece of plain text; what callers wrote is never taken for markup."""

    def __init__(
        self, text: str = "", *, token: str = "body", tone: str = "1", weight: int | None = None,
        tabular: bool = False, wrap: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(text)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(font(token, weight=weight, tabular=tabular))
        self.setMinimumHeight(TYPE[token].line)
        self.setProperty("tone", tone)
        self.setWordWrap(wrap)

    def set_tone(self, tone: str) -> None:
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            repolish(self)


class ElidedWords(Words):
    """Gives way at its end; the whole text stays in the tooltip and for screen readers."""

    def __init__(
        self, text: str = "", *, token: str = "body", tone: str = "1", weight: int | None = None
    ) -> None:
        super().__init__(text, token=token, tone=tone, weight=weight)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setToolTip(text)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text if self.fontMetrics().horizontalAdvance(text) > self.width() else "")
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 2, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.setPen(self.palette().windowText().color())
        painter.drawText(self.rect(), int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)


def divider() -> QFrame:
    """A hairline across."""
    line = QFrame()
    line.setObjectName("divider")
    line.setFixedHeight(1)
    return line


def upright_divider(height: int) -> QFrame:
    """A hairline between two things beside each other."""
    line = QFrame()
    line.setObjectName("divider")
    line.setFixedSize(1, height)
    return line


def repolish(widget: QWidget) -> None:
    """A property the style sheet looks at has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def round_corners(popup: QWidget) -> None:
    """A popup is a window of its own; its square corners must not show behind the rounded frame."""
    popup.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    popup.setWindowFlag(Qt.WindowType.NoDropShadowWindowHint)
    popup.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
