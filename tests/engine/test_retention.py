"""What is old goes, what is young, a client's, in use or under legal hold stays, and the chains stay whole.

Must not: wait; time is moved.
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from mcdesk import app
from mcdesk.domain.leads import Disposition
from mcdesk.engine import consenting, forgetting, retention, rules, verbs
from mcdesk.engine.clock import Clock
from mcdesk.engine.health import Health
from mcdesk.engine.means import Means
from mcdesk.engine.patience import Patience
from mcdesk.engine.retention import Retention
from mcdesk.store import evidence, people, schema, talk
from mcdesk.store.database import Database
from tests.engine.rehearsal import CALLER, CONFIGURATION, NOW, SOURCE
from tests.engine.test_forgetting import OTHER, SAID, STOP, received, story
from tests.store.conftest import Opener, address, open_one, server

__all__ = ["address", "open_one", "server"]

MONTH = timedelta(days=31)
YEAR = timedelta(days=366)


class StoodClock(Clock):
    """Stands where a test puts it."""

    at = NOW

    def now(self) -> datetime:
        return self.at


@dataclass
class Old:
    """An office of two callers, and its retention."""

    database: Database
    clock: StoodClock
    means: Means

    def after(self, length: timedelta) -> None:
        self.clock.at = NOW + length

    def tidy(self) -> None:
        asyncio.run(Retention(self.means).tidy())

    def bodies(self) -> set[str]:
        return {row.body for row in self.database.read(lambda tx: tx.all(select(schema.messages))).result()}

    def counts(self) -> tuple[int, int]:
        """Decisions and consents; their chains are whole."""
        found = [self.database.read(each.verify).result() for each in (evidence.DECISIONS, evidence.CONSENTS)]
        assert [each.broken for each in found] == [None, None]
        return found[0].rows, found[1].rows


@pytest.fixture
def old(open_one: Opener, monkeypatch: pytest.MonkeyPatch) -> Old:
    monkeypatch.setattr(retention, "PIECE", 2)
    monkeypatch.setattr(retention, "REST_SECONDS", 0)
    house, clock = app.make_house(app.read_office(CONFIGURATION)), StoodClock()
    database = open_one(clock.now)
    database.write(lambda tx: story(tx, house)).result()
    means = Means(database, clock, Health(database, clock), lambda: house, "pc:1:aa", Patience())
    return Old(database, clock, means)


def test_words_of_people_who_became_no_clients_go_after_24_months(old: Old) -> None:
    old.after(23 * timedelta(days=30))
    old.tidy()
    assert SAID in old.bodies()
    old.after(24 * MONTH)
    old.tidy()
    assert old.bodies() == {""}
    lead = old.database.read(lambda tx: tx.first(select(schema.leads))).result()
    assert lead is not None
    assert lead.preview == ""
    sent = old.database.read(lambda tx: tx.all(select(schema.messages))).result()
    assert CALLER.e164 in {row.sender for row in sent}, "that they wrote stays"


def test_the_office_says_how_long(old: Old) -> None:
    house = old.means.house()
    kept = replace(house, office=replace(house.office, keep_messages=60))
    old.means = replace(old.means, house=lambda: kept)
    old.after(59 * timedelta(days=30))
    old.tidy()
    assert SAID in old.bodies()


@pytest.mark.parametrize("why", ["hold", "client", "in use"])
def test_words_stay_that_must(old: Old, why: str) -> None:
    house = old.means.house()
    old.after(24 * MONTH)
    match why:
        case "hold":
            old.database.write(lambda tx: forgetting.hold(tx, house, "Maria", CALLER, "Subpoena")).result()
        case "client":
            won = {"disposition": str(Disposition.RETAINED), "closed_at": NOW}
            change = update(schema.leads).where(schema.leads.c.id == 1).values(won)
            old.database.write(lambda tx: tx.run(change)).result()
        case "in use":
            old.database.write(lambda tx: verbs.note(tx, house, "Maria", 1, "Rang again.")).result()
    old.tidy()
    assert SAID in old.bodies()
    assert "Is it about my rent?" not in old.bodies(), "the other's"


def test_texts_of_short_numbers_go_too(old: Old) -> None:
    old.database.write(lambda tx: talk.receive(
        tx, connection="twilio", message_id="SM9", sender="24273", recipient="", body="Your code is 1234",
        at=tx.now, media=0, contact=None, lead=None,
    )).result()  # fmt: skip
    old.after(23 * timedelta(days=30))
    old.tidy()
    assert "Your code is 1234" in old.bodies()
    old.after(24 * MONTH)
    old.tidy()
    assert old.bodies() == {""}


def test_words_apart_go_with_the_evidence_they_belong_to(old: Old) -> None:
    house = old.means.house()
    old.database.write(
        lambda tx: consenting.withdraw(tx, house, CALLER, words=STOP, rule="asked", channel="phone")
    ).result()
    kept = select(schema.said.c.words)
    old.after(5 * timedelta(days=365) - timedelta(days=2))
    old.tidy()
    assert [row.words for row in old.database.read(lambda tx: tx.all(kept)).result()] == [STOP]
    old.after(5 * YEAR)
    old.tidy()
    assert old.database.read(lambda tx: tx.all(kept)).result() == []


def test_evidence_stays_five_years_after_the_last_event(old: Old) -> None:
    assert old.counts() >= (2, 2)
    before = old.counts()
    old.after(5 * timedelta(days=365) - timedelta(days=2))
    old.tidy()
    assert old.counts() == before
    old.after(5 * YEAR)
    old.tidy()
    assert old.counts() == (0, 0)


@pytest.mark.parametrize("why", ["hold", "later event"])
def test_evidence_stays_while_anything_before_it_must(old: Old, why: str) -> None:
    house, before = old.means.house(), old.counts()
    old.after(4 * YEAR)
    if why == "hold":
        old.database.write(lambda tx: forgetting.hold(tx, house, "Maria", CALLER, "Subpoena")).result()
    else:
        old.database.write(
            lambda tx: consenting.withdraw(tx, house, CALLER, words=STOP, rule="asked", channel="phone")
        ).result()
        before = (0, before[1] + 1)
    old.after(5 * YEAR)
    old.tidy()
    assert old.counts() == before


def test_an_opt_out_in_force_never_goes_and_one_taken_back_does(old: Old) -> None:
    house = old.means.house()
    for number in (CALLER, OTHER):
        said = received(f"SM9{number.e164}", "STOP", number)
        old.database.write(lambda tx, said=said: rules.apply(tx, house, SOURCE, said)).result()  # type: ignore[misc]
    old.database.write(
        lambda tx: consenting.restore(tx, house, OTHER, why="START", evidence={}, lead=2)
    ).result()
    old.after(30 * YEAR)
    old.tidy()
    (left,) = old.database.read(lambda tx: tx.all(select(schema.suppressions))).result()
    assert left.number == CALLER
    assert old.database.read(lambda tx: people.suppressed_at(tx, CALLER)).result() is not None
