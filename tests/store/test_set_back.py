"""After the clock was set back nothing is due later than it would have been, on each kind of database.

Must not: notice that a clock was set back; `tests/engine/test_pulse` does.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mcdesk.domain.facts import Sent, TextClass
from mcdesk.domain.number_key import NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.store import forgotten, health, jobs, pacing, people, schema, set_back
from mcdesk.store.transaction import Tx
from mcdesk.store.types import Instant
from tests.store.conftest import NOW, Opener

HERE = "texts:twilio"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CALLER = Number("+14155550142")
KEY = NumberKey(bytes(range(32)))


class Office:
    """A database whose clock goes wrong for a while."""

    def __init__(self, open_one: Opener) -> None:
        self.now = NOW
        self.database = open_one(lambda: self.now)

    def do(self, work: Callable[[Tx], Any]) -> Any:
        return self.database.write(work).result(10)

    def owe(self, key: str, *, due: timedelta = timedelta(0)) -> None:
        self.do(lambda tx: jobs.enqueue(tx, key=key, kind="send-text", channel=HERE, due=tx.now + due))

    def claim(self) -> jobs.Job:
        (job,) = self.do(lambda tx: jobs.claim(tx, channel=HERE, holder="me", most=1))
        return job  # type: ignore[no-any-return]

    def is_set_back(self) -> None:
        self.now -= DAY
        self.do(lambda tx: set_back.move_back(tx, DAY))

    def job(self, key: str) -> Any:
        return self.do(lambda tx: tx.first(select(schema.jobs).where(schema.jobs.c.key == key)))

    def due(self, key: str) -> datetime:
        return self.job(key).due  # type: ignore[no-any-return]


@pytest.fixture
def office(open_one: Opener) -> Office:
    return Office(open_one)


def test_what_was_written_by_the_wrong_time_is_due_that_much_earlier_but_not_before_now(
    office: Office,
) -> None:
    office.now += DAY
    office.owe("soon")
    office.owe("later", due=4 * HOUR)
    office.now += MINUTE
    office.is_set_back()
    assert (office.due("soon"), office.due("later")) == (office.now, NOW + 4 * HOUR)
    assert office.job("later").at == NOW


def test_o6_q3_what_was_written_by_the_wrong_time_is_too_late_that_much_earlier(office: Office) -> None:
    office.do(lambda tx: jobs.enqueue(
        tx, key="before", kind="send-text", channel=HERE, due=NOW + 2 * DAY, not_after=NOW + 2 * DAY
    ))  # fmt: skip
    office.now += DAY
    office.do(lambda tx: jobs.enqueue(
        tx, key="after", kind="send-answer", channel=HERE, due=tx.now, not_after=tx.now + 5 * MINUTE
    ))  # fmt: skip
    office.is_set_back()
    assert office.job("after").not_after == NOW + 5 * MINUTE
    assert office.job("before").not_after == NOW + 2 * DAY


@pytest.mark.parametrize("way", ["postponed", "held", "paced"])
def test_what_the_wrong_time_put_off_is_due_as_if_the_right_one_had(office: Office, way: str) -> None:
    office.owe("text")
    office.now += DAY
    job, due = office.claim(), office.now + MINUTE
    if way == "postponed":
        office.do(lambda tx: jobs.postpone(tx, job, due=due, why="Twilio cannot be reached."))
    elif way == "held":
        office.do(lambda tx: jobs.hold(tx, job, until=due, why="quiet hours"))
    else:
        office.do(lambda tx: pacing.put_back(tx, job.id, due=due, why=""))
    office.is_set_back()
    assert office.due("text") == NOW + MINUTE


def test_what_was_planned_by_the_right_time_and_not_tried_stays(office: Office) -> None:
    office.owe("tomorrow's", due=DAY + HOUR)
    office.now += DAY
    office.is_set_back()
    assert office.due("tomorrow's") == NOW + DAY + HOUR


def test_a_doubt_of_the_wrong_time_is_no_longer_than_any(office: Office) -> None:
    office.owe("text")
    office.now += DAY
    job = office.claim()
    office.do(lambda tx: jobs.postpone(tx, job, due=tx.now, why="cut", doubt=True))
    office.is_set_back()
    assert office.job("text").doubt_at == NOW


def test_a_text_on_the_wire_is_looked_up_from_when_it_was_written(office: Office) -> None:
    office.now += DAY
    office.owe("text")
    office.claim()
    office.is_set_back()
    assert (office.job("text").state, office.job("text").at) == ("running", NOW)


def _lead(tx: Tx, **values: Any) -> int:
    contact = people.contact_for(tx, CALLER)
    row = {"contact": contact, "opened_at": tx.now, "last_at": tx.now, **values}
    return tx.insert(schema.leads.insert(), row)


@pytest.mark.parametrize("begun_wrong", [True, False])
def test_a_reply_clock_runs_on_from_when_it_was_begun(office: Office, begun_wrong: bool) -> None:
    if begun_wrong:
        office.now += DAY
    due, amber = office.now + 15 * MINUTE, office.now + 5 * MINUTE

    def begin(tx: Tx) -> int:
        lead = _lead(tx, stage="needs-reply", reply_due=due, reply_amber=amber, next_due=due)
        jobs.enqueue(tx, key="e", kind="escalate", channel="clock", due=due, lead=lead)
        return lead

    office.do(begin)
    if not begun_wrong:
        office.now += DAY
    office.is_set_back()
    (row,) = office.do(lambda tx: tx.all(select(schema.leads)))
    assert office.due("e") == NOW + 15 * MINUTE
    assert (row.reply_amber, row.reply_due) == (NOW + 5 * MINUTE, NOW + 15 * MINUTE)
    assert row.next_due == row.reply_due, "the queue says so"


def test_a_clock_that_ran_out_by_the_wrong_time_has_run_out(office: Office) -> None:
    office.now += DAY

    def begin(tx: Tx) -> None:
        lead = _lead(tx, stage="needs-reply", reply_due=tx.now, reply_amber=tx.now)
        jobs.enqueue(tx, key="e", kind="escalate", channel="clock", due=tx.now, lead=lead)
        (job,) = jobs.claim(tx, channel="clock", holder="me", most=1)
        jobs.finish(tx, job)

    office.do(begin)
    office.is_set_back()
    assert office.do(lambda tx: tx.value(select(schema.leads.c.reply_due))) == NOW


#: Times that stay as they are, and why.
LEFT = {
    "connections.sign_in_until": "the sign-in's end, nearly always ahead",
    "consents.at": "a link of the chain of evidence",
    "decisions.at": "a link of the chain of evidence",
    "decisions.until": "a link of the chain of evidence",
    "leases.until": "by the clock all engines share",
}
#: Times that are moved with the work that is owed then.
WITH_WORK = {
    "jobs.at", "jobs.due", "jobs.doubt_at", "jobs.not_after", "leads.next_due", "leads.reply_amber",
    "leads.reply_due", "leads.review_due",
}  # fmt: skip


def test_whatever_time_is_stored_it_was_decided_whether_it_moves() -> None:
    moved = {f"{table.name}.{name}" for table, names in set_back.DATED.items() for name in names}
    stored = {
        f"{table.name}.{column.name}"
        for table in schema.metadata.tables.values()
        for column in table.c
        if isinstance(column.type, Instant)
    }
    assert not moved & WITH_WORK
    assert not (moved | WITH_WORK) & LEFT.keys()
    assert moved | WITH_WORK | LEFT.keys() == stored


def test_work_that_is_over_is_of_the_past(office: Office) -> None:
    office.now += DAY
    office.owe("text")
    job = office.claim()
    office.do(lambda tx: jobs.finish(tx, job))
    office.is_set_back()
    assert (office.job("text").at, office.job("text").done_at) == (NOW, NOW)


def test_t3_s8_a_deletion_and_the_texts_before_it_are_of_the_past(office: Office) -> None:
    by_right, by_wrong = (Sent(at=NOW + off, text_class=TextClass.ACK) for off in (-HOUR, DAY - HOUR))
    office.now += DAY
    office.do(
        lambda tx: forgotten.keep(tx, KEY, CALLER, opted_out=False, by="Maria", texts=(by_right, by_wrong))
    )
    office.is_set_back()
    assert office.do(lambda tx: forgotten.deleted_at(tx, KEY, CALLER)) == NOW
    kept = office.do(lambda tx: forgotten.texts(tx, KEY, CALLER, since=NOW - 2 * DAY))
    assert [each.at for each in kept] == [NOW - HOUR, NOW - HOUR]


@pytest.mark.parametrize("begun_wrong", [True, False])
def test_o4_the_time_to_decide_runs_on_from_when_it_was_begun_in_every_lead_of_theirs(
    office: Office, begun_wrong: bool
) -> None:
    if begun_wrong:
        office.now += DAY
    due = office.now + 2 * DAY

    def begin(tx: Tx) -> None:
        lead = _lead(tx, stage="closed", closed_at=tx.now, review_due=due)
        _lead(tx, stage="waiting", review_due=due)
        jobs.enqueue(tx, key="r", kind="end-review", channel="clock", due=due, lead=lead)

    office.do(begin)
    if not begun_wrong:
        office.now += DAY
    office.is_set_back()
    assert office.due("r") == NOW + 2 * DAY
    rows = office.do(lambda tx: tx.all(select(schema.leads)))
    assert [row.review_due for row in rows] == [NOW + 2 * DAY] * 2


def test_an_opt_out_and_the_day_a_connection_is_known_since_are_of_the_past(office: Office) -> None:
    office.do(lambda tx: health.begin(tx, "clio"))
    office.now += DAY
    office.do(lambda tx: health.begin(tx, "twilio"))
    office.do(lambda tx: people.suppress(tx, CALLER, words="STOP", rule="stop", channel="text"))
    office.is_set_back()
    assert office.do(lambda tx: people.suppressed_at(tx, CALLER)) == NOW
    assert [row.since for row in office.do(health.all_rows)] == [NOW, NOW]


def test_a_connection_known_by_a_clock_that_was_mended_while_nothing_ran_is_known_since_now(
    office: Office,
) -> None:
    office.now += DAY
    office.do(lambda tx: health.begin(tx, "twilio"))
    office.now -= 23 * HOUR
    assert office.do(lambda tx: health.begin(tx, "twilio")) == office.now
    office.now += HOUR
    assert office.do(lambda tx: health.begin(tx, "twilio")) == office.now - HOUR
