"""A rehearsal tells what the rules would have done, and what others would have.

Must not: test the rules themselves.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mcdesk import app
from mcdesk.domain.events import CallMissed, Event, TextReceived
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.numbers import Number
from mcdesk.domain.rehearsal import Change, Would, differences
from mcdesk.engine import rules
from mcdesk.engine.house import House
from mcdesk.engine.rehearsing import Rehearsal, StageClock
from mcdesk.store import marks, past, people
from mcdesk.store.database import Database
from mcdesk.store.opening import open_database
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CONFIGURATION, LINE, NOW, SOURCE
from tests.tracks import CLIENTS

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
FIRST, OTHER, THIRD = (Number(f"+1415555{number}") for number in ("0142", "0143", "0144"))
LATER = """
[[sequences]]
name = "law-4-24-72"
steps = [
  {after = "0s", from = "call", do = "text", template = "first"},
  {after = "6h", from = "previous", do = "text", template = "second"},
  {after = "72h", from = "call", do = "close", disposition = "non-responsive"},
]
"""
REWORDED = """
[[templates]]
name = "first"
language = "en"
body = "{firm}: You called while we spoke. When may we call back? Reply STOP to opt out, HELP for help."
"""


class Office:
    """An office with a past of its own."""

    def __init__(self, folder: Path) -> None:
        self.clock = StageClock(NOW)
        self.house = house()
        self.database: Database = open_database(folder, now=self.clock.now)

    def marks(self, number: Number, *, at: datetime) -> None:
        self.database.write(
            lambda tx: marks.put(
                Tx(tx.connection, at), number, MarkKind.NEVER, why="opposing counsel", by="Maria"
            )
        ).result()

    def unmarks(self, number: Number, *, at: datetime) -> None:
        self.database.write(
            lambda tx: marks.end(Tx(tx.connection, at), number, MarkKind.NEVER, by="Maria")
        ).result()

    def hears(self, event: Event) -> None:
        self.database.write(lambda tx: rules.apply(tx, self.house, SOURCE, event)).result()

    def missed(self, caller: Number, call: str) -> None:
        self.hears(
            CallMissed(
                call_id=call, caller=caller, line=LINE, direction="inbound", started_at=self.clock.at,
                ended_at=self.clock.at,
            )
        )  # fmt: skip

    def written(self, caller: Number, body: str) -> None:
        self.hears(
            TextReceived(
                message_id=f"SM{body}", sender=caller, sender_text=caller.e164, to=LINE, body=body,
                at=self.clock.at,
            )
        )  # fmt: skip


def house(more: str = "") -> House:
    return app.make_house(app.read_office(CONFIGURATION + more))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Three callers: one never answers, one writes back after an hour, one has opted out."""
    made = Office(tmp_path / "office")
    made.missed(FIRST, "CA1")
    made.clock.move(NOW + MINUTE)
    made.missed(OTHER, "CA2")
    made.clock.move(NOW + HOUR)
    made.written(OTHER, "Tomorrow at nine")
    made.written(THIRD, "STOP")
    made.clock.move(NOW + 2 * HOUR)
    made.missed(THIRD, "CA3")
    made.clock.move(NOW + 2 * DAY)
    yield made
    made.database.close()


def rehearsed(office: Office, by: House, folder: Path) -> Would:
    happened = office.database.read(lambda tx: past.since(tx, NOW - HOUR)).result()
    clock = StageClock(NOW - HOUR)
    database = open_database(folder, now=clock.now)
    try:
        return Rehearsal(database, clock, by).play(happened, until=office.clock.at)
    finally:
        database.close()


def test_it_tells_who_would_have_been_texted_when_and_who_not_and_why(office: Office, tmp_path: Path) -> None:
    would = rehearsed(office, office.house, tmp_path / "stage")
    assert [(text.to, text.at) for text in would.texts] == [
        (FIRST, NOW),
        (OTHER, NOW + MINUTE),
        (FIRST, NOW + 4 * HOUR),
    ]
    assert would.texts[0].template.startswith("first/en#")
    (refused,) = would.untexted
    assert (refused.to, refused.why) == (THIRD, "the caller opted out")


