"""The timeline on screen: stays at its end while it is there, keeps its place otherwise.

Must not: read the desk.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from mcdesk.domain.queue import Item
from mcdesk.ui.conversation.delegate import TimelineDelegate
from mcdesk.ui.conversation.model import TimelineModel

#: How near the end counts as at the end.
NEAR = 24


class Timeline(QListView):
    """Short conversations stand at the bottom, next to the reply box."""

    #: Scrolled to the top: earlier items are wanted.
    earlier_wanted = Signal()

    def __init__(self, model: TimelineModel, delegate: TimelineDelegate) -> None:
        super().__init__()
        self._model = model
        self._delegate = delegate
        self._changing = False
        self.setObjectName("timeline")
        self.setAccessibleName("Conversation")
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.verticalScrollBar().setSingleStep(24)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def show_items(self, items: Sequence[Item], caller: str, *, fresh: bool) -> None:
        """`fresh`: another lead. Otherwise the newest page of the same one, read again."""
        at_end = fresh or self._from_end() <= NEAR
        self._delegate.caller = caller
        self._change(lambda: (self._model.show if fresh else self._model.merge)(items, caller))
        if fresh:
            self.clearSelection()
        if at_end:
            self._to_end()

    def show_earlier(self, items: Sequence[Item]) -> None:
        """An older page comes in above; what is on screen stays where it is."""
        below = self._from_end()
        self._change(lambda: self._model.show((*items, *self._model.items), self._model.caller))
        self.verticalScrollBar().setValue(self.verticalScrollBar().maximum() - below)

    def _change(self, change: Callable[[], None]) -> None:
        self._changing = True
        change()
        self._settle()
        self._changing = False

    def _settle(self) -> None:
        """Fill the room above a short conversation.

        Must not look at the viewport: its width follows the scroll bar, the bar follows the content, and
        about where both just fit, one would chase the other until the stack ends.
        """
        self._delegate.width = self.width() - self.verticalScrollBar().sizeHint().width()
        content = sum(
            self._delegate.height(self._model.index(row, 0)) for row in range(self._model.rowCount())
        )
        self.setViewportMargins(0, max(0, self.height() - content - 12), 0, 12)
        self.doItemsLayout()

    def _from_end(self) -> int:
        bar = self.verticalScrollBar()
        return bar.maximum() - bar.value()

    def _to_end(self) -> None:
        self.scrollToBottom()
        # the scroll range is settled only after the layout has been seen by the bar
        QTimer.singleShot(0, self, self.scrollToBottom)

    def _scrolled(self, value: int) -> None:
        if value == 0 and not self._changing and self.verticalScrollBar().maximum() > 0:
            self.earlier_wanted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        at_end = self._from_end() <= NEAR
        super().resizeEvent(event)
        if event.oldSize() != event.size() or event.oldSize() == QSize(-1, -1):
            self._settle()
        if at_end:
            self._to_end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy) and self.currentIndex().isValid():
            QGuiApplication.clipboard().setText(str(self.currentIndex().data(Qt.ItemDataRole.EditRole) or ""))
            return
        super().keyPressEvent(event)
