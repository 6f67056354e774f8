"""The clock: as it is, fast for rehearsals, and moved by tests.

Must not: sleep.
"""

from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.engine.clock import Clock
from tests.walks.movable import WEDNESDAY, MovableClock


def test_at_usual_speed_times_are_what_they_are() -> None:
    clock = Clock()
    at = datetime(2026, 11, 18, 19, 0, tzinfo=UTC)
    assert clock.felt(at) == clock.at_providers(at) == at
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=1)
    assert clock.real(8) == timedelta(seconds=8)


@pytest.mark.parametrize("speed", [2.0, 60.0, 3600.0])
def test_a_rehearsal_runs_fast_from_its_start_and_its_times_lead_back(speed: float) -> None:
    clock = Clock(speed=speed)
    began = clock.at_providers(datetime.min.replace(tzinfo=UTC))
    start = clock.felt(datetime.now(UTC))
    later = datetime.now(UTC) + timedelta(seconds=10)
    assert clock.felt(later) - start == pytest.approx(
        timedelta(seconds=10 * speed), abs=timedelta(seconds=speed)
    )
    assert abs(clock.at_providers(clock.felt(later)) - later) < timedelta(milliseconds=1)
    before = datetime.now(UTC) - timedelta(hours=1)
    assert clock.felt(before) == clock.at_providers(before) == before, "what was before stays where it was"
    assert clock.real(1) == timedelta(seconds=speed), "a second of the machine is many here"
    assert began == datetime.min.replace(tzinfo=UTC)


def test_a_moved_clock_keeps_what_was_before_the_jump_where_it_was() -> None:
    clock = MovableClock(start=WEDNESDAY)
    assert abs(clock.now() - WEDNESDAY) < timedelta(seconds=1)
    before = datetime.now(UTC)
    felt_before = clock.felt(before)
    clock.jump(timedelta(hours=4))
    assert clock.felt(before) == felt_before
    assert clock.now() - felt_before >= timedelta(hours=4)
    assert clock.at_providers(felt_before) == before
    after = datetime.now(UTC)
    assert clock.at_providers(clock.felt(after)) == after
    within = felt_before + timedelta(hours=2)
    assert before <= clock.at_providers(within) <= after, (
        "an hour nobody lived through is the moment of the jump"
    )