def test_nothing_of_it_is_seen_in_the_office(office: Office, tmp_path: Path) -> None:
    before = office.database.read(lambda tx: past.since(tx, NOW - HOUR)).result()
    rehearsed(office, house(LATER), tmp_path / "stage")
    assert office.database.read(lambda tx: past.since(tx, NOW - HOUR)).result() == before


def test_the_same_rules_differ_in_nothing(office: Office, tmp_path: Path) -> None:
    first, second = (rehearsed(office, house(), tmp_path / name) for name in ("one", "two"))
    assert first == second
    assert differences(first, second) == ()


def test_what_other_rules_change_is_told_text_by_text(office: Office, tmp_path: Path) -> None:
    before = rehearsed(office, office.house, tmp_path / "before")
    later = differences(before, rehearsed(office, house(LATER), tmp_path / "later"))
    (moved,) = later
    assert (moved.change, moved.to) == (Change.MOVED, FIRST)
    assert moved.after is not None
    assert moved.after.at == NOW + 6 * HOUR
    reworded = differences(before, rehearsed(office, house(REWORDED), tmp_path / "reworded"))
    assert [(each.change, each.to) for each in reworded] == [
        (Change.REWORDED, FIRST),
        (Change.REWORDED, OTHER),
    ]


def test_a_text_that_a_rule_refuses_is_gone_with_the_reason(office: Office, tmp_path: Path) -> None:
    before = rehearsed(office, office.house, tmp_path / "before")
    office.marks(FIRST, at=NOW - 2 * HOUR)
    gone = differences(before, rehearsed(office, office.house, tmp_path / "after"))
    assert {(each.change, each.to) for each in gone} == {(Change.GONE, FIRST)}
    assert {each.why for each in gone} == {"a person deals with this number"}


def test_a_mark_counts_from_when_it_was_put_until_it_was_taken_away(office: Office, tmp_path: Path) -> None:
    before = rehearsed(office, office.house, tmp_path / "before")
    office.marks(FIRST, at=NOW + DAY)
    assert rehearsed(office, office.house, tmp_path / "later") == before
    office.marks(OTHER, at=NOW - 2 * HOUR)
    office.unmarks(OTHER, at=NOW + 30 * MINUTE)
    would = rehearsed(office, office.house, tmp_path / "then")
    assert {text.to for text in would.texts} == {FIRST}, "the mark was in force when they called"


def test_what_the_crm_said_then_counts_and_who_it_said_nothing_of_is_told(
    office: Office, tmp_path: Path
) -> None:
    def say(tx: Tx) -> None:
        contact = people.find_contact(tx, FIRST)
        assert contact is not None
        then = Tx(tx.connection, NOW + timedelta(seconds=2))
        people.link_crm(
            then, contact, "clio", crm_id="7", name="Ana Diaz", url=None, matches=1, is_client=True
        )

    office.database.write(say).result()
    by = house(CLIENTS)
    would = rehearsed(office, by, tmp_path / "stage")
    bodies = {text.to: text.body for text in would.texts if text.at < NOW + HOUR}
    assert bodies[FIRST] == "Rivera & Cole: Your lawyer was told. Reply STOP to opt out."
    assert "Your lawyer" not in bodies[OTHER]
    happened = office.database.read(lambda tx: past.since(tx, NOW - HOUR)).result()
    assert past.unsure(happened, by.crms) == (OTHER, THIRD)
    assert past.unsure(happened, ()) == ()


def test_who_is_a_client_by_now_may_have_been_none_when_they_called(office: Office) -> None:
    def say(tx: Tx) -> None:
        for number, is_client in ((FIRST, True), (OTHER, False), (THIRD, False)):
            contact = people.find_contact(tx, number)
            assert contact is not None
            people.link_crm(
                tx, contact, "clio", crm_id="7", name=None, url=None, matches=1, is_client=is_client
            )

    office.database.write(say).result()
    happened = office.database.read(lambda tx: past.since(tx, NOW - HOUR)).result()
    assert past.unsure(happened, ("clio",)) == (FIRST,)


def test_an_opt_out_of_before_the_span_counts(office: Office, tmp_path: Path) -> None:
    office.database.write(
        lambda tx: people.suppress(tx, FIRST, words="STOP", rule="stop", channel="text", at=NOW - DAY)
    ).result()
    would = rehearsed(office, office.house, tmp_path / "stage")
    assert FIRST not in {text.to for text in would.texts}
