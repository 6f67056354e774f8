"""A clock a test can move: hours pass in a moment, while the pretend companies stay in real time.

Must not: know what waits for it; an office that sleeps is woken by `Office.jump`.
"""

from datetime import UTC, datetime, timedelta

from mcdesk.engine.clock import Clock

#: The day a pretend office has its story: a Wednesday, 11:00 in Los Angeles, 14:00 in New York.
WEDNESDAY = datetime(2026, 11, 18, 19, 0, tzinfo=UTC)


class MovableClock(Clock):
    """Real time shifted to begin at `start`, and further at each jump. `start` None: no shift."""

    def __init__(self, *, start: datetime | None = None) -> None:
        super().__init__()
        shift = start - datetime.now(UTC) if start else timedelta(0)
        #: From which real instant on how much is added.
        self._jumps = [(datetime.min.replace(tzinfo=UTC), shift)]
        self._slept = 0.0
        #: How far this PC's clock is ahead of everybody else's.
        self.wrong = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.wrong

    def jump(self, length: timedelta) -> None:
        """Let `length` pass at once."""
        self._jumps.append((datetime.now(UTC), length))

    def stall(self, seconds: float) -> None:
        """This process stood still for so long, as while the PC sleeps: others went on."""
        self._slept += seconds

    def ticks(self) -> float:  # type: ignore[override]
        return Clock.ticks() + self._slept

    def felt(self, real: datetime) -> datetime:
        return real + sum((length for at, length in self._jumps if at <= real), timedelta(0))

    def at_providers(self, felt: datetime) -> datetime:
        added = timedelta(0)
        for at, length in self._jumps:
            if felt - added < at:
                break
            added += length
            if felt - added < at:
                return at
        return felt - added
