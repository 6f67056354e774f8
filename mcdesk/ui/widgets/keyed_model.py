"""Carries the steps of `keyed_rows` out on a Qt model, with the notices views need for each.

Must not: know what an entry is.
"""

from collections.abc import Callable, Hashable
from typing import TypeVar

from PySide6.QtCore import QAbstractItemModel, QModelIndex

from mcdesk.ui.widgets.keyed_rows import Insert, Move, Remove, steps

E = TypeVar("E")


def rearrange(
    model: QAbstractItemModel, entries: list[E], wanted: list[E], *, key: Callable[[E], Hashable]
) -> None:
    """Turn `entries` (the model's own list) into `wanted`, one notice per change; never a reset."""
    top = QModelIndex()
    for step in steps([key(entry) for entry in entries], [key(entry) for entry in wanted]):
        match step:
            case Remove(index):
                model.beginRemoveRows(top, index, index)
                del entries[index]
                model.endRemoveRows()
            case Insert(index, source):
                model.beginInsertRows(top, index, index)
                entries.insert(index, wanted[source])
                model.endInsertRows()
            case Move(index, to):
                model.beginMoveRows(top, index, index, top, to + 1 if to > index else to)
                entries.insert(to, entries.pop(index))
                model.endMoveRows()
    for position, entry in enumerate(wanted):
        if entries[position] != entry:
            entries[position] = entry
            at = model.index(position, 0)
            model.dataChanged.emit(at, at)
