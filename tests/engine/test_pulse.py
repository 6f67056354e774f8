"""A gap in time is noticed by either clock."""

from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.engine.clock import Clock
from mcdesk.engine.pulse import Pulse


class TwoHands(Clock):
    """Both clocks stand where a test puts them."""

    def __init__(self) -> None:
        super().__init__()
        self.at, self.passed = datetime(2026, 11, 18, 19, 0, tzinfo=UTC), 0.0

    def wall(self) -> datetime:  # type: ignore[override]
        return self.at

    def now(self) -> datetime:
        return self.at

    def ticks(self) -> float:  # type: ignore[override]
        return self.passed


@pytest.mark.parametrize(
    ("wall", "ticks", "gap"),
    [
        (1.0, 1.0, None),
        (32_400.0, 0.5, 32_400.0),  # nine hours of sleep: the ticks stand still
        (60.0, 60.0, 60.0),  # the process stood still
        (-3600.0, 1.0, None),  # somebody set the clock back
        (-3600.0, 30.0, 30.0),
    ],
)
def test_a_gap_is_noticed_by_either_clock(wall: float, ticks: float, gap: float | None) -> None:
    clock, gaps, backs = TwoHands(), list[float](), list[timedelta]()
    pulse = Pulse(clock, gaps.append, backs.append, gap=10.0)
    clock.at += timedelta(seconds=wall)
    clock.passed += ticks
    pulse.check()
    assert gaps == ([] if gap is None else [gap])
    pulse.check()
    assert len(gaps) <= 1, "told once"
    assert backs == ([timedelta(hours=1)] if wall < 0 else [])
