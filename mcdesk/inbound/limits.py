"""How much may arrive: sizes, times, and how many requests at once and per second.

Must not: know what arrives.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the receiver takes before it says no."""

    #: Bytes of a request's body, and of its headers.
    body: int = 64 * 1024
    headers: int = 16 * 1024
    #: Seconds until a request must have arrived whole.
    seconds: float = 10.0
    #: Requests being taken in at the same time, all connections together.
    at_once: int = 3000
    #: Requests per second of one connection, and how many may come at once before that counts.
    rate: float = 200.0
    burst: float = 2500.0


class Allowance:
    """Who may come in now: for each connection a bucket that fills at `rate` to `burst`; a count of all."""

    def __init__(self, limits: Limits, ticks: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._ticks = ticks
        #: Connection → what was left, and when.
        self._left: dict[str, tuple[float, float]] = {}
        self._inside = 0

    def enter(self, connection: str) -> bool:
        """Whether one more may come in; who did must `leave`. Only for connections that exist."""
        now = self._ticks()
        left, at = self._left.get(connection, (self._limits.burst, now))
        left = min(self._limits.burst, left + (now - at) * self._limits.rate)
        may = left >= 1 and self._inside < self._limits.at_once
        self._left[connection] = (left - 1 if may else left, now)
        self._inside += may
        return may

    def leave(self) -> None:
        self._inside -= 1
