"""Notices of what changed, published after commit; the window re-reads just those.

Must not: carry the data itself, or anything that must happen (that is a row).
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids that changed. An empty `leads` with `everything` means: read all again."""

    leads: frozenset[int] = frozenset()
    alerts: frozenset[int] = frozenset()
    #: Connections whose health changed.
    connections: frozenset[str] = frozenset()
    office: bool = False
    everything: bool = False

    def __or__(self, other: "Changes") -> "Changes":
        return Changes(
            leads=self.leads | other.leads,
            alerts=self.alerts | other.alerts,
            connections=self.connections | other.connections,
            office=self.office or other.office,
            everything=self.everything or other.everything,
        )

    def __bool__(self) -> bool:
        return bool(self.leads or self.alerts or self.connections or self.office or self.everything)


Listener = Callable[[Changes], None]


@dataclass
class Feed:
    """Who wants to know. Listeners are called on the thread that published and must return at once."""

    _listeners: list[Listener] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Start listening; call the answer to stop."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                self._listeners.remove(listener)

        return stop

    def publish(self, changes: Changes) -> None:
        if not changes:
            return
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(changes)
