"""A sample of the callers, and gates broken on purpose that the checker must notice.

Must not: know the rules (`checks` does).
"""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mcdesk.domain.numbers import Number
from tests.simulation.breaking import BREAKS
from tests.simulation.checks import CHECKS
from tests.simulation.hours import closed_by, codes, next_open, states, where
from tests.simulation.playing import firm
from tests.simulation.population import CLOCK_CHANGES, FIRST_DAY, NOWHERE, OFFICES, callers, holidays
from tests.simulation.running import HELD_FOR_EVER, Found, run
from tests.simulation.shipped import area_codes
from tests.simulation.story import Office

ROOT = Path(__file__).parents[2]
SEED = 1
SAMPLE = 3_300
#: Enough for each broken gate to be noticed.
FEW = 900
#: ... but for what few callers meet: a fourth text in a state that allows three.
MORE = {"the-states-number-is-ignored": 2500}
#: It sends nothing to Louisiana before a Thursday in September, when texts may go out there from eight.
BLOCKS = next(office for office in OFFICES if "LA" in office.blocked)
#: Seconds from the first day to the last moment at which that is too far ahead.
TOO_FAR = (319 - 14) * 86_400 + 13 * 3600 - 1


@pytest.fixture(scope="module")
def found() -> Found:
    return run(SEED, range(SAMPLE))


def test_no_text_of_the_sample_goes_out_wrongly_and_none_waits_for_nothing(found: Found) -> None:
    assert (found.told, found.violated.total()) == ([], 0)


def test_the_sample_reaches_every_area_code_state_zone_holiday_and_kind_of_text(found: Found) -> None:
    assert found.callers == SAMPLE
    assert set(codes()) <= found.codes
    assert found.states == {*states(), "UNKNOWN"}
    assert found.zones == {zone for zones in states().values() for zone in zones}
    assert {*CLOCK_CHANGES, *holidays()} <= found.days
    least = {"ack": 2000, "followup": 3000, "service": 700, "help": 700, "optout-confirm": 80}
    least |= {"held texts": 1500, "refused": 3000}
    assert {what: found.counts[what] for what in least if found.counts[what] < least[what]} == {}


def test_a_caller_is_the_same_in_every_run() -> None:
    assert list(callers(SEED, range(5))) == list(callers(SEED, range(5)))
    assert list(callers(SEED, range(5))) != list(callers(SEED + 1, range(5)))


@given(
    st.sampled_from([*codes(), *NOWHERE]),
    st.sampled_from(["", *states()]),
    st.sampled_from(OFFICES),
    st.integers(0, 380 * 86_400),
)
@example("504", "", BLOCKS, TOO_FAR)
@example("504", "", BLOCKS, TOO_FAR + 1)
def test_z2_z5_the_program_and_the_checker_count_the_same_hours(
    code: str, said: str, office: Office, seconds: int
) -> None:
    start = datetime.combine(FIRST_DAY, datetime.min.time(), tzinfo=UTC)
    at = start + timedelta(seconds=seconds)
    quiet, place = firm(office).quiet, area_codes().place(Number(f"+1{code}5550142"), state=said or None)
    otherwise = where(code, said, office)
    assert (quiet.closed(place, at) is None) == (closed_by(otherwise, int(at.timestamp())) == "")
    opening, second = quiet.next_opening(place, at), next_open(otherwise, int(at.timestamp()))
    assert second == (int(opening.timestamp()) if opening is not None else None)


def simulation(*arguments: str) -> tuple[int, dict[str, Any]]:
    """A run in a process of its own: how it ended, and its summary."""
    command = [sys.executable, "-m", "tests.simulation", "--seed", str(SEED), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_gate_is_noticed(name: str) -> None:
    count = MORE.get(name, FEW)
    ended, summary = simulation("--count", str(count), "--broken", name)
    assert summary["callers"] == count
    assert BREAKS[name][1] in summary["violated"], summary
    assert ended == 1


def test_every_check_can_fail() -> None:
    checks = {HELD_FOR_EVER, *(check.__name__.replace("_", " ") for check in CHECKS)}
    assert checks == {check for _, check in BREAKS.values()}


def test_what_breaks_broken_gates_is_nothing_to_the_whole_one() -> None:
    ended, summary = simulation("--count", str(FEW), "--first", "1000")
    assert (ended, summary["violated"], summary["callers"]) == (0, {}, FEW)
