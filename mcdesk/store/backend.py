"""What a kind of database does its own way: connections, the beginning and the end of a write transaction.

Must not: know tables, or which kinds there are.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Connection, Engine

from mcdesk.store.trouble import StoreTrouble


class OutcomeUnknown(StoreTrouble):
    """The connection ended while a commit was on its way, and nobody could say what became of it.

    It may be kept: whoever asked for the change looks before repeating it.
    """


class Backend(Protocol):
    """One database, of one kind. Its engines are in autocommit: transactions are begun and ended here."""

    #: For the single writer thread.
    writing: Engine
    #: For questions; nothing can be written over it.
    reading: Engine
    #: Whether engines of several PCs work on it side by side.
    is_shared: bool
    #: How long (seconds) a lost connection is made again before people are told.
    patience: float

    def begin(self, connection: Connection) -> timedelta:
        """Begin a transaction in which nobody else writes; how far the office's clock is ahead of ours."""
        ...

    def commit(self, connection: Connection, *, news: str | None) -> None:
        """Keep it, and give other engines the hint that `news` wrote some. Raises OutcomeUnknown."""
        ...

    def is_lost(self, error: Exception) -> bool:
        """Whether the connection is gone, so that nothing of its transaction was kept and another may do."""
        ...

    def listen(self, hint: Callable[[], None], *, but: str) -> None:
        """Call `hint` from a thread whenever another engine than `but` wrote, where that can be known."""
        ...

    def shed(self) -> bool:
        """Let go of what changes have overwritten; False where somebody is in the way just now."""
        ...

    def close(self) -> None: ...
