"""What time it is. Everything that waits or dates asks the clock, so that rehearsals and tests can move it.

Must not: keep timers; what must happen later is a row with a `due`.
"""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Wall time, or `speed` times as fast from now on (for rehearsals on loopback)."""

    def __init__(self, *, speed: float = 1.0) -> None:
        self.speed = speed
        self._began = datetime.now(UTC)

    def now(self) -> datetime:
        return self.felt(self.wall())

    @staticmethod
    def wall() -> datetime:
        """Real time, for what is asked of providers: they live in it."""
        return datetime.now(UTC)

    def felt(self, real: datetime) -> datetime:
        """The time here at a real instant, such as one a provider wrote."""
        if self.speed == 1.0 or real <= self._began:
            return real
        return self._began + (real - self._began) * self.speed

    def at_providers(self, felt: datetime) -> datetime:
        """The real instant of a time here: what providers know it as."""
        if self.speed == 1.0 or felt <= self._began:
            return felt
        return self._began + (felt - self._began) / self.speed

    def real(self, seconds: float) -> timedelta:
        """A length of `seconds` of real time, for what depends on machines: leases, back-off."""
        return timedelta(seconds=seconds * self.speed)

    async def wait(self, length: timedelta) -> None:
        """Let `length` pass here."""
        await asyncio.sleep(max(0.0, length.total_seconds()) / self.speed)

    @staticmethod
    def ticks() -> float:
        """Seconds that never jump, for measuring how long something took."""
        return time.monotonic()
