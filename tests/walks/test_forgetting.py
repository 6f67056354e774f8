"""Requests that were understood long ago are forgotten, and nothing happens twice for it.

Must not: wait for days.
"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table

from mcdesk.engine import retention
from mcdesk.store import hooks, schema
from tests.walks.conftest import Furnish
from tests.walks.movable import WEDNESDAY
from tests.walks.office import CALLER, Office, eventually

#: What would show a second effect of the same request.
TELLING = (schema.calls, schema.messages, schema.leads, schema.jobs, schema.suppressions, schema.decisions)


def contents(office: Office, table: Table) -> list[tuple[Any, ...]]:
    key = next(iter(table.primary_key.columns))
    return office.read(lambda tx: [tuple(row) for row in tx.all(table.select().order_by(key))])


def forget_everything(office: Office) -> None:
    later = office.clock.now() + timedelta(days=1)
    office.write(lambda tx: hooks.forget(tx, done_before=later, odd_before=later, most=10_000))
    assert office.rows(schema.hooks) == []


def test_a_request_sent_again_after_it_was_forgotten_changes_nothing(office: Office) -> None:
    office.missed()
    office.text("Yes, please call me")
    office.missed("+14155550143")
    office.text("STOP", "+14155550143")
    eventually(lambda: office.rows(schema.suppressions), what="the opt-out")
    office.call("+14155550144", answers_after=2)
    office.quiet()
    sent = list(office.twilio.company.hooks)
    before = {table.name: contents(office, table) for table in TELLING}
    assert len(sent) >= 12
    forget_everything(office)
    for hook in [*sent, *reversed(sent)]:
        assert office.twilio.run(office.twilio.company.send_again, hook) == 200
    office.quiet()
    assert {table.name: contents(office, table) for table in TELLING} == before
    assert len(office.texts(CALLER)) == 1


def test_the_engine_forgets_by_itself(furnish: Furnish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "FIRST_SECONDS", 0.05)
    monkeypatch.setattr(retention, "ROUND_SECONDS", 0.05)
    monkeypatch.setattr(retention, "PIECE", 2)
    # At night there as a month later: a follow-up then would bring new requests.
    office = furnish(at=WEDNESDAY.replace(hour=10))
    office.start()
    office.missed()
    office.quiet()
    assert len(office.rows(schema.hooks)) > 2
    office.stop()
    office.start()
    office.missed("+14155550143")
    office.quiet()
    count = len(office.rows(schema.hooks))
    assert count > 4, "nothing is old enough"
    office.jump(days=31)
    eventually(lambda: not office.rows(schema.hooks), what="forgotten")
    assert len(office.rows(schema.calls)) == 2
