"""The field people write in: two to eight lines, as tall as its text.

Must not: know whether it is a text or a note.
"""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

from mcdesk.ui.theme.fonts import font


class Editor(QPlainTextEdit):
    """Plain text; Ctrl+Enter sends, Tab moves on."""

    #: Ctrl+Enter.
    sent = Signal()
    #: It got or lost the keyboard.
    focus_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setFont(font("message"))
        self.setTabChangesFocus(True)
        self.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(0)
        self.least, self.most = 2, 8
        self.document().documentLayout().documentSizeChanged.connect(lambda: self._fit())
        self._fit()

    def _fit(self) -> None:
        # a plain text document counts its height in lines
        lines = int(self.document().documentLayout().documentSize().height())
        wanted = max(self.least, min(self.most, lines)) * self.fontMetrics().lineSpacing() + 4
        if wanted != self.height():
            self.setFixedHeight(wanted)

    def set_lines(self, least: int, most: int) -> None:
        """How tall it may be: low windows give it less."""
        if (self.least, self.most) != (least, most):
            self.least, self.most = least, most
            self._fit()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.sent.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)
