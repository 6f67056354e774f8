"""With a clock that is wrong by the provider's nothing goes out, until it is set.

Must not: test how the wrongness is found (`tests/wire` does).
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from mcdesk.domain.events import CallMissed
from mcdesk.engine import rules, verbs
from mcdesk.store import alerts, health, schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import SOURCE, Stage
from tests.engine.sending import claims_of, job_of
from tests.engine.test_calls_in_any_order import MISSED_AT_ONCE
from tests.engine.test_replies import text, the_lead

MINUTE = timedelta(minutes=1)


def missed_just_now(tx: Tx, off: timedelta | None) -> CallMissed:
    """As a provider dates it by whose clock this PC's is so far ahead."""
    at = tx.now - (off or timedelta(0))
    return replace(MISSED_AT_ONCE, started_at=at - timedelta(seconds=30), ended_at=at)


@pytest.mark.parametrize(
    ("off", "goes_out"), [(None, True), (4 * MINUTE, True), (6 * MINUTE, False), (-20 * MINUTE, False)]
)
def test_s9_a_first_text_waits_until_the_clock_is_set(
    stage: Stage, off: timedelta | None, goes_out: bool
) -> None:
    claims = claims_of(stage, off=off)

    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed_just_now(tx, off))
        assert bool(claims.claim(tx, 1)) is goes_out
        job = job_of(tx, "send-text")
        if not goes_out:
            assert job.state == "waiting"
            assert job.why.startswith("This PC's clock is ")

    stage.act(story)


@pytest.mark.parametrize("dated_by", ["the provider", "this PC"])
@pytest.mark.parametrize(
    "off", [6 * MINUTE, -6 * MINUTE, timedelta(days=1)], ids=["ahead", "behind", "a day"]
)
def test_s9_t1_a_caller_is_for_a_person_when_the_clock_is_not_set_in_time(
    stage: Stage, off: timedelta, dated_by: str
) -> None:
    claims = claims_of(stage, off=off)

    def story(tx: Tx) -> None:
        call = missed_just_now(tx, off if dated_by == "the provider" else None)
        rules.apply(tx, stage.house, SOURCE, call)
        for minutes in range(20):
            then = Tx(tx.connection, tx.now + minutes * MINUTE)
            claims.give_up_late(then)
            assert claims.claim(then, 9) == []
        assert the_lead(tx).stage == "call-now"
        assert the_lead(tx).reply_due is not None
        assert {
            row.state
            for row in tx.all(select(schema.jobs.c.state, schema.jobs.c.message))
            if row.message is not None
        } <= {"canceled"}

    stage.act(story)


def test_o1_t1_a_caller_is_for_a_person_when_what_they_sent_stays_unread(stage: Stage) -> None:
    """Also where nothing can be sent, so that nobody asks the gate for another reason."""

    def story(tx: Tx) -> None:
        unread = b"MessageSid=SMx&MessageStatus=sent&To=%2B14155550142"
        tx.run(
            insert(schema.hooks).values(
                connection="twilio", kind="status", event_id="SMx:sent", method="POST", url="/", headers={},
                at=tx.now, state="new", body=unread,
            )
        )  # fmt: skip
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        assert job_of(tx, "send-text").why.startswith("Something of theirs arrived")
        for minutes in range(13):
            claims_of(stage).give_up_late(Tx(tx.connection, tx.now + minutes * MINUTE))
        assert the_lead(tx).stage == "call-now"

    stage.act(story)


def test_t1_a_text_of_an_older_version_is_given_up_too(stage: Stage) -> None:
    """It never said when it would come too late."""

    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        limit = job_of(tx, "send-text").not_after
        tx.run(update(schema.jobs).values(not_after=None))
        claims_of(stage).give_up_late(tx)
        assert (job_of(tx, "send-text").state, job_of(tx, "send-text").not_after) == ("waiting", limit)
        tx.run(update(schema.jobs).values(not_after=None))
        claims_of(stage, off=7 * MINUTE).claim(tx, 9)
        assert (job_of(tx, "send-text").state, job_of(tx, "send-text").not_after) == ("waiting", limit)
        tx.run(update(schema.jobs).values(not_after=None))
        claims_of(stage).give_up_late(Tx(tx.connection, tx.now + 30 * MINUTE))
        assert the_lead(tx).stage == "call-now"

    stage.act(story)


def test_s9_people_are_told_once_that_the_clock_is_wrong_and_for_as_long_as_it_is(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        health.begin(tx, "twilio")
        for off, minutes, way in ((7, 7, "ahead of"), (7, 7, "ahead of"), (-400, 400, "behind")):
            claims_of(stage, off=off * MINUTE).claim(tx, 9)
            claims_of(stage).give_up_late(tx)
            health.ok(tx, "twilio", "sending", began=tx.now + MINUTE)
            row = health.row(tx, "twilio")
            assert row is not None
            assert (row.trouble or "").startswith(f"This PC's clock is {minutes} minutes {way} ")
        told = alerts.recent(tx, person="Maria", unread_only=True)
        assert [each.title for each in told] == ["This PC's clock is wrong"]
        claims_of(stage, off=MINUTE).claim(tx, 9)
        row = health.row(tx, "twilio")
        assert row is not None
        assert row.trouble is None
        claims_of(stage, off=7 * MINUTE).give_up_late(tx)
        assert len(alerts.recent(tx, person="Maria", unread_only=True)) == 2, "it was right in between"

    stage.act(story)


def test_s9_help_waits_for_the_clock_and_is_for_a_person_when_that_takes_too_long(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, text("SM1", "AYUDA"))
        assert claims_of(stage, off=20 * MINUTE).claim(tx, 9) == []
        assert job_of(tx, "send-answer").state == "waiting"
        late = Tx(tx.connection, tx.now + 11 * MINUTE)
        assert claims_of(stage).claim(late, 9) == []
        assert job_of(tx, "send-answer").state == "canceled"

    stage.act(story)


@pytest.mark.parametrize("off", [20 * MINUTE, -20 * MINUTE], ids=["ahead", "behind"])
def test_s9_o6_a_confirmation_never_goes_out_by_a_wrong_clock_nor_late_by_the_right_one(
    stage: Stage, off: timedelta
) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, text("SM1", "please stop texting me"))
        for minutes in range(8):
            then = Tx(tx.connection, tx.now + minutes * MINUTE)
            assert claims_of(stage, off=off).claim(then, 9) == []
        assert job_of(tx, "send-answer").state == "canceled"

    stage.act(story)


def test_s9_what_a_person_typed_waits_and_tells_them_once_why(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, text("SM1", "Can you help me?"))
        (lead,) = tx.all(select(schema.leads))
        assert verbs.reply(tx, stage.house, "Maria", lead.id, "Yes, today.", "message:1").ok
        for second in range(0, 60, 20):
            then = Tx(tx.connection, tx.now + timedelta(seconds=second))
            assert claims_of(stage, off=7 * MINUTE).claim(then, 9) == []
        told = [each for each in alerts.recent(tx, person="Maria", unread_only=True) if each.kind == "check"]
        assert [each.title for each in told] == ["A text waits"]
        assert "clock is 7 minutes wrong" in told[0].text
        assert "clock is 7 minutes wrong" in job_of(tx, "send-typed").why
        (outgoing,) = claims_of(stage).claim(Tx(tx.connection, tx.now + MINUTE), 9)
        assert outgoing.text.body == "Yes, today.", "the clock is set"

    stage.act(story)
