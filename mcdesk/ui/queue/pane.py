"""The queue pane: its header, the strip that says rows came in above, the list.

Must not: read the desk; `watch` hands rows in.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout

from mcdesk.domain.queue import QueueRow, View
from mcdesk.ui.health.blind_strip import BlindStrip
from mcdesk.ui.queue.delegate import QueueDelegate, Setting
from mcdesk.ui.queue.model import QueueModel
from mcdesk.ui.queue.table import QueueTable
from mcdesk.ui.queue.views import FACES
from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import PANE_HEADER
from mcdesk.ui.widgets.buttons import ActionButton
from mcdesk.ui.widgets.labels import Words

EMPTY_WORDS: dict[View, str] = {
    View.NEEDS_REPLY: "Nobody is waiting for a reply.",
    View.CALL_NOW: "Nobody has to be called now.",
    View.WAITING: "Nobody is in the middle of a follow-up.",
    View.HELD: "No text is held for quiet hours.",
    View.BOOKED: "Nothing booked yet. Close a lead as Booked and it is listed here.",
    View.CLOSED: "No closed leads yet.",
    View.MINE: "Nothing is yours. Press C on a row to claim it.",
    View.UNCLAIMED: "Everything that needs a person has one.",
    View.OPEN: "Nobody is waiting.",
}


class QueuePane(QFrame):
    """Shows one view of the queue."""

    def __init__(self, look: Look, setting: Setting) -> None:
        super().__init__()
        self.setObjectName("queuePane")
        self.model = QueueModel(setting.now, zone=setting.zone, person=setting.person)
        self.table = QueueTable(self.model, QueueDelegate(look, setting))
        self.blind = BlindStrip(look, setting.zone)
        self.view = View.OPEN
        self._above = 0
        self._title = Words(FACES[View.OPEN].title, token="title")
        self._count = Words("", token="body", tone="3", tabular=True)
        self.strip = ActionButton(look, "", icon="chevron-up", kind="outline", height=28)
        self.strip.setObjectName("newAbove")
        # over the list and not in the layout: showing it must not push the rows it speaks of
        self.strip.setParent(self)
        self.strip.hide()
        self.strip.clicked.connect(self._to_top)
        self._nothing = Words("", token="body", tone="3", wrap=True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._nothing.setContentsMargins(32, 64, 32, 16)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._nothing)
        self._lay_out()
        self.table.arrived_above.connect(self._came_above)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        look.changed.connect(self.table.viewport().update)

    def show_view(self, view: View) -> None:
        """Another view begins: from its top, with what is chosen kept."""
        self.view = view
        self._title.setText(FACES[view].title)
        self.table.scrollToTop()

    def show_rows(self, rows: Sequence[QueueRow], *, has_more: bool, total: int) -> None:
        self.table.apply(lambda: self.model.show(rows, self.view, has_more=has_more))
        self._settle(total)

    def add_rows(self, rows: Sequence[QueueRow], *, has_more: bool) -> None:
        self.table.apply(lambda: self.model.extend(rows, has_more=has_more))

    def _settle(self, total: int) -> None:
        self._count.setText(f"{total:,}")
        self._nothing.setText(EMPTY_WORDS[self.view])
        self._stack.setCurrentIndex(0 if self.model.rows else 1)

    def _lay_out(self) -> None:
        header = QFrame()
        header.setObjectName("paneHeader")
        header.setFixedHeight(PANE_HEADER)
        row = QHBoxLayout(header)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self._title)
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(Words("Due first", token="meta", tone="3"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(header)
        column.addWidget(self.blind)
        column.addWidget(self._stack, 1)

    def _came_above(self, count: int) -> None:
        self._above += count
        self.strip.set_words(f"{self._above} new above")
        self._place_strip()
        self.strip.show()
        self.strip.raise_()

    def _place_strip(self) -> None:
        width = self.strip.sizeHint().width() + 16
        self.strip.setGeometry((self.width() - width) // 2, PANE_HEADER + 8, width, 28)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_strip()

    def _scrolled(self, value: int) -> None:
        if value == 0 and self._above:
            self._above = 0
            self.strip.hide()

    def _to_top(self) -> None:
        self.table.scrollToTop()
