"""A typed text that could not go out at once: it goes out later or its writer is asked again, never lost.

Must not: run an engine.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, insert, select, update

from mcdesk.domain.leads import Stage as LeadStage
from mcdesk.domain.queue import Done
from mcdesk.engine import escalations, rules, verbs, work
from mcdesk.store import alerts, jobs, schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, NOW, SOURCE, Stage
from tests.engine.sending import claims_of, job_of
from tests.engine.test_calls_in_any_order import MISSED_AT_ONCE
from tests.engine.test_replies import happenings, text

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
#: 20:58 in Los Angeles, where the federal hours end at 20:59.
EVENING = datetime(2026, 11, 19, 4, 58, tzinfo=UTC)
TYPED = "Yes, today at four."


def the_lead(tx: Tx) -> Row[Any]:
    (row,) = tx.all(select(schema.leads))
    return row


def last_seen(tx: Tx) -> str:
    return f"message:{max(row.id for row in tx.all(select(schema.messages.c.id)))}"


def asked_and_typed(tx: Tx, stage: Stage, *, confirmed: bool = False) -> str:
    """They asked something, and Maria answers; what she is told."""
    rules.apply(tx, stage.house, SOURCE, text("SM1", "Can I see you today?", tx.now - 15 * MINUTE))
    lead = the_lead(tx).id
    done = verbs.reply(tx, stage.house, "Maria", lead, TYPED, last_seen(tx), confirmed)
    assert done.ok, done.sentence
    return done.sentence


def unread(tx: Tx, body: bytes) -> None:
    values = {"connection": "twilio", "kind": "text", "event_id": "SM2", "at": tx.now, "method": "POST"}
    tx.run(insert(schema.hooks), {**values, "url": "/", "headers": {}, "body": body, "state": "new"})


def is_hers_again(tx: Tx, why: str) -> None:
    """Withheld, with the reason told to her, her words in the box and the lead where people must look."""
    assert job_of(tx, "send-typed").state == "canceled"
    row = the_lead(tx)
    assert (row.stage, row.draft) == (LeadStage.NEEDS_REPLY, TYPED)
    assert row.reply_due is not None, "and everyone hears of it when nobody does"
    assert f"What Maria wrote was not sent: {why}" in happenings(tx)
    told = alerts.recent(tx, person="Maria", unread_only=True)
    assert [each.text for each in told if each.title == "A text was not sent"] == [why]


def test_s10_it_waits_for_what_is_not_read_and_the_writer_is_told(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        unread(tx, b"From=%2B" + CALLER.e164[1:].encode() + b"&Body=STOP")
        assert "is not read yet" in asked_and_typed(tx, stage)
        assert "is not read yet" in job_of(tx, "send-typed").why
        assert claims_of(stage).claim(Tx(tx.connection, NOW + 20 * SECOND), 9) == []
        # It was only a report about another text.
        tx.run(update(schema.hooks).values(state="done"))
        (outgoing,) = claims_of(stage).claim(Tx(tx.connection, NOW + 40 * SECOND), 9)
        assert outgoing.text.body == TYPED

    stage.act(story)


def test_s10_when_they_wrote_meanwhile_the_writer_is_asked_again(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        asked_and_typed(tx, stage)
        rules.apply(tx, stage.house, SOURCE, text("SM2", "Never mind, I found somebody"))
        tx.run(update(schema.leads).values(review_due=None))
        assert claims_of(stage).claim(tx, 9) == []
        is_hers_again(tx, "They wrote meanwhile. Read it, then send again.")

    stage.act(story)


def test_s10_an_opt_out_read_meanwhile_takes_it_back(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        asked_and_typed(tx, stage)
        rules.apply(tx, stage.house, SOURCE, text("SM2", "STOP"))
        assert job_of(tx, "send-typed").state == "canceled"

    stage.act(story)


def test_it_is_the_writers_again_after_an_hour(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        asked_and_typed(tx, stage)
        assert job_of(tx, "send-typed").not_after == NOW + 60 * MINUTE
        assert claims_of(stage).claim(Tx(tx.connection, NOW + 61 * MINUTE), 9) == []
        is_hers_again(tx, "It could not go out for an hour. If it is still right, send it again.")

    stage.act(story)


@pytest.mark.parametrize("confirmed", [False, True])
def test_q4_quiet_hours_that_began_meanwhile_are_asked_about(stage: Stage, confirmed: bool) -> None:
    def story(tx: Tx) -> None:
        asked_and_typed(Tx(tx.connection, EVENING), stage, confirmed=confirmed)
        claimed = claims_of(stage).claim(Tx(tx.connection, EVENING + 2 * MINUTE), 9)
        assert bool(claimed) is confirmed
        if not confirmed:
            is_hers_again(tx, "Quiet hours began where they may be. Send it again if it should go out now.")

    stage.act(story)


def test_given_back_it_is_late_when_nobody_answers_in_time(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        asked_and_typed(tx, stage)
        late = Tx(tx.connection, NOW + 61 * MINUTE)
        claims_of(stage).claim(late, 9)
        row, goals = the_lead(tx), stage.house.office.goals
        assert (row.reply_amber, row.reply_due) == (
            late.now + goals.reply_amber,
            late.now + goals.reply_within,
        )
        (job,) = jobs.claim(Tx(tx.connection, row.reply_due), channel=work.CLOCK, holder="a", most=9)
        escalations.escalate(Tx(tx.connection, row.reply_due), job)
        told = alerts.recent(tx, person="Maria", unread_only=True)
        assert told[0].text.endswith("has waited too long for an answer.")

    stage.act(story)


def test_given_back_where_they_called_meanwhile_and_are_to_be_phoned(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        asked_and_typed(tx, stage)
        late = Tx(tx.connection, NOW + 61 * MINUTE)
        rules.apply(late, stage.house, SOURCE, MISSED_AT_ONCE)
        due = the_lead(tx).reply_due
        claims_of(stage).claim(late, 9)
        assert (the_lead(tx).stage, the_lead(tx).reply_due) == (LeadStage.CALL_NOW, due)

    stage.act(story)


def test_of_two_given_back_both_are_in_the_box_in_their_order(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        asked_and_typed(tx, stage)
        for body in ("Bring the letter.", "And a pen."):
            assert verbs.reply(tx, stage.house, "Maria", the_lead(tx).id, body, last_seen(tx)).ok
        claims_of(stage).give_up_late(Tx(tx.connection, NOW + 61 * MINUTE))
        assert the_lead(tx).draft == f"{TYPED}\nBring the letter.\nAnd a pen."

    stage.act(story)


def test_what_the_writer_has_in_the_box_by_now_is_not_replaced(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        asked_and_typed(tx, stage)
        tx.run(update(schema.leads).values(draft="Something else"))
        claims_of(stage).claim(Tx(tx.connection, NOW + 61 * MINUTE), 9)
        assert the_lead(tx).draft == "Something else"
        (message,) = tx.all(select(schema.messages).where(schema.messages.c.direction == "out"))
        assert (message.body, message.status) == (TYPED, "withheld"), "it is in the conversation"

    stage.act(story)


@pytest.mark.parametrize(("named", "waits"), [(b"SM1", False), (b"SM2", True)])
def test_o6_s10_a_confirmation_waits_for_any_unread_text_but_the_one_it_answers(
    stage: Stage, named: bytes, waits: bool
) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, text("SM1", "please stop texting me"))
        unread(tx, b"MessageSid=" + named + b"&From=%2B" + CALLER.e164[1:].encode())
        assert bool(claims_of(stage).claim(tx, 9)) is not waits

    stage.act(story)


def typed_again(tx: Tx, stage: Stage, body: str, *, confirmed: bool = False) -> Done:
    rules.apply(tx, stage.house, SOURCE, text("SM1", "Can I see you today?", tx.now))
    return verbs.reply(tx, stage.house, "Maria", the_lead(tx).id, body, last_seen(tx), confirmed)


def test_a_number_nobody_may_read_is_not_texted_by_hand_either(stage: Stage) -> None:
    body = "Reply YES to confirm. Your SSN 123-45-6789 http://bit.ly/x"

    def story(tx: Tx) -> None:
        done = typed_again(tx, stage, body, confirmed=True)
        assert not done.ok
        assert not done.confirm
        for told in ("PII001", "PII003", "URL001", "STR009", "123-45-6789", 'Better: "Reply CALL"'):
            assert told in done.sentence
        assert tx.all(select(schema.jobs).where(schema.jobs.c.kind == "send-typed")) == []

    stage.act(story)


def test_words_of_warning_ask_first_and_who_said_yes_is_kept(stage: Stage) -> None:
    body = "I have looked at your divorce. When can we talk?"

    def story(tx: Tx) -> None:
        asked = typed_again(tx, stage, body)
        assert asked.confirm
        assert asked.sentence.startswith("LAW017, Names a sensitive matter: 'divorce'. ")
        assert asked.sentence.endswith("Send it anyway?")
        assert typed_again(tx, stage, body, confirmed=True).ok
        (kept,) = (each for each in tx.all(select(schema.happenings)) if "LAW017" in each.text)
        assert kept.author == "Maria"

    stage.act(story)


def test_what_waits_is_asked_about_before_it_does(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, text("SM1", "Can I see you today?", tx.now))
        seen, lead = last_seen(tx), the_lead(tx).id
        unread(tx, b"")
        assert verbs.reply(tx, stage.house, "Maria", lead, "About your divorce.", seen).confirm

    stage.act(story)
