"""Nights, summer time in both directions, nine hours of sleep, and clocks that are set: no text at the wrong
time, none twice, none forgotten.

Must not: let real hours pass.
"""

import os
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mcdesk.simulator.twilio.ledger import Message
from tests.faults.acts import Act, Call, History, Settle, Sleep, TimePasses, WrongClock
from tests.faults.companies import HOOK_SECONDS
from tests.faults.evidence import Evidence
from tests.faults.laboratory import Laboratory, judged, played
from tests.faults.playing import Player
from tests.faults.scene import FIRST, SECOND

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="engines are forked"),
]

NEW_YORK = ZoneInfo("America/New_York")
#: The evenings before New York's clocks go back (2026-11-01) and forward (2027-03-14), 19:30 there.
BEFORE_WINTER = datetime(2026, 10, 31, 19, 30, tzinfo=NEW_YORK)
BEFORE_SUMMER = datetime(2027, 3, 13, 19, 30, tzinfo=NEW_YORK)
MISSED = Call(0, "missed", to_its_end=True)


def told(lab: Laboratory, *acts: Act, start: datetime, caller: str = "212") -> Evidence:
    """The story with nothing wrong in it."""
    scene = lab.scene(History(start=start.astimezone(UTC).isoformat(), callers=(caller,), acts=acts))
    scene.open()
    try:
        evidence, found = played(scene)
    finally:
        scene.close()
    assert found == []
    return evidence


def texts(evidence: Evidence, body: str) -> list[Message]:
    return [text for text in evidence.texts if text.body == body]


def at(evidence: Evidence, text: Message, zone: ZoneInfo = NEW_YORK) -> str:
    return f"{evidence.felt(text.created).astimezone(zone):%a %H:%M}"


@pytest.mark.parametrize("start", [BEFORE_WINTER, BEFORE_SUMMER], ids=["to winter", "to summer"])
def test_a_follow_up_of_the_night_the_clocks_change_comes_at_eight_by_the_new_time(
    lab: Laboratory, start: datetime
) -> None:
    evidence = told(lab, MISSED, Settle(), start=start)
    (follow_up,) = texts(evidence, SECOND)
    assert at(evidence, follow_up) == "Sun 08:00"


def test_two_zones_wait_for_the_later_one(lab: Laboratory) -> None:
    evidence = told(lab, MISSED, Settle(), start=BEFORE_WINTER, caller="850")
    (follow_up,) = texts(evidence, SECOND)
    assert at(evidence, follow_up, ZoneInfo("America/Chicago")) == "Sun 08:00"


def test_who_calls_while_the_pc_sleeps_for_nine_hours_is_phoned_not_texted(lab: Laboratory) -> None:
    noon = datetime(2026, 11, 18, 12, 0, tzinfo=NEW_YORK)
    evidence = told(lab, Sleep(9, caller=0), Settle(), start=noon)
    assert texts(evidence, FIRST) == []
    (lead,) = evidence.leads.values()
    assert any(job["kind"] == "create-task" for job in evidence.jobs), "somebody is asked to call"
    assert lead["calls"] == 1


def test_what_was_due_while_the_pc_slept_comes_once_and_only_by_day(lab: Laboratory) -> None:
    evening = datetime(2026, 11, 18, 18, 0, tzinfo=NEW_YORK)
    evidence = told(lab, MISSED, Settle(), Sleep(9), Settle(), start=evening)
    assert len(texts(evidence, FIRST)) == 1
    (follow_up,) = texts(evidence, SECOND)
    assert at(evidence, follow_up) == "Thu 08:00"


@pytest.mark.parametrize("seconds", [3_600.0, 90.0, -90.0, -3_600.0])
def test_setting_the_clock_doubles_and_loses_nothing(lab: Laboratory, seconds: float) -> None:
    noon = datetime(2026, 11, 18, 12, 0, tzinfo=NEW_YORK)
    evidence = told(
        lab, MISSED, Settle(), WrongClock(seconds), Settle(), TimePasses(4.2), Settle(), start=noon
    )
    assert len(texts(evidence, FIRST)) == 1
    assert len(texts(evidence, SECOND)) == 1


def test_a_hook_that_waited_in_the_socket_while_the_pc_slept_is_no_fresh_call(lab: Laboratory) -> None:
    """Taken in by the operating system as the lid closed, read nine hours later."""
    noon = datetime(2026, 11, 18, 12, 0, tzinfo=NEW_YORK)
    scene = lab.scene(History(start=noon.astimezone(UTC).isoformat(), callers=("212",), acts=()))
    scene.open()
    try:
        scene.at_work()
        player = Player(scene)
        scene.stand_still()
        # The company gives up after its time, and notes how the call ended.
        scene.twilio.company.account.hook_seconds = 0.15
        player.do(Call(0, "hangs-up", to_its_end=True))
        scene.twilio.company.account.hook_seconds = HOOK_SECONDS
        scene.pass_time(timedelta(hours=9), asleep=True)
        evidence, found = judged(scene, player)
    finally:
        scene.close()
    assert found == []
    assert texts(evidence, FIRST) == []
    assert any(job["kind"] == "create-task" for job in evidence.jobs), "somebody is asked to call"
