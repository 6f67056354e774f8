"""The bar at the bottom: which keys work now, what was done last, and for a while the way back.

Must not: handle keys.
"""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout

from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import FOOT_BAR
from mcdesk.ui.widgets.buttons import ActionButton, KeyHint
from mcdesk.ui.widgets.labels import ElidedWords
from mcdesk.ui.widgets.pictures import Icon

HINTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("J", "K"), "Move"),
    (("R",), "Reply"),
    (("N",), "Note"),
    (("C",), "Claim"),
    (("B",), "Call back"),
    (("E",), "Close"),
    (("Ctrl", "1–9"), "Views"),
)
#: How long a sentence stays.
KEEP_SECONDS = 10


class Foot(QFrame):
    """Hints left, the last sentence right."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("footBar")
        self.setFixedHeight(FOOT_BAR)
        self.hints = [KeyHint(look, keys, words) for keys, words in HINTS]
        self._working = [False] * len(self.hints)
        self._icon = Icon(look, "check", size=14, role="text_3")
        self.sentence = ElidedWords("", token="meta", tone="2")
        self.undo = ActionButton(look, "Undo", kind="link", height=24, tip="Take it back (Ctrl+Z)")
        self.undo.clicked.connect(self._take_back)
        self._back: Callable[[], None] | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(16)
        for hint in self.hints:
            row.addWidget(hint)
        row.addStretch(1)
        row.addWidget(self._icon)
        row.setSpacing(12)
        row.addWidget(self.sentence)
        row.addWidget(self.undo)
        self._icon.hide()
        self.undo.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.clear)

    def say(self, sentence: str, *, ok: bool = True) -> None:
        self._forget_undo()
        self._icon.show_icon("check" if ok else "octagon-alert", "text_3" if ok else "late_text")
        self._icon.show()
        self.sentence.setText(sentence)
        self.sentence.set_tone("2" if ok else "late")
        self.sentence.setAccessibleName(sentence)
        self._timer.start((KEEP_SECONDS if ok else 3 * KEEP_SECONDS) * 1000)

    def offer_undo(self, back: Callable[[], None]) -> None:
        """As long as the last sentence stays."""
        self._back = back
        self.undo.setAccessibleName(f"Undo: {self.sentence.text()}")
        self.undo.show()
        self._fit()

    def _take_back(self) -> None:
        back = self._back
        self._forget_undo()
        if back is not None:
            back()

    def _forget_undo(self) -> None:
        self._back = None
        self.undo.hide()

    def clear(self) -> None:
        self._forget_undo()
        self._icon.hide()
        self.sentence.setText("")

    def set_working(self, *, rows: bool, opened: bool) -> None:
        """Hints of keys that would do nothing now are not shown."""
        self._working = [rows, *([opened] * (len(self.hints) - 2)), True]
        self._fit()

    def set_typing(self, typing: bool) -> None:
        """While somebody types, single keys are dead and their hints grey."""
        for hint in self.hints:
            hint.set_live(not typing)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Hints drop from the right before the sentence does."""
        room = self.width() - 320
        for hint, works in zip(self.hints, self._working, strict=True):
            room -= hint.width() + 12 if works else 0
            hint.setVisible(works and room > 0)
