"""How long events take is told by the newest one alone.

Must not: judge troubles (`engine/test_health` does).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mcdesk.store import health
from mcdesk.store.database import Database
from mcdesk.store.opening import open_database
from tests.walks.movable import MovableClock


@dataclass
class Here:
    """One connection's events."""

    clock: MovableClock
    database: Database

    def ago(self, **length: float) -> datetime:
        return self.clock.now() - timedelta(**length)

    def event(self, happened_at: datetime | None) -> None:
        self.database.write(lambda tx: health.had_event(tx, "twilio", happened_at=happened_at)).result()

    @property
    def lag(self) -> int | None:
        row = self.database.read(lambda tx: health.row(tx, "twilio")).result()
        assert row is not None
        return row.lag_seconds


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    clock = MovableClock()
    database = open_database(tmp_path, now=clock.now)
    database.write(lambda tx: health.begin(tx, "twilio")).result()
    yield Here(clock, database)
    database.close()


def test_an_event_tells_how_long_it_took(here: Here) -> None:
    here.event(here.ago(minutes=9))
    assert here.lag == 540
    here.event(here.ago(seconds=3))
    assert here.lag == 3


def test_what_a_log_brings_late_does_not_speak_for_what_came_at_once(here: Here) -> None:
    here.event(here.ago(seconds=1))
    here.event(here.ago(hours=2))
    assert here.lag == 1


def test_an_event_that_does_not_say_when_it_was_ends_what_an_older_one_said(here: Here) -> None:
    here.event(here.ago(hours=2))
    here.event(None)
    assert here.lag is None
    here.event(here.ago(hours=1))
    assert here.lag is None
    here.clock.jump(timedelta(minutes=1))
    here.event(here.ago(seconds=2))
    assert here.lag == 2


def test_a_company_whose_clock_is_ahead_does_not_silence_what_comes_after(here: Here) -> None:
    here.event(here.clock.now() + timedelta(minutes=5))
    assert here.lag == 0
    here.clock.jump(timedelta(minutes=1))
    here.event(here.ago(seconds=2))
    assert here.lag == 2


def test_a_clock_that_was_ahead_for_a_while_does_not_silence_what_comes_after(here: Here) -> None:
    here.clock.jump(timedelta(days=400))
    here.event(None)
    here.clock.jump(-timedelta(days=400))
    here.event(here.ago(seconds=2))
    assert here.lag == 2
