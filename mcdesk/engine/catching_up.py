"""Whose logs must be read before anything is sent over them: after a start, a sleep or an outage.

Must not: read logs (`inbound/poller` does).
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable


class CatchingUp:
    """Which connections are behind, and why. Used on the engine's loop only."""

    def __init__(self, caught_up: Callable[[], None], *, look: Callable[[], None] = lambda: None) -> None:
        self._behind: dict[str, str] = {}
        #: How often each fell behind.
        self._times: Counter[str] = Counter()
        self._began = 0.0
        self._over = asyncio.Event()
        self._over.set()
        self._caught_up = caught_up
        #: Notices a gap in time, and has `begin` called then.
        self._look = look

    def begin(self, names: Iterable[str], why: str) -> None:
        """What these connections reported meanwhile is unknown. The first reason stays."""
        for name in names:
            if not self._behind:
                self._began = time.monotonic()
            self._behind.setdefault(name, why)
            self._times[name] += 1
            self._over.clear()

    def times(self, name: str) -> int:
        """How often it fell behind so far: the same after a read as before means that the read counts."""
        self._look()
        return self._times[name]

    def end(self, name: str) -> None:
        """Its logs were read to the end since it last fell behind, or nobody can read them."""
        if self._behind.pop(name, None) is None:
            return
        if not self._behind:
            self._over.set()
        self._caught_up()

    def forget(self) -> None:
        """Other connections from here on."""
        self._behind.clear()
        self._over.set()

    def why(self, name: str) -> str | None:
        """Why the connection is behind; None where it is not."""
        return self._behind.get(name)

    async def over(self, seconds: float) -> None:
        """Until none is behind, but no longer than `seconds` after the first fell behind."""
        left = self._began + seconds - time.monotonic()
        if left <= 0 or self._over.is_set():
            return
        try:
            async with asyncio.timeout(left):
                await self._over.wait()
        except TimeoutError:
            return
