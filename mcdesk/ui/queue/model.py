"""The queue as a Qt model: changed row by row, so that selection and scroll never jump.

Must not: read the desk or draw.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from mcdesk.domain.queue import QueueRow, View
from mcdesk.ui.queue.entries import SECTION_WORDS, Entry, Head, arrange, key
from mcdesk.ui.queue.sentences import spoken
from mcdesk.ui.widgets.keyed_model import rearrange

PAGE = 300
Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the delegate asks for."""

    ENTRY = Qt.ItemDataRole.UserRole + 1


class QueueModel(QAbstractTableModel):
    """One column; section heads are rows that cannot be selected."""

    #: More rows exist past the last one and somebody scrolled there: the offset to read from.
    more_wanted = Signal(int)

    def __init__(self, now: Callable[[], datetime], *, zone: tzinfo, person: str) -> None:
        super().__init__()
        self._now = now
        self._zone = zone
        self._person = person
        self._entries: list[Entry] = []
        self._rows: tuple[QueueRow, ...] = ()
        self._view = View.OPEN
        self._has_more = False

    @property
    def rows(self) -> tuple[QueueRow, ...]:
        """What the desk last said, in its order."""
        return self._rows

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries)

    def show(self, rows: Sequence[QueueRow], view: View, *, has_more: bool) -> None:
        """Make these the rows, by single steps from the ones there are."""
        self._rows = tuple(rows)
        self._view = view
        self._has_more = has_more
        self.settle()

    def extend(self, rows: Sequence[QueueRow], *, has_more: bool) -> None:
        """Add a further page; a row that moved between two pages is kept once."""
        known = {row.lead for row in self._rows}
        fresh = tuple(row for row in rows if row.lead not in known)
        self.show((*self._rows, *fresh), self._view, has_more=has_more)

    def settle(self) -> None:
        """Put every row in the section it belongs to by now."""
        wanted = arrange(self._rows, self._view, now=self._now())
        rearrange(self, self._entries, wanted, key=key)

    def entry(self, index: Index) -> Entry | None:
        return self._entries[index.row()] if index.isValid() else None

    def lead(self, index: Index) -> int | None:
        entry = self.entry(index)
        return entry.lead if isinstance(entry, QueueRow) else None

    def position(self, lead: int) -> QModelIndex:
        """Where a lead stands; an invalid index when it is not here."""
        for position, entry in enumerate(self._entries):
            if isinstance(entry, QueueRow) and entry.lead == lead:
                return self.index(position, 0)
        return QModelIndex()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        if isinstance(self.entry(index), QueueRow):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entry(index)
        if entry is None:
            return None
        if role == Role.ENTRY:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if isinstance(entry, Head):
                return f"{SECTION_WORDS[entry.section]}, {entry.count}"
            return spoken(entry, self._now(), zone=self._zone, person=self._person)
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Nothing: a screen reader would read row numbers before every name."""
        return None

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._has_more

    def fetchMore(self, parent: Index) -> None:
        if not parent.isValid() and self._has_more:
            self._has_more = False
            self.more_wanted.emit(len(self._rows))
