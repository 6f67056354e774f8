"""The timeline as a Qt model; earlier pages come in above without moving what is on screen.

Must not: read the desk.
"""

from collections.abc import Sequence
from datetime import tzinfo
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from mcdesk.domain.queue import Item
from mcdesk.ui.conversation.entries import Entry, Said, arrange, body, key, spoken
from mcdesk.ui.widgets.keyed_model import rearrange

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    """What the delegate asks for."""

    ENTRY = Qt.ItemDataRole.UserRole + 1


class TimelineModel(QAbstractListModel):
    """Days and items, oldest first."""

    def __init__(self, zone: tzinfo) -> None:
        super().__init__()
        self._zone = zone
        self._entries: list[Entry] = []
        self._items: tuple[Item, ...] = ()
        self.caller = "The caller"

    @property
    def items(self) -> tuple[Item, ...]:
        return self._items

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries)

    def show(self, items: Sequence[Item], caller: str) -> None:
        """Make these the items, step by step."""
        self.caller = caller
        self._items = tuple(items)
        rearrange(self, self._entries, arrange(items, zone=self._zone), key=key)

    def merge(self, newest: Sequence[Item], caller: str) -> None:
        """The newest page was read again: earlier pages that are open stay."""
        known = {item.id for item in newest}
        first = newest[0].at if newest else None
        earlier = [
            item for item in self._items if item.id not in known and (first is None or item.at < first)
        ]
        self.show((*earlier, *newest), caller)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self._entries[index.row()]
        if role == Role.ENTRY:
            return entry
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return spoken(entry, zone=self._zone, caller=self.caller)
        if role == Qt.ItemDataRole.EditRole and isinstance(entry, Said):
            return body(entry.item)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self._entries[index.row()], Said):
            return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return Qt.ItemFlag.NoItemFlags
