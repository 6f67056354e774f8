"""What the office says of a caller's number: each mark as a badge, and why.

Must not: mark anybody.
"""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from mcdesk.domain.marks import MARK_WORDS, MarkKind
from mcdesk.ui.marks import MARK_ICONS
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.drawing import Drawing, badge_width
from mcdesk.ui.widgets.labels import Words


class MarkBadge(QWidget):
    """The same badge as in the queue's rows."""

    def __init__(self, look: Look, kind: MarkKind) -> None:
        super().__init__()
        self._look = look
        self._kind = kind
        self.setFixedSize(int(badge_width(MARK_WORDS[kind])) + 2, 20)
        self.setAccessibleName(MARK_WORDS[kind])

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        Drawing(painter, self._look).badge(QPointF(0, 1), MARK_ICONS[self._kind], MARK_WORDS[self._kind])
        painter.end()


class MarkRows(QWidget):
    """Nothing where the number has no mark."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown: Sequence[tuple[MarkKind, str]] = ()
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self.hide()

    def show_marks(self, marks: Sequence[tuple[MarkKind, str]]) -> None:
        """`marks`: kind and reason."""
        if marks == self._shown:
            return
        self._shown = marks
        for row in self._rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self._rows = [self._row(kind, why) for kind, why in marks]
        for row in self._rows:
            self._column.addWidget(row)
        self.setAccessibleName("; ".join(f"{MARK_WORDS[kind]}: {why}" for kind, why in marks))
        self.setVisible(bool(marks))

    def _row(self, kind: MarkKind, why: str) -> QWidget:
        row = QWidget()
        row.setAccessibleName(f"{MARK_WORDS[kind]}: {why}")
        lines = QVBoxLayout(row)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(4)
        lines.addWidget(MarkBadge(self._look, kind), 0, Qt.AlignmentFlag.AlignLeft)
        lines.addWidget(Words(why, token="meta", tone="2", wrap=True))
        return row
