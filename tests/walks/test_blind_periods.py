"""How long an office that lives by hooks was blind: since it could last take them, not since its last read.

Must not: check what becomes of late calls (`test_late` does).
"""

import time
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from mcdesk.domain.queue import BlindPeriod
from mcdesk.inbound import wakefulness
from mcdesk.simulator import Fault
from mcdesk.store import schema
from tests.walks.configured import NOWHERE
from tests.walks.conftest import Furnish
from tests.walks.movable import WEDNESDAY
from tests.walks.office import CALLER, Office, eventually

OTHERS = [f"+1415555{number:04}" for number in range(160, 163)]
MESSAGES = "/Messages.json"


@pytest.fixture
def office(furnish: Furnish) -> Office:
    """Hooks only, and its log was read three days ago."""
    made = furnish(at=WEDNESDAY, poll_seconds=0, crm=False)
    made.start()
    for caller in OTHERS:
        made.jump(hours=24)
        made.quiet()
        made.call(caller)
        made.quiet()
    return made


def connection(office: Office, column: str) -> datetime | None:
    rows = office.read(lambda tx: tx.all(select(schema.connections)))
    found: datetime | None = getattr(rows[0], column)
    return found


def blind_after(office: Office, **away: float) -> tuple[BlindPeriod, ...]:
    """What is shown after a stop of so long."""
    read_at = connection(office, "read_at")
    office.stop()
    office.clock.jump(timedelta(**away))
    office.start()
    eventually(lambda: connection(office, "read_at") != read_at, what="the log read")
    return office.do(office.desk.overview()).blind


def length(period: BlindPeriod) -> timedelta:
    return period.ended_at - period.began_at


def test_a_restart_is_blind_for_as_long_as_it_takes(office: Office) -> None:
    (period,) = blind_after(office, minutes=5)
    assert timedelta(minutes=5) <= length(period) < timedelta(minutes=6)
    assert period.calls == 0


def test_a_restart_that_is_over_at_once_is_no_news(office: Office) -> None:
    assert blind_after(office, seconds=5) == ()


def test_a_new_configuration_is_no_blindness(office: Office) -> None:
    read_at = connection(office, "read_at")
    office.configure(language="es")
    eventually(lambda: connection(office, "read_at") != read_at, what="the log read")
    assert office.do(office.desk.overview()).blind == ()


def test_a_call_no_hook_told_of_shows_since_when_it_was_blind(office: Office) -> None:
    office.twilio.company.point_hooks_at(NOWHERE)
    time.sleep(1.1)  # the company tells whole seconds
    office.call(CALLER)
    time.sleep(1.1)
    office.jump(hours=2)
    (period,) = blind_after(office, minutes=5)
    assert timedelta(hours=2, minutes=5) <= length(period) < timedelta(hours=2, minutes=7)
    assert (period.calls, period.too_late) == (1, 1)


def test_that_hooks_reach_us_is_noted_while_it_runs_and_a_sleep_begins_there(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wakefulness, "EVERY", 0.1)
    office = furnish(at=WEDNESDAY, poll_seconds=0, crm=False)
    office.start()
    read_at = eventually(lambda: connection(office, "read_at"), what="the log read")
    office.jump(hours=24)
    since = office.clock.now()
    eventually(lambda: (connection(office, "awake_at") or since) > since, what="the note")
    assert connection(office, "read_at") == read_at
    office.clock.stall(60)
    office.jump(hours=4)
    (period,) = eventually(lambda: office.do(office.desk.overview()).blind, what="the blind period")
    assert "asleep" in period.why
    assert timedelta(hours=4) <= length(period) < timedelta(hours=4, minutes=1)


def test_what_could_not_be_read_before_a_stop_was_blind_already(furnish: Furnish) -> None:
    office = furnish(at=WEDNESDAY, poll_seconds=1, crm=False)
    office.start()
    eventually(lambda: connection(office, "read_at"), what="the log read")
    office.twilio.company.faults.add(Fault("status", path=MESSAGES, method="GET", count=None))
    eventually(lambda: connection(office, "trouble"), what="the trouble")
    office.jump(hours=2)
    office.stop()
    office.twilio.company.faults.clear()
    office.start()
    (period,) = eventually(lambda: office.do(office.desk.overview()).blind, what="the blind period")
    assert length(period) > timedelta(hours=2)
