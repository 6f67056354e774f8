"""An office that lives by hooks (`poll_seconds = 0`): its logs are still what nothing is missing from.

Must not: poll; where a log is read here, something made it necessary, or a long time has passed.
"""

import sqlite3
from datetime import timedelta

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from mcdesk.inbound import poller
from mcdesk.simulator import Fault
from mcdesk.store import schema
from tests.walks.conftest import Furnish
from tests.walks.movable import WEDNESDAY
from tests.walks.office import eventually

LATER = "+14155550161"
MESSAGES = "/Messages.json"
NOWHERE = "http://127.0.0.1:9/"


def test_an_opt_out_of_the_night_is_known_though_the_first_reads_fail(furnish: Furnish) -> None:
    office = furnish(at=WEDNESDAY, poll_seconds=0)
    office.start()
    office.missed()
    office.stop()
    office.jump(hours=4, minutes=1)
    office.text("please stop texting me")
    office.twilio.company.faults.add(Fault("status", path=MESSAGES, method="GET", count=2))
    office.start()
    eventually(lambda: office.rows(schema.suppressions), seconds=15, what="the opt-out")
    office.quiet()
    assert [text.body for text in office.texts() if "Following up" in text.body] == []


def test_a_call_of_the_night_is_known_though_the_first_read_fails(furnish: Furnish) -> None:
    office = furnish(at=WEDNESDAY, poll_seconds=0)
    office.start()
    office.quiet()
    office.stop()
    office.call(LATER)
    office.twilio.company.faults.add(Fault("status", path=MESSAGES, method="GET", count=1))
    office.start()
    eventually(lambda: office.leads(LATER), seconds=15, what="the call of the night")


def test_a_log_that_never_works_does_not_hold_texts_for_good(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "HOOKS_ALONE", 1.0)
    office = furnish(at=WEDNESDAY, poll_seconds=0, crm=False)
    office.twilio.company.faults.add(Fault("status", path=MESSAGES, method="GET", count=None))
    office.start()
    office.call(LATER)
    office.texted(1, LATER, seconds=20)


def test_a_hook_that_was_refused_is_found_in_the_log(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "SOON", 0.5)
    office = furnish(at=WEDNESDAY, poll_seconds=0, crm=False)
    office.start()
    office.quiet()
    assert office.place is not None
    backend = office.place.database._backend
    begin = backend.begin

    def full(connection: Connection) -> timedelta:
        error = sqlite3.OperationalError("database or disk is full")
        raise DBAPIError.instance("BEGIN IMMEDIATE", None, error, sqlite3.Error, dialect=connection.dialect)

    monkeypatch.setattr(backend, "begin", full)
    office.call(LATER)
    assert {hook.status for hook in office.twilio.company.hooks} == {503}
    monkeypatch.setattr(backend, "begin", begin)
    eventually(lambda: office.leads(LATER), what="the call")


def test_a_call_whose_hooks_were_all_lost_is_found_in_time(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "SELDOM", 1.0)
    office = furnish(at=WEDNESDAY - timedelta(days=1), poll_seconds=0, crm=False)
    office.start()
    office.quiet()
    address = office.hook_address
    office.twilio.company.point_hooks_at(NOWHERE)
    office.call(LATER)
    office.twilio.company.point_hooks_at(address)
    eventually(lambda: office.leads(LATER), what="the call")
