"""Trouble with one thing a connection is for outlasts its success with another, and ends with its own.

Must not: talk to companies (`walks/test_provider_trouble` does).
"""

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from mcdesk.engine.health import Health, Purpose
from mcdesk.ports.provider import BadLogin, Busy, Unreachable
from mcdesk.store import health, schema
from mcdesk.store.database import Database
from mcdesk.store.opening import open_database
from tests.walks.movable import MovableClock

NO_RIGHT = BadLogin("The sign-in lacks a right.")
AWAY = Unreachable("Nobody answers.")
SLOWER = Busy("Slow down.")


@dataclass
class Here:
    """How one connection is doing, in one run of the program after another."""

    clock: MovableClock
    database: Database
    now: Health = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.now = Health(self.database, self.clock)

    def do(self, act: Coroutine[None, None, None]) -> None:
        async def whole() -> None:
            await act

        asyncio.run(whole())

    def passes(self, **length: float) -> None:
        """Time, for the office and for what is measured."""
        self.clock.jump(timedelta(**length))
        self.clock.stall(timedelta(**length).total_seconds())

    def ok(self, purpose: Purpose) -> None:
        """A success, written down because the last one was long ago."""
        self.clock.stall(10)
        self.do(self.now.ok("twilio", purpose))

    def fails(self, error: BadLogin | Unreachable | Busy, purpose: Purpose, *, next_try: float = 1.0) -> None:
        self.do(self.now.trouble("twilio", error, purpose=purpose, next_try=next_try))

    def row(self) -> health.HealthRow:
        row = self.database.read(lambda tx: health.row(tx, "twilio")).result()
        assert row is not None
        return row


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    clock = MovableClock()
    database = open_database(tmp_path, now=clock.now)
    database.write(lambda tx: health.begin(tx, "twilio")).result()
    yield Here(clock, database)
    database.close()


def test_a_success_ends_the_trouble_of_its_own_purpose_only(here: Here) -> None:
    here.fails(NO_RIGHT, Purpose.SENDING)
    here.ok(Purpose.READING)
    assert here.row().trouble == NO_RIGHT.why
    assert here.row().last_success_at is not None
    here.ok(Purpose.SENDING)
    assert here.row().trouble is None
    assert here.row().next_try_at is None


def test_what_a_person_must_mend_is_told_first_and_then_what_lasts_longest(here: Here) -> None:
    here.fails(AWAY, Purpose.READING, next_try=5)
    began = here.row().failing_since
    assert began is not None
    here.passes(seconds=30)
    here.fails(NO_RIGHT, Purpose.SENDING)
    here.fails(AWAY, Purpose.READING, next_try=7)
    assert (here.row().trouble, here.row().needs_person) == (NO_RIGHT.why, True)
    here.ok(Purpose.SENDING)
    assert (here.row().trouble, here.row().needs_person) == (AWAY.why, False)
    assert here.row().failing_since == began
    next_try = here.row().next_try_at
    assert next_try is not None
    assert timedelta(seconds=5) < next_try - here.clock.now() < timedelta(seconds=7)


def test_an_outage_that_nobody_tries_any_more_is_over_with_the_next_success(here: Here) -> None:
    here.fails(AWAY, Purpose.SENDING, next_try=5)
    here.passes(seconds=100)
    here.ok(Purpose.READING)
    assert here.row().trouble == AWAY.why
    here.passes(seconds=60)
    here.ok(Purpose.READING)
    assert here.row().trouble is None


def test_a_refused_sign_in_stands_until_it_is_mended_however_long_nobody_tries(here: Here) -> None:
    here.fails(NO_RIGHT, Purpose.SENDING, next_try=60)
    here.passes(hours=5)
    here.ok(Purpose.READING)
    assert here.row().trouble == NO_RIGHT.why
    here.do(here.now.mended("twilio"))
    assert here.row().trouble is None


def test_after_a_restart_the_first_success_of_its_purpose_ends_it(here: Here) -> None:
    here.fails(NO_RIGHT, Purpose.SENDING, next_try=60)
    here.restart()
    here.do(here.now.ok("twilio", Purpose.READING))
    assert here.row().trouble == NO_RIGHT.why, "it is tried again in a minute"
    here.do(here.now.ok("twilio", Purpose.SENDING))
    assert here.row().trouble is None


def test_what_nobody_tries_again_after_a_restart_is_forgotten(here: Here) -> None:
    """The secret may have been corrected in between."""
    here.fails(NO_RIGHT, Purpose.SENDING, next_try=60)
    here.restart()
    here.passes(minutes=4)
    here.ok(Purpose.READING)
    assert here.row().trouble is None


def test_trouble_of_a_version_that_knew_no_purposes_ends_with_any_success(here: Here) -> None:
    old = update(schema.connections).values(trouble="No answer.", failing_since=here.clock.now())
    here.database.write(lambda tx: tx.run(old).rowcount).result()
    here.ok(Purpose.SENDING)
    assert here.row().trouble is None


def test_what_failed_when_somebody_tried_it_ends_with_any_success(here: Here) -> None:
    here.fails(NO_RIGHT, Purpose.TRYING)
    assert here.row().needs_person
    here.ok(Purpose.READING)
    assert here.row().trouble is None


def test_being_asked_to_wait_is_trouble_once_it_lasts(here: Here) -> None:
    for _ in range(4):
        here.fails(SLOWER, Purpose.SENDING, next_try=2)
        assert here.row().trouble is None
        here.passes(seconds=2)
    here.fails(SLOWER, Purpose.SENDING, next_try=2)
    assert here.row().trouble == SLOWER.why
    assert here.row().next_try_at is not None
    here.do(here.now.ok("twilio", Purpose.SENDING))
    assert here.row().trouble is None
    here.fails(SLOWER, Purpose.SENDING, next_try=2)
    assert here.row().trouble is None, "it begins anew"


def test_being_asked_to_wait_for_long_is_trouble_at_once(here: Here) -> None:
    here.fails(SLOWER, Purpose.SENDING, next_try=30)
    assert here.row().trouble == SLOWER.why


def test_being_asked_to_wait_now_and_then_is_no_trouble(here: Here) -> None:
    for _ in range(5):
        here.fails(SLOWER, Purpose.SENDING, next_try=2)
        here.passes(minutes=1)
    assert here.row().trouble is None
