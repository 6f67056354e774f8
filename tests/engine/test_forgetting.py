"""A person deleted on request is in no row any more, but for the opt-out; a legal hold keeps them.

Must not: look at the hash; `tests/store/test_forgotten` does.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from mcdesk import app
from mcdesk.domain.events import CallAnswered, CallMissed, TextReceived
from mcdesk.domain.facts import TextClass
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.numbers import Number
from mcdesk.engine import consenting, forgetting, gate, noting, rules, verbs
from mcdesk.engine.changes import Feed
from mcdesk.engine.clock import Clock
from mcdesk.engine.desk import Desk
from mcdesk.engine.house import House
from mcdesk.store import (
    evidence,
    forgotten,
    hooks,
    leads,
    marks,
    people,
    person_record,
    proof,
    said,
    schema,
    talk,
)
from mcdesk.store.database import Database
from mcdesk.store.opening import FILE_NAME, open_database
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, CONFIGURATION, LINE, NOW, SOURCE
from tests.store.conftest import Opener, address, open_one, server

__all__ = ["address", "open_one", "server"]

OTHER = Number("+14155550177")
NAME, SAID, STOP = "Ana Díaz", "My landlord changed the locks", "alto, no me escriban"
CALL = CallMissed(
    call_id="CA1", caller=CALLER, line=LINE, direction="inbound", started_at=NOW, ended_at=NOW, name=NAME
)


def received(message: str, body: str, sender: Number = CALLER) -> TextReceived:
    return TextReceived(
        message_id=message, sender=sender, sender_text=sender.e164, to=LINE, body=body, at=NOW
    )


@pytest.fixture(scope="module")
def house() -> House:
    return app.make_house(app.read_office(CONFIGURATION))


def story(tx: Tx, house: House) -> None:
    """Two callers; one wrote and was written to, was noted about, named and marked."""
    rules.apply(tx, house, SOURCE, CALL)
    rules.apply(tx, house, SOURCE, CallMissed(call_id="CA2", caller=OTHER, line=LINE, direction="inbound"))
    rules.apply(tx, house, SOURCE, received("SM1", SAID))
    rules.apply(tx, house, SOURCE, received("SM2", "Is it about my rent?", OTHER))
    assert verbs.note(tx, house, "Maria", 1, f"{NAME} {SAID}").ok
    assert verbs.rename(tx, house, "Maria", 1, NAME).ok
    marks.put(tx, CALLER, MarkKind.VIP, why=f"{NAME} is a judge", by="Maria")
    body = f"From=%2B{CALLER.e164[1:]}&Body={SAID}".encode()
    for number, what in ((1, body), (2, b"From=%2B14155550177")):
        values = {"id": number, "connection": "twilio", "kind": "text", "event_id": f"SM{number}", "at": NOW}
        values |= {"method": "POST", "url": "/", "headers": {}, "body": what, "state": "done"}
        tx.run(insert(schema.hooks), values)
    tx.run(update(schema.calls).where(schema.calls.c.caller == CALLER).values(recording_url="https://r/RE1"))


def everything(tx: Tx, *, but: frozenset[str] = frozenset()) -> str:
    """Every word of every row."""
    tables = [table for table in schema.metadata.sorted_tables if table.name not in but]
    return "\n".join(f"{table.name}: {tuple(row)}" for table in tables for row in tx.all(select(table)))


def at(database: Database, house: House, *acts: Callable[[Tx], object]) -> None:
    database.write(lambda tx: story(tx, house)).result()
    for act in acts:
        database.write(act).result()


def forget(tx: Tx, house: House) -> None:
    done = forgetting.forget(tx, house, "Maria", CALLER)
    assert done.ok, done.sentence


def test_no_row_names_them_any_more_and_nobody_else_is_touched(open_one: Opener, house: House) -> None:
    database = open_one()
    at(database, house)
    before = database.read(everything).result()
    for words in (CALLER.e164[-10:], NAME, SAID, "a judge", "https://r/RE1"):
        assert words in before, "the story tells it"
    database.write(lambda tx: forget(tx, house)).result()
    left = database.read(everything).result()
    for words in (CALLER.e164[-10:], NAME, SAID, "a judge", "https://r/RE1"):
        assert words not in left
    assert OTHER.e164 in left
    assert "Is it about my rent?" in left
    owed = select(schema.jobs.c.id).where(schema.jobs.c.lead == 1, schema.jobs.c.state == "waiting")
    assert database.read(lambda tx: tx.all(owed)).result() == []
    for chain in (evidence.DECISIONS, evidence.CONSENTS):
        assert database.read(chain.verify).result().broken is None


@pytest.mark.parametrize("body", [
    b"CallSid=CA1&RecordingUrl=https%3A%2F%2Fapi.example%2Frec", b"RecordingSid=RE1&RecordingDuration=9",
    b"SmsSid=SM1&SmsStatus=received", b'{"from": "+1 415 555 0142", "call": {"id": "CA1"}}',
], ids=["its call", "its recording", "its text", "JSON"])  # fmt: skip
def test_s8_a_request_that_names_only_their_call_goes_too(
    open_one: Opener, house: House, body: bytes
) -> None:
    database = open_one()
    at(database, house)
    for number, what in ((7, body), (8, b"CallSid=CA2&RecordingUrl=https%3A%2F%2Fapi.example%2FCA1x")):
        values = {"id": number, "connection": "twilio", "kind": "voicemail", "event_id": str(number)}
        values |= {"at": NOW, "method": "POST", "url": "/", "headers": {}, "body": what, "state": "new"}
        database.write(lambda tx, values=values: tx.run(insert(schema.hooks), values)).result()  # type: ignore[misc]
    refused = database.write(lambda tx: forgetting.forget(tx, house, "Maria", CALLER)).result()
    assert "not understood yet" in refused.sentence
    database.write(lambda tx: tx.run(update(schema.hooks).values(state="done"))).result()
    database.write(lambda tx: forget(tx, house)).result()
    rows = database.read(lambda tx: tx.all(select(schema.hooks).order_by(schema.hooks.c.id))).result()
    assert [bool(row.body) for row in rows if row.id > 2] == [False, True], "the other is somebody else's"


def test_s8_words_in_the_chains_go_and_the_chains_are_whole(open_one: Opener, house: House) -> None:
    """What they wrote, what was said of their number, and who agreed for them."""

    def more(tx: Tx) -> None:
        marks.put(tx, CALLER, MarkKind.NEVER, why=f"{NAME} sues us", by="Maria")
        row = leads.open_lead(tx, 1)
        assert row is not None
        body, lead = "Hello", row.id
        for moment in ("queued", "sent"):
            answer = gate.judge(
                tx, house, to=CALLER, body=body, text_class=TextClass.ACK, lead=lead, moment=moment
            )
            assert "sues us" in answer.why[0]
        rules.apply(tx, house, SOURCE, received("SM3", f"{STOP}: {NAME}"))
        consenting.restore(
            tx, house, CALLER, why="agreed", lead=lead, evidence={"who": NAME, "words": "yes please"}
        )
        rules.apply(tx, house, SOURCE, received("SM4", f"{STOP}. {NAME} again"))
        talk.alert(tx, kind="check", title="?", text=f"A text from {CALLER.spoken} could not be taken in")

    database = open_one()
    at(database, house, more)
    told = (NAME, "sues us", STOP, "yes please", "again", CALLER.spoken)
    before = database.read(everything).result()
    assert all(words in before for words in told)
    assert database.read(proof.everything).result() == []
    database.write(lambda tx: forget(tx, house)).result()
    left = database.read(everything).result()
    assert [words for words in told if words in left] == []
    assert database.read(proof.everything).result() == [], "what went, went rightly"
    for chain in (evidence.DECISIONS, evidence.CONSENTS):
        assert database.read(chain.verify).result().broken is None
    record = database.read(lambda tx: person_record.of_number(tx, house.numbers, CALLER)).result()
    assert record is not None
    assert {entry["evidence"].get("words") for entry in record["consents"]} == {None, said.DELETED}


def test_a_deleted_persons_record_has_nobody_elses_texts(open_one: Opener, house: House) -> None:
    database = open_one()
    at(database, house, lambda tx: talk.receive(
        tx, connection="twilio", message_id="SM9", sender="24273", recipient=LINE.e164, body="Your code",
        at=NOW, media=0, contact=None, lead=None,
    ), lambda tx: forget(tx, house))  # fmt: skip
    record = database.read(lambda tx: person_record.of_number(tx, house.numbers, CALLER)).result()
    assert record is not None
    assert (record["person"], record["messages"], record["crm"], record["leads"]) == (None, [], [], [])


def only_marked(tx: Tx, house: House) -> None:
    marks.put(tx, CALLER, MarkKind.NEVER, why="Opposing party", by="Maria")


def only_answered(tx: Tx, house: House) -> None:
    rules.apply(
        tx, house, SOURCE,
        CallAnswered(call_id="CA1", caller=CALLER, line=LINE, direction="inbound", started_at=NOW),
    )  # fmt: skip


def only_opted_out(tx: Tx, house: House) -> None:
    consenting.withdraw(tx, house, CALLER, words="no texts", rule="asked", channel="phone")


@pytest.mark.parametrize("story", [only_marked, only_answered, only_opted_out])
def test_s8_a_number_that_is_nobodys_contact_is_written_held_and_deleted(
    open_one: Opener, house: House, story: Callable[[Tx, House], None]
) -> None:
    database = open_one()

    def acts(tx: Tx) -> None:
        story(tx, house)
        assert people.find_contact(tx, CALLER) is None
        record = person_record.of_number(tx, house.numbers, CALLER)
        assert record is not None
        assert [*record["calls"], *record["marks"], *record["opt_outs"]] != []
        untexted = forgotten.is_opted_out(tx, house.numbers, CALLER)
        assert not untexted
        tx.shelter(lambda: held(tx))
        forget(tx, house)
        assert CALLER.e164[-10:] not in everything(tx)
        assert "Nobody with" in forgetting.forget(tx, house, "Maria", CALLER).sentence
        assert forgotten.is_opted_out(tx, house.numbers, CALLER) is (story is only_opted_out)
        assert bool(marks.in_force(tx, house.numbers, CALLER)) is (story is only_marked)

    def held(tx: Tx) -> None:
        assert forgetting.hold(tx, house, "Maria", CALLER, "Subpoena").ok
        assert "Subpoena" in forgetting.forget(tx, house, "Maria", CALLER).sentence
        assert forgetting.release(tx, house, "Maria", CALLER).ok

    database.write(acts).result()


def test_the_deletion_itself_is_in_the_ledger(open_one: Opener, house: House) -> None:
    database = open_one()
    at(database, house, lambda tx: forget(tx, house))
    row = database.read(lambda tx: tx.all(select(schema.consents))).result()[-1]
    assert (row.kind, row.by, row.evidence["leads"]) == ("deleted", "Maria", [1])
    lead = database.read(lambda tx: tx.first(select(schema.leads).where(schema.leads.c.id == 1))).result()
    assert lead is not None
    assert lead.closed_at is not None


@pytest.mark.parametrize("why", ["text", "mark", "nothing", "deleted before"])
def test_o8_an_opt_out_outlives_its_person(open_one: Opener, house: House, why: str) -> None:
    def opt_out(tx: Tx) -> None:
        match why:
            case "text":
                rules.apply(tx, house, SOURCE, received("SM3", STOP))
            case "mark":
                marks.put(tx, CALLER, MarkKind.NEVER, why="Opposing party", by="Maria")
            case "deleted before":
                forgotten.keep(tx, house.numbers, CALLER, opted_out=True, by="Maria")

    database = open_one()
    at(database, house, opt_out, lambda tx: forget(tx, house))
    assert database.read(lambda tx: people.suppressed_at(tx, CALLER)).result() is None
    kept = database.read(lambda tx: forgotten.is_opted_out(tx, house.numbers, CALLER)).result()
    assert kept is (why not in {"nothing", "mark"})
    marked = database.read(lambda tx: marks.in_force(tx, house.numbers, CALLER)).result()
    assert marked.keys() == ({MarkKind.NEVER} if why == "mark" else set())


def test_a_log_read_again_does_not_bring_them_back(open_one: Opener, house: House) -> None:
    database = open_one()
    at(database, house, lambda tx: forget(tx, house))

    def again(tx: Tx) -> None:
        assert noting.is_old_news(tx, "twilio", CALL)
        rules.apply(tx, house, SOURCE, CALL)
        assert rules.is_old_news(tx, "twilio", received("SM1", SAID))

    database.write(again).result()
    left = database.read(everything).result()
    assert CALLER.e164[-10:] not in left
    assert NAME not in left


def test_a_legal_hold_refuses_deletion_until_it_is_released(open_one: Opener, house: House) -> None:
    database = open_one()

    def held(tx: Tx) -> None:
        assert not forgetting.hold(tx, house, "Maria", CALLER, " ").ok
        assert forgetting.hold(tx, house, "Maria", CALLER, "Subpoena").ok
        assert not forgetting.hold(tx, house, "Maria", CALLER, "Again").ok
        refused = forgetting.forget(tx, house, "Maria", CALLER)
        assert not refused.ok
        assert "Subpoena" in refused.sentence
        assert "mcdesk unhold" in refused.sentence
        assert SAID in everything(tx)
        assert forgetting.release(tx, house, "Maria", CALLER).ok
        assert not forgetting.release(tx, house, "Maria", CALLER).ok
        forget(tx, house)

    at(database, house, held)


def test_nothing_is_deleted_while_something_of_theirs_is_under_way(open_one: Opener, house: House) -> None:
    def running(tx: Tx) -> None:
        jobs = schema.jobs
        for change in ({"state": "running"}, {"state": "waiting", "doubt_at": NOW}):
            tx.run(update(jobs).where(jobs.c.lead == 1).values(change))
            assert "under way" in forgetting.forget(tx, house, "Maria", CALLER).sentence
        tx.run(update(jobs).where(jobs.c.lead == 1).values(state="done", doubt_at=None))
        tx.run(update(schema.hooks).values(state="new"))
        assert "not understood yet" in forgetting.forget(tx, house, "Maria", CALLER).sentence
        assert hooks.waiting(tx, 9) != []

    at(open_one(), house, running)


def test_nobody_is_said_to_be_nobody(open_one: Opener, house: House) -> None:
    database = open_one()
    for act in (forgetting.forget, forgetting.release):
        done = database.write(lambda tx, act=act: act(tx, house, "Maria", CALLER)).result()  # type: ignore[misc]
        assert "Nobody with the number (415) 555-0142" in done.sentence


def test_what_is_deleted_is_not_in_the_file_either(tmp_path: Path, house: House) -> None:
    database = open_database(tmp_path, now=lambda: NOW + timedelta(seconds=1))
    at(database, house, lambda tx: consenting.withdraw(
        tx, house, CALLER, words="", rule="asked", channel="phone"
    ))  # fmt: skip
    database.close()
    file = tmp_path / FILE_NAME
    assert SAID.encode() in file.read_bytes()
    database = open_database(tmp_path, now=lambda: NOW + timedelta(seconds=1))
    desk = Desk(database, Clock(), house=lambda: house, feed=Feed(), person="Maria")
    try:
        # Somebody has read meanwhile, and the engine goes on.
        database.read(everything).result()
        done = asyncio.run(desk.forget(CALLER))
        assert done.ok
        assert forgetting.UNSHED not in done.sentence
        left = b"".join(each.read_bytes() for each in tmp_path.glob(f"{FILE_NAME}*"))
    finally:
        database.close()
    for words in (SAID, NAME, CALLER.e164[-10:]):
        assert words.encode() not in left


def test_what_cannot_leave_the_file_yet_is_told(tmp_path: Path, house: House) -> None:
    database = open_database(tmp_path, now=lambda: NOW)
    at(database, house)
    desk = Desk(database, Clock(), house=lambda: house, feed=Feed(), person="Maria")
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM messages").fetchone()
        assert forgetting.UNSHED in asyncio.run(desk.forget(CALLER)).sentence
    assert database.shed()
    database.close()
