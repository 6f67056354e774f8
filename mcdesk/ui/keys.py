"""The keyboard: single keys while nobody types, Ctrl+digit for views.

Must not: do anything itself; each key calls what it was given.
"""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from mcdesk.domain.queue import View
from mcdesk.ui.queue.views import FACES


def is_typing() -> bool:
    """Whether the keyboard is in a field."""
    focused = QApplication.focusWidget()
    return isinstance(focused, QLineEdit | QPlainTextEdit) and focused.isEnabled()


def bind_keys(window: QWidget, keys: Mapping[str, Callable[[], None]]) -> list[QShortcut]:
    """Single keys; dead while somebody types."""
    return [_bind(window, key, partial(_unless_typing, act)) for key, act in keys.items()]


def bind_always(window: QWidget, key: str, act: Callable[[], None]) -> QShortcut:
    """A key that works while somebody types, too."""
    return _bind(window, key, act)


def bind_views(window: QWidget, choose: Callable[[View], None]) -> list[QShortcut]:
    """Ctrl+1 … Ctrl+9."""
    return [
        _bind(window, f"Ctrl+{position}", partial(choose, view))
        for position, view in enumerate(FACES, start=1)
    ]


def _unless_typing(act: Callable[[], None]) -> None:
    if not is_typing():
        act()


def _bind(window: QWidget, key: str, act: Callable[[], None]) -> QShortcut:
    shortcut = QShortcut(QKeySequence(key), window)
    shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
    shortcut.setAutoRepeat(key in ("J", "K"))
    shortcut.activated.connect(act)
    return shortcut
