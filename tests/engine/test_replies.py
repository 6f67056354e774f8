"""What a text in or a failed text leads to where the order or the moment matters, on rows alone.

Must not: run an engine; `tests/walks/test_opting_out` does.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, func, select, update

from mcdesk.domain.events import TextReceived
from mcdesk.domain.leads import Disposition, EndReason
from mcdesk.domain.leads import Stage as LeadStage
from mcdesk.domain.quiet_hours import FirmRule
from mcdesk.engine import rules, texting, verbs
from mcdesk.store import people, schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, LINE, NOW, SOURCE, Stage
from tests.engine.sending import claims_of, job_of
from tests.engine.test_calls_in_any_order import MISSED_AT_ONCE

MINUTE = timedelta(minutes=1)


def text(message: str, body: str, at: datetime | None = None) -> TextReceived:
    """`at` as the log tells it; a hook does not."""
    return TextReceived(message_id=message, sender=CALLER, sender_text=CALLER.e164, to=LINE, body=body, at=at)


def told(stage: Stage, tx: Tx, *texts: TextReceived) -> bool:
    """Whether they are opted out in the end."""
    rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
    for each in texts:
        rules.apply(tx, stage.house, SOURCE, each)
    return people.suppressed_at(tx, CALLER) is not None


def happenings(tx: Tx) -> str:
    return "\n".join(row.text for row in tx.all(select(schema.happenings)))


def the_lead(tx: Tx) -> Row[Any]:
    (row,) = tx.all(select(schema.leads))
    return row


@pytest.mark.parametrize("word", ["YES", "START"])
@pytest.mark.parametrize("noted_at", [None, NOW - 5 * MINUTE], ids=["hook", "log"])
def test_an_older_opt_in_found_in_the_log_does_not_undo_a_stop(
    stage: Stage, word: str, noted_at: datetime | None
) -> None:
    def story(tx: Tx) -> None:
        stop = replace(text("SM2", "STOP", noted_at), provider_opt_out="STOP")
        assert told(stage, tx, stop, text("SM1", word, NOW - 10 * MINUTE))
        assert "before they opted out" in happenings(tx)
        assert the_lead(tx).reply_due is None, "nothing to answer"

    stage.act(story)


@pytest.mark.parametrize("at", [None, NOW - 2 * MINUTE], ids=["hook", "log"])
def test_a_later_opt_in_counts_though_the_stop_was_noted_after_it_was_written(
    stage: Stage, at: datetime | None
) -> None:
    def story(tx: Tx) -> None:
        # Both are in the log that is read now, oldest first.
        assert not told(stage, tx, text("SM1", "STOP", NOW - 5 * MINUTE), text("SM2", "START", at))

    stage.act(story)


def test_the_last_of_several_stops_is_the_one_an_opt_in_must_be_later_than(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        stops = [text("SM1", "STOP", NOW - 9 * MINUTE), text("SM3", "STOP", NOW - 3 * MINUTE)]
        assert told(stage, tx, *stops, text("SM2", "START", NOW - 6 * MINUTE))
        rules.apply(tx, stage.house, SOURCE, text("SM0", "STOP", NOW - 12 * MINUTE))
        assert people.suppressed_at(tx, CALLER) == NOW - 3 * MINUTE, "an older one changes nothing"

    stage.act(story)


def test_asking_for_help_ends_the_follow_up_and_is_answered_once(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        told(stage, tx, text("SM1", "ayuda"))
        kinds = {
            (job.kind, job.state)
            for job in tx.all(select(schema.jobs).where(schema.jobs.c.channel.not_like("crm:%")))
        }
        assert kinds == {("send-text", "canceled"), ("send-answer", "waiting"), ("escalate", "waiting")}
        assert the_lead(tx).ended == "the caller replied"

    stage.act(story)


def test_asking_for_help_again_the_same_day_leaves_no_text_behind(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        told(stage, tx, *(text(f"SM{number}", "ayuda") for number in range(3)))
        owed = {job.message for job in tx.all(select(schema.jobs)) if job.kind == "send-answer"}
        answers = tx.all(select(schema.messages).where(schema.messages.c.text_class == "help"))
        assert len(owed) == 1
        assert {message.id for message in answers} == owed

    stage.act(story)


def test_two_replies_in_one_tick_of_the_clock_are_two_texts(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        told(stage, tx)
        lead = the_lead(tx).id
        for words in ("We call you at three.", "Or at four."):
            newest = tx.value(select(func.max(schema.messages.c.id)))
            assert verbs.reply(tx, stage.house, "Maria", lead, words, f"message:{newest}").ok
        assert len(tx.all(select(schema.jobs).where(schema.jobs.c.kind == "send-typed"))) == 2

    stage.act(story)


def test_q4_a_typed_text_outside_their_hours_asks_first_and_the_answer_is_kept(stage: Stage) -> None:
    house = replace(stage.house, quiet=stage.house.quiet.of(FirmRule(days=(None,) * 7)))

    def story(tx: Tx) -> None:
        told(stage, tx)
        lead = the_lead(tx).id
        asked = verbs.reply(tx, house, "Maria", lead, "We call you at three.", None)
        assert (asked.ok, asked.confirm) == (False, True)
        assert not tx.all(select(schema.jobs).where(schema.jobs.c.kind == "send-typed"))
        assert verbs.reply(tx, house, "Maria", lead, "We call you at three.", None, True).ok
        assert "Sent after this was asked: “It is quiet hours where they may be: " in happenings(tx)

    stage.act(story)


def refused(stage: Stage, tx: Tx) -> Row[Any]:
    """The first text, refused because they opted out at the provider."""
    (message,) = tx.all(select(schema.messages).where(schema.messages.c.text_class == "ack"))
    people.suppress(tx, CALLER, words="", rule="error 21610", channel="provider")
    texting.failed(tx, stage.house, message.id, why="They opted out.", landline=False, opted_out=True)
    return the_lead(tx)


def test_somebody_phones_who_opted_out_at_the_provider_before_they_called(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        told(stage, tx)
        row = refused(stage, tx)
        assert (row.stage, row.ended) == (LeadStage.CALL_NOW, EndReason.OPTED_OUT)
        assert row.reply_due is not None

    stage.act(story)


def test_nobody_is_asked_to_phone_who_just_told_us_to_stop(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        told(stage, tx, text("SM1", "STOP"))
        assert refused(stage, tx).stage == LeadStage.ANSWERED

    stage.act(story)


@pytest.mark.parametrize("acted", [False, True], ids=["nobody answered", "somebody answered"])
def test_q3_help_that_cannot_be_answered_in_ten_minutes_becomes_a_task(stage: Stage, acted: bool) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, text("SM1", "AYUDA"))
        assert job_of(tx, "send-answer").not_after == NOW + 10 * MINUTE
        if acted:
            verbs.called_back(tx, stage.house, "Maria", the_lead(tx).id)
        # What they write later is not what this text would answer.
        later = Tx(tx.connection, NOW + 9 * MINUTE)
        rules.apply(later, stage.house, SOURCE, text("SM2", "Hello?"))
        if acted:
            verbs.called_back(later, stage.house, "Maria", the_lead(tx).id)
        assert claims_of(stage).claim(Tx(tx.connection, NOW + 11 * MINUTE), 9) == []
        assert job_of(tx, "send-answer").state == "canceled"
        assert "Answer not sent: They asked for help" in happenings(tx)
        assert the_lead(tx).stage == (LeadStage.ANSWERED if acted else LeadStage.CALL_NOW)
        tasks = tx.all(select(schema.jobs).where(schema.jobs.c.kind == "create-task"))
        assert bool(tasks) is not acted

    stage.act(story)


def test_q3_help_read_from_the_log_hours_later_is_for_a_person(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, text("SM1", "AYUDA", NOW - 60 * MINUTE))
        assert not tx.all(select(schema.messages).where(schema.messages.c.direction == "out"))
        row = the_lead(tx)
        assert (row.stage, row.reply_due) == (
            LeadStage.CALL_NOW, NOW + stage.house.office.goals.reply_within
        )  # fmt: skip

    stage.act(story)


@pytest.mark.parametrize("again", ["STOP", "please stop texting me"])
def test_o6_an_opt_out_said_twice_is_still_confirmed_once(stage: Stage, again: str) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        rules.apply(tx, stage.house, SOURCE, text("SM1", "please stop texting me"))
        rules.apply(tx, stage.house, SOURCE, text("SM2", again))
        (outgoing,) = claims_of(stage).claim(tx, 9)
        assert "opted out" in outgoing.text.body

    stage.act(story)


@pytest.mark.parametrize(
    ("days", "wrote_days", "asks"), [(89, None, False), (91, None, True), (91, 89, False), (200, 91, True)]
)
def test_r1_a_typed_text_to_somebody_not_heard_of_for_90_days_asks_first(
    stage: Stage, days: int, wrote_days: int | None, asks: bool
) -> None:
    """R-1: their last call or text, in whatever lead."""

    def story(tx: Tx) -> None:
        told(stage, tx)
        lead = the_lead(tx).id
        if wrote_days is not None:
            wrote = Tx(tx.connection, NOW + timedelta(days=days - wrote_days))
            rules.apply(wrote, stage.house, SOURCE, text("SM1", "Thank you", wrote.now))
        later = Tx(tx.connection, NOW + timedelta(days=days))
        seen = None if wrote_days is None else f"message:{tx.value(select(func.max(schema.messages.c.id)))}"
        asked = verbs.reply(later, stage.house, "Maria", lead, "Hello again", seen)
        assert (asked.confirm, "somebody else's" in asked.sentence) == (asks, asks)
        if asks:
            assert verbs.reply(later, stage.house, "Maria", lead, "Hello again", seen, True).ok
            assert "the number may be somebody else's by now" in happenings(tx)

    stage.act(story)


def test_t3_a_first_text_that_failed_is_not_tried_again_and_not_said_to_have_arrived(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        told(stage, tx)
        (row,) = tx.all(select(schema.messages))
        tx.run(update(schema.jobs).where(schema.jobs.c.message == row.id).values(state="done"))
        texting.failed(tx, stage.house, row.id, why="unreachable", landline=False, opted_out=False)
        assert verbs.close(tx, stage.house, "Maria", the_lead(tx).id, Disposition.REACHED, "").ok
        later = Tx(tx.connection, NOW + timedelta(hours=5))
        rules.apply(later, stage.house, SOURCE, replace(MISSED_AT_ONCE, call_id="CA2", started_at=later.now))
        assert "First text not sent: A first text to them failed" in happenings(tx)
        assert "already got" not in happenings(tx)

    stage.act(story)
