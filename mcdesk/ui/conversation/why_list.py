"""Why somebody was texted or not: what the gate answered, newest first, and what it rested on.

Must not: judge or explain anew; the sentences come from what was kept.
"""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from mcdesk.domain import spoken
from mcdesk.domain.queue import Conversation, ItemKind
from mcdesk.domain.reasons import Reason, Written, reasons
from mcdesk.ui.conversation.entries import event_icon
from mcdesk.ui.theme.look import Look
from mcdesk.ui.widgets.labels import Words, divider
from mcdesk.ui.widgets.pictures import Icon
from mcdesk.ui.widgets.popup import Popup

WIDTH = 440
#: Left free above and below it in the window.
MARGIN = 12
#: The list is never higher, and has at least so much where the window is very low.
MOST, LEAST = 520, 120
#: As high as the first line of the words between them, so are the icon and the time.
LINE = 20
#: Decisions shown; a text may have been looked at again and again.
SHOWN = 50

ICONS = {"send": ("circle-check", "good"), "hold": ("hourglass", "soon_text"), "no": ("ban", "late_text")}


class WhyRow(QFrame):
    """What was decided and when, the sentence that says why, and the facts below."""

    def __init__(self, look: Look, *, icon: tuple[str, str], told: str, at: str) -> None:
        super().__init__()
        self.told = told
        self._lines = QVBoxLayout()
        self._lines.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Words(told, weight=500, wrap=True), 1)
        time = Words(at, token="meta", tone="3", tabular=True)
        time.setFixedHeight(LINE)
        head.addWidget(time, 0, Qt.AlignmentFlag.AlignTop)
        self._lines.addLayout(head)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        picture = Icon(look, icon[0], role=icon[1])
        picture.setFixedHeight(LINE)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._lines, 1)
        self.setAccessibleName(f"{at}: {told}")

    def add(self, sentences: Sequence[str], *, token: str = "body", tone: str = "1") -> None:
        for each in sentences:
            line = Words(each, token=token, tone=tone, wrap=True)
            line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._lines.addWidget(line)
        self.setAccessibleName(" ".join((self.accessibleName(), *sentences)))


class WhyList(Popup):
    """Made anew each time it is opened; the arrow keys scroll, Esc closes."""

    def __init__(self, look: Look, parent: QWidget, *, zone: tzinfo) -> None:
        super().__init__(look, parent, name="Why they were texted, or not", width=WIDTH)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.rows: list[WhyRow] = []
        self._zone = zone
        self.now = Words("", token="meta", tone="2", wrap=True)
        self.note = Words("", token="meta", tone="3", wrap=True)
        self.note.setContentsMargins(12, 8, 12, 8)
        self._inside = QWidget()
        self._list = QVBoxLayout(self._inside)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self.area = QScrollArea()
        self.area.setAccessibleName("Decisions, newest first")
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.setWidget(self._inside)
        head = QVBoxLayout()
        head.setContentsMargins(12, 10, 12, 8)
        head.setSpacing(2)
        head.addWidget(Words("Why they were texted, or not", weight=600))
        head.addWidget(self.now)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 5)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(divider())
        column.addWidget(self.area)

    def show_evidence(
        self, conversation: Conversation, decisions: Sequence[Written], consents: Sequence[Written]
    ) -> None:
        card = conversation.card
        self.now.setText(f"Now: {card.locked or card.think_first or card.may_text}")
        found = list(reasons(decisions, consents, self._zone))[::-1]
        if not found:
            self._list.addWidget(self.note)
            self._add_happenings(conversation)
        for each in found[:SHOWN]:
            self._add_reason(each)
        if len(found) > SHOWN:
            self.note.setText(f"{len(found) - SHOWN} older ones: mcdesk show {conversation.row.lead}")
            self._list.addWidget(self.note)
        self._list.addStretch(1)

    def open_beside(self, button: QWidget) -> None:
        """Under the button, as high as its words and moved up where the window ends."""
        window = button.window()
        needed = self._list.heightForWidth(WIDTH - 2 - self.area.verticalScrollBar().sizeHint().width())
        room = window.height() - 2 * MARGIN - self._head_height()
        self.area.setFixedHeight(min(needed, MOST, max(LEAST, room)))
        self.adjustSize()
        corner = button.mapToGlobal(QPoint(button.width() - self.width(), button.height() + 8))
        lowest = window.mapToGlobal(QPoint(0, window.height() - MARGIN)).y() - self.height()
        self.move(corner.x(), min(corner.y(), lowest))
        self.show()
        self.area.setFocus()

    def _head_height(self) -> int:
        return self.sizeHint().height() - self.area.sizeHint().height()

    def _add_reason(self, reason: Reason) -> None:
        icon = ICONS.get(reason.answer, ("circle-help", "text_2"))
        row = WhyRow(
            self._look, icon=icon, told=f"{reason.about}: {reason.answered}", at=self._when(reason.at)
        )
        row.add([reason.why] if reason.why else [])
        row.add([f"({reason.again})"] if reason.again else [], token="meta", tone="2")
        row.add(reason.facts, token="meta", tone="2")
        self._put(row)

    def _add_happenings(self, conversation: Conversation) -> None:
        """No text was ever asked about: what mcdesk did instead."""
        done = [item for item in conversation.items if item.kind is ItemKind.EVENT and item.author is None]
        lead_in = " What happened by itself:" if done else ""
        self.note.setText(f"No text to them has been judged yet.{lead_in}")
        for item in reversed(done):
            icon = (event_icon(item), "text_2")
            self._put(WhyRow(self._look, icon=icon, told=item.text, at=self._when(item.at)))

    def _put(self, row: WhyRow) -> None:
        if self._list.count():
            self._list.addWidget(divider())
        self.rows.append(row)
        self._list.addWidget(row)

    def _when(self, at: datetime) -> str:
        return spoken.day_clock(at, self._zone)
