"""The outbox: claimed once, held, postponed, in doubt, taken back, let go.

Must not: do any work.
"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select

from mcdesk.store import jobs, leases, schema
from mcdesk.store.transaction import Tx
from tests.store.conftest import NOW, Opener

HERE = "texts:twilio"
MINUTE = timedelta(minutes=1)


class Outbox:
    """A database at an hour of its own."""

    def __init__(self, open_one: Opener) -> None:
        self.now = NOW
        self.database = open_one(lambda: self.now)

    def do(self, work: Any) -> Any:
        return self.database.write(work).result(10)

    def owe(self, key: str = "k", *, due: timedelta = timedelta(0), **more: Any) -> bool:
        values = {"kind": "send-text", "channel": HERE, **more}
        return bool(self.do(lambda tx: jobs.enqueue(tx, key=key, due=tx.now + due, **values)))

    def claim(self, holder: str = "me", most: int = 9) -> list[jobs.Job]:
        found: list[jobs.Job] = self.do(lambda tx: jobs.claim(tx, channel=HERE, holder=holder, most=most))
        return found

    def job(self, key: str = "k") -> Row[Any]:
        row: Row[Any] = self.do(lambda tx: tx.first(select(schema.jobs).where(schema.jobs.c.key == key)))
        return row

    def lives(self, holder: str, *, for_: timedelta = MINUTE) -> None:
        self.do(lambda tx: leases.hold(tx, f"engine:{holder}", holder=holder, lasts=for_))


@pytest.fixture
def outbox(open_one: Opener) -> Outbox:
    return Outbox(open_one)


def lead(outbox: Outbox) -> int:
    def work(tx: Tx) -> int:
        contact = tx.insert(schema.contacts.insert(), {"at": tx.now})
        values = {"contact": contact, "stage": "waiting", "opened_at": tx.now, "last_at": tx.now}
        return tx.insert(schema.leads.insert(), values)

    return int(outbox.do(work))


def test_the_same_work_is_owed_once(outbox: Outbox) -> None:
    assert outbox.owe()
    assert not outbox.owe()
    assert len(outbox.claim()) == 1
    assert not outbox.owe(), "nor again when it is done"


def test_work_is_claimed_by_one_when_it_is_due_in_order_and_no_more_than_asked(outbox: Outbox) -> None:
    outbox.owe("later", due=MINUTE)
    outbox.owe("second", due=-MINUTE)
    outbox.owe("first", due=-2 * MINUTE)
    outbox.owe("third")
    assert [job.key for job in outbox.claim(most=2)] == ["first", "second"]
    assert [job.key for job in outbox.claim("another")] == ["third"]
    assert outbox.claim() == []
    outbox.now += MINUTE
    assert [job.key for job in outbox.claim()] == ["later"]


def test_channels_do_not_take_each_others_work(outbox: Outbox) -> None:
    outbox.owe(channel="crm:clio")
    assert outbox.claim() == []


def test_postponed_work_waits_counts_its_tries_and_keeps_its_first_doubt(outbox: Outbox) -> None:
    outbox.owe()
    (job,) = outbox.claim()
    assert (job.tries, job.doubt_at) == (1, None)
    outbox.do(lambda tx: jobs.postpone(tx, job, due=tx.now + MINUTE, why="outage"))
    assert outbox.job().doubt_at is None
    assert outbox.claim() == []
    outbox.now += MINUTE
    (job,) = outbox.claim()
    outbox.do(lambda tx: jobs.postpone(tx, job, due=tx.now, why="cut", doubt=True))
    doubted = outbox.now
    outbox.now += MINUTE
    (job,) = outbox.claim()
    outbox.do(lambda tx: jobs.postpone(tx, job, due=tx.now, why="cut again", doubt=True))
    (job,) = outbox.claim()
    assert (job.tries, job.doubt_at) == (4, doubted), "the clock of a doubt runs from its beginning"
    outbox.do(lambda tx: jobs.clear_doubt(tx, job))
    assert outbox.job().doubt_at is None


def test_work_a_rule_holds_was_not_tried(outbox: Outbox) -> None:
    outbox.owe()
    (job,) = outbox.claim()
    outbox.do(lambda tx: jobs.hold(tx, job, until=tx.now + MINUTE, why="quiet hours"))
    held = outbox.job()
    assert (held.state, held.tries, held.holder, held.why) == ("waiting", 0, None, "quiet hours")
    assert outbox.do(jobs.texts_in_line) == 0


@pytest.mark.parametrize("state", ["done", "failed", "canceled", "check"])
def test_finished_work_is_nobodys_and_not_claimed_again(outbox: Outbox, state: str) -> None:
    outbox.owe()
    (job,) = outbox.claim()
    outbox.do(lambda tx: jobs.finish(tx, job, state=state, why="so", result="SM1"))
    assert outbox.claim() == []
    row = outbox.job()
    assert (row.state, row.holder, row.result, row.done_at) == (state, None, "SM1", NOW)


def test_what_a_dead_engine_held_goes_back_in_doubt_and_what_a_living_one_holds_does_not(
    outbox: Outbox,
) -> None:
    outbox.lives("alive")
    outbox.lives("dead", for_=timedelta(seconds=1))
    outbox.owe("a")
    outbox.claim("alive")
    outbox.owe("b")
    outbox.claim("dead")
    outbox.owe("c")
    outbox.claim("never registered")
    outbox.now += timedelta(seconds=2)
    assert outbox.do(jobs.has_stranded)
    outbox.do(jobs.take_back_stranded)
    assert not outbox.do(jobs.has_stranded)
    assert [outbox.job(key).state for key in "abc"] == ["running", "waiting", "waiting"]
    assert [outbox.job(key).doubt_at for key in "abc"] == [None, outbox.now, outbox.now]


def test_another_lease_of_a_dead_engine_keeps_nothing_stranded(outbox: Outbox) -> None:
    outbox.do(lambda tx: leases.hold(tx, "crm:clio", holder="dead", lasts=99 * MINUTE))
    outbox.owe()
    outbox.claim("dead")
    assert outbox.do(jobs.has_stranded)


def test_what_an_engine_lets_go_is_its_own_only_and_in_doubt(outbox: Outbox) -> None:
    outbox.owe("mine")
    outbox.claim("me")
    outbox.owe("theirs")
    (theirs,) = outbox.claim("them")
    outbox.do(lambda tx: jobs.let_go(tx, holder="me"))
    assert (outbox.job("mine").state, outbox.job("mine").doubt_at) == ("waiting", NOW)
    assert outbox.job("theirs").state == "running"
    outbox.do(lambda tx: jobs.let_go(tx, holder="me", job=theirs))
    assert outbox.job("theirs").state == "running"
    outbox.do(lambda tx: jobs.let_go(tx, holder="them", channel="crm:clio"))
    assert outbox.job("theirs").state == "running"


def test_canceling_leaves_what_runs_or_is_in_doubt(outbox: Outbox) -> None:
    row = lead(outbox)
    for key in ("running", "doubtful", "waiting"):
        outbox.owe(key, lead=row)
        if key != "waiting":
            (job,) = outbox.claim()
        if key == "doubtful":
            outbox.do(lambda tx, job=job: jobs.postpone(tx, job, due=tx.now + MINUTE, why="cut", doubt=True))
    canceled = outbox.do(lambda tx: jobs.cancel(tx, row, kinds=("send-text",), why="they replied"))
    assert canceled == 1
    states = [outbox.job(key).state for key in ("running", "doubtful", "waiting")]
    assert states == ["running", "waiting", "canceled"]


def test_work_brought_forward_wakes_its_channel_and_tried_work_keeps_its_time(outbox: Outbox) -> None:
    row = lead(outbox)
    outbox.owe("tried", lead=row)
    (job,) = outbox.claim()
    outbox.do(lambda tx: jobs.postpone(tx, job, due=tx.now + 2 * MINUTE, why="outage"))
    outbox.owe("fresh", due=2 * MINUTE, lead=row)
    heard: list[Any] = []
    outbox.database.on_commit(heard.append)
    outbox.do(lambda tx: jobs.bring_forward(tx, row, kinds=("send-text",), due=tx.now))
    assert outbox.job("fresh").due == NOW
    assert outbox.job("tried").due == NOW + 2 * MINUTE
    assert any(HERE in touched.channels for touched in heard)


def test_the_next_due_is_the_earliest_waiting(outbox: Outbox) -> None:
    assert outbox.do(lambda tx: jobs.next_due(tx, HERE)) is None
    outbox.owe("b", due=2 * MINUTE)
    outbox.owe("a", due=MINUTE)
    assert outbox.do(lambda tx: jobs.next_due(tx, HERE)) == NOW + MINUTE


@pytest.fixture
def taken_over(outbox: Outbox) -> tuple[jobs.Job, jobs.Job]:
    """Work of an engine that stood still, and the claim of the one that took it over."""
    outbox.owe()
    (stale,) = outbox.claim("asleep")
    outbox.do(jobs.take_back_stranded)
    (taken,) = outbox.claim("awake")
    return stale, taken


def test_an_engine_that_lost_its_work_cannot_put_it_back_end_it_or_let_it_go(
    outbox: Outbox, taken_over: tuple[jobs.Job, jobs.Job]
) -> None:
    stale, _ = taken_over
    before = outbox.job()
    assert not outbox.do(lambda tx: jobs.postpone(tx, stale, due=tx.now, why="outage"))
    assert not outbox.do(lambda tx: jobs.hold(tx, stale, until=tx.now, why="quiet hours"))
    assert not outbox.do(lambda tx: jobs.clear_doubt(tx, stale))
    for state in ("failed", "canceled", "check"):
        assert not outbox.do(lambda tx, state=state: jobs.finish(tx, stale, state=state))
    outbox.do(lambda tx: jobs.let_go(tx, holder="asleep", job=stale))
    assert outbox.job() == before


def test_that_it_is_done_counts_from_whoever_knows_it_and_once(
    outbox: Outbox, taken_over: tuple[jobs.Job, jobs.Job]
) -> None:
    stale, taken = taken_over
    assert outbox.do(lambda tx: jobs.finish(tx, stale, result="SM1"))
    assert (outbox.job().state, outbox.job().result) == ("done", "SM1")
    assert not outbox.do(lambda tx: jobs.finish(tx, taken, result="SM2"))
    assert not outbox.do(lambda tx: jobs.clear_doubt(tx, taken)), "so it is not sent"
    assert not outbox.do(lambda tx: jobs.postpone(tx, taken, due=tx.now, why="looking", doubt=True))
    assert (outbox.job().state, outbox.job().result) == ("done", "SM1")


def test_a_claim_of_before_is_not_the_claim_of_now_though_the_same_engine_has_both(outbox: Outbox) -> None:
    outbox.owe()
    (stale,) = outbox.claim("me")
    outbox.do(jobs.take_back_stranded)
    (fresh,) = outbox.claim("me")
    assert not outbox.do(lambda tx: jobs.postpone(tx, stale, due=tx.now, why="outage"))
    outbox.do(lambda tx: jobs.let_go(tx, holder="me", job=stale))
    assert outbox.job().state == "running"
    assert outbox.do(lambda tx: jobs.postpone(tx, fresh, due=tx.now, why="outage"))


def test_trying_again_puts_failed_work_back_to_be_looked_up_first(outbox: Outbox) -> None:
    row = lead(outbox)
    outbox.owe(channel="crm:clio", lead=row)
    (job,) = outbox.do(lambda tx: jobs.claim(tx, channel="crm:clio", holder="me", most=1))
    outbox.do(lambda tx: jobs.finish(tx, job, state="failed", why="two records"))
    assert outbox.do(lambda tx: jobs.try_again(tx, row, "crm:")) == 1
    (job,) = outbox.do(lambda tx: jobs.claim(tx, channel="crm:clio", holder="me", most=1))
    assert job.tries > 1
