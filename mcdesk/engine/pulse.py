"""Notices that time jumped: the PC slept, the process stood still, or somebody set the clock.

Must not: decide what follows.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from mcdesk.engine.clock import Clock

#: Beats in the shortest gap.
BEATS = 4


class Pulse:
    """Used on the engine's loop only. `missed` is told how many seconds are missing, if more than `gap` are;
    `set_back` how far back the office's time went. Ticks stop in sleep, so the wall clock counts as well."""

    def __init__(
        self,
        clock: Clock,
        missed: Callable[[float], None],
        set_back: Callable[[timedelta], None],
        *,
        gap: float,
    ) -> None:
        self._gap = gap
        self._clock = clock
        self._missed = missed
        self._set_back = set_back
        self._at = clock.wall()
        self._ticks = clock.ticks()
        self._now = clock.now()

    def check(self) -> None:
        """Look at both clocks now: whoever acts on what was known before a gap asks first."""
        wall, ticks = self._clock.wall(), self._clock.ticks()
        gap = max((wall - self._at).total_seconds(), ticks - self._ticks)
        now = self._clock.now()
        back = self._now - now
        self._at, self._ticks, self._now = wall, ticks, now
        if back > timedelta(seconds=self._gap):
            self._set_back(back)
        if gap > self._gap:
            self._missed(gap)

    async def run(self) -> None:
        while True:
            self.check()
            await asyncio.sleep(self._gap / BEATS)
