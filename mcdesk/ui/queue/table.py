"""The list itself: keeps selection and scroll where they are while rows come and go, ticks the timers.

Must not: know what a verb is.
"""

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView

from mcdesk.domain.queue import QueueRow
from mcdesk.ui.queue.delegate import QueueDelegate
from mcdesk.ui.queue.entries import Head
from mcdesk.ui.queue.model import QueueModel
from mcdesk.ui.queue.timers import Weight
from mcdesk.ui.theme.tokens import SECTION_HEAD

KEYBOARD = frozenset(
    {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason}
)


class QueueTable(QTableView):
    """One column, no grid; heads are short rows between the others."""

    #: Another lead was picked by a person.
    lead_chosen = Signal(int)
    #: Enter: go to the conversation.
    lead_opened = Signal(int)
    #: So many rows came in above what is visible.
    arrived_above = Signal(int)

    def __init__(self, model: QueueModel, delegate: QueueDelegate) -> None:
        super().__init__()
        self._model = model
        self._delegate = delegate
        self._chosen: int | None = None
        self._states: dict[int, Weight] = {}
        #: The selection moves by itself now (rows go, focus comes); nobody chose anything.
        self._by_itself = False
        self.setObjectName("queueTable")
        self.setAccessibleName("Queue")
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(SECTION_HEAD)
        self.verticalHeader().setDefaultSectionSize(delegate.row_height())
        self.verticalScrollBar().setSingleStep(24)

    @property
    def chosen(self) -> int | None:
        """The lead whose row is selected, even while it is out of this view."""
        return self._chosen

    def set_compact(self, compact: bool) -> None:
        if self._delegate.compact == compact:
            return
        self._delegate.compact = compact
        self.verticalHeader().setDefaultSectionSize(self._delegate.row_height())
        for row in range(self._model.rowCount()):
            self.setRowHeight(row, self._height(row))

    def choose(self, lead: int) -> None:
        """Select a lead's row if it is here; says so only when it is another one than before."""
        at = self._model.position(lead)
        if at.isValid():
            self.selectionModel().setCurrentIndex(at, self.selectionModel().SelectionFlag.ClearAndSelect)
            self.scrollTo(at)
        if lead != self._chosen:
            self._chosen = lead
            self.lead_chosen.emit(lead)

    def step(self, by: int) -> None:
        """Select the next (+1) or previous (-1) lead, over heads."""
        chosen = self._model.position(self._chosen) if self._chosen is not None else QModelIndex()
        at = (chosen.row() if chosen.isValid() else -1 if by > 0 else self._model.rowCount()) + by
        while 0 <= at < self._model.rowCount():
            lead = self._model.lead(self._model.index(at, 0))
            if lead is not None:
                self.choose(lead)
                return
            at += by

    def apply(self, change: Callable[[], None]) -> None:
        """Run a change of the model, then put the anchored row back under the same pixel."""
        anchor, offset = self._anchor()
        before = self._leads_above(anchor)
        self._by_itself = True
        change()
        self._fit_heights()
        self._keep_chosen()
        self._by_itself = False
        if anchor is None:
            return
        # the scroll range follows the rows only with the next layout otherwise
        self.updateGeometries()
        at = self._model.position(anchor)
        if not at.isValid():
            return
        self.verticalScrollBar().setValue(self.rowViewportPosition(at.row()) + self._scrolled() - offset)
        came = self._leads_above(anchor) - before
        hidden = self.rowAt(0) > 0 and self.verticalScrollBar().value() > 0
        if came and hidden:
            self.arrived_above.emit(len(came))

    def tick(self) -> None:
        """Draw the running timers of visible rows again; regroup only when a timer's state changed."""
        moved = False
        for row in range(max(0, self.rowAt(0)), self._model.rowCount()):
            area = self.visualRect(self._model.index(row, 0))
            if area.top() > self.viewport().height():
                break
            entry = self._model.entries[row]
            if not isinstance(entry, QueueRow):
                continue
            weight = self._delegate.timer_of(entry).weight
            moved = moved or self._states.get(entry.lead, weight) is not weight
            self._states[entry.lead] = weight
            if weight in (Weight.RING, Weight.TINTED, Weight.SOLID) or entry.next.due is not None:
                self.viewport().update(self._delegate.timer_area(area))
        if moved:
            self.apply(self._model.settle)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:  # type: ignore[override]
        super().currentChanged(current, previous)
        lead = self._model.lead(current)
        if lead is not None and lead != self._chosen and not self._by_itself:
            self._chosen = lead
            self.lead_chosen.emit(lead)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._chosen is not None:
            self.lead_opened.emit(self._chosen)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.step(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._delegate.ringed = event.reason() in KEYBOARD
        self._by_itself = True
        super().focusInEvent(event)
        self._by_itself = False

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._delegate.ringed = False
        super().focusOutEvent(event)

    def _keep_chosen(self) -> None:
        """The chosen lead stays selected; when its row has gone, no neighbour takes its place."""
        at = self._model.position(self._chosen) if self._chosen is not None else QModelIndex()
        selection = self.selectionModel()
        if not at.isValid():
            selection.clear()
        elif selection.currentIndex() != at or not selection.isSelected(at):
            selection.setCurrentIndex(at, selection.SelectionFlag.ClearAndSelect)

    def _scrolled(self) -> int:
        return self.verticalScrollBar().value()

    def _height(self, row: int) -> int:
        return SECTION_HEAD if isinstance(self._model.entries[row], Head) else self._delegate.row_height()

    def _fit_heights(self) -> None:
        for row in range(self._model.rowCount()):
            if self.rowHeight(row) != self._height(row):
                self.setRowHeight(row, self._height(row))

    def _anchor(self) -> tuple[int | None, int]:
        """The selected row while it is visible, else the top one; and how far down it stands."""
        selected = self.currentIndex()
        if selected.isValid() and self.viewport().rect().intersects(self.visualRect(selected)):
            return self._model.lead(selected), self.rowViewportPosition(selected.row())
        for row in range(max(0, self.rowAt(0)), self._model.rowCount()):
            lead = self._model.lead(self._model.index(row, 0))
            if lead is not None:
                return (lead, self.rowViewportPosition(row)) if self._scrolled() else (None, 0)
        return None, 0

    def _leads_above(self, anchor: int | None) -> set[int]:
        above: set[int] = set()
        for entry in self._model.entries if anchor is not None else ():
            if isinstance(entry, QueueRow):
                if entry.lead == anchor:
                    break
                above.add(entry.lead)
        return above
