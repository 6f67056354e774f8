"""How much may arrive: sizes, times, and how many requests at once and per second.

Must not: know what arrives.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the receiver takes before it says no.

    There is no limit per sender's address: a provider sends from many, and behind a tunnel all are one.
    """

    #: Bytes of a request's body; of its first line and headers together; and how many headers.
    body: int = 64 * 1024
    headers: int = 16 * 1024
    header_lines: int = 100
    #: Bytes thrown away of a request that was refused before it was whole; one that sends more is cut off.
    unwanted: int = 256 * 1024
    #: Chunks of a body: each costs as much as hundreds of bytes do, and a sender fills them.
    chunks: int = 1000
    #: Bytes in memory of heads that are not whole yet and of what is sent ahead, all connections together.
    unread: int = 8 * 1024 * 1024
    #: Seconds until a request must have arrived whole, and until the next one must begin.
    seconds: float = 10.0
    idle: float = 5.0
    #: Open connections, speaking or not; fewer where the system gives fewer handles.
    open: int = 6000
    #: Requests being stored at the same time, and bytes of bodies in memory, all connections together. What
    #: waits for the disk is bounded by this: 3,000 are stored in the ten seconds a provider surely waits.
    at_once: int = 3000
    bytes_at_once: int = 32 * 1024 * 1024
    #: Genuine requests per second of one connection, and how many may come at once before that counts: more
    #: than is stored per second, so that nothing is refused that could be taken; 28,000 in a first minute.
    rate: float = 400.0
    burst: float = 4000.0


class Entry(Enum):
    """Whether one more may come in."""

    WELCOME = "welcome"
    #: This connection has sent too much.
    TOO_MANY = "too many"
    #: All of them together have.
    FULL = "full"


class Allowance:
    """Who may come in now: for each connection a bucket that fills at `rate` to `burst`; a count of all."""

    def __init__(self, limits: Limits, ticks: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._ticks = ticks
        #: Connection → what was left, and when.
        self._left: dict[str, tuple[float, float]] = {}
        self._inside = 0
        self._bytes = 0

    @property
    def is_full(self) -> bool:
        return self._inside >= self._limits.at_once

    def enter(self, connection: str) -> Entry:
        """Whether one more may come in; who did must `leave`. Only for connections that exist."""
        if self.is_full:
            return Entry.FULL
        now = self._ticks()
        left, at = self._left.get(connection, (self._limits.burst, now))
        left = min(self._limits.burst, left + (now - at) * self._limits.rate)
        may = left >= 1
        self._left[connection] = (left - 1 if may else left, now)
        self._inside += may
        return Entry.WELCOME if may else Entry.TOO_MANY

    def leave(self) -> None:
        self._inside -= 1

    def give_back(self, connection: str) -> None:
        """It was forged: strangers do not use up what the provider may send."""
        left, at = self._left[connection]
        self._left[connection] = (left + 1, at)

    def hold(self, size: int) -> bool:
        """Whether so many more bytes may be kept in memory; they must be let go of."""
        if self._bytes + size > self._limits.bytes_at_once:
            return False
        self._bytes += size
        return True

    def let_go(self, size: int) -> None:
        self._bytes -= size
