"""Work nobody will do any more: who is asked to do it instead, on rows alone.

Must not: run an engine; `tests/walks/test_connection_gone` does.
"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from mcdesk.domain.events import CallEnded
from mcdesk.domain.facts import TextClass
from mcdesk.domain.leads import Stage as LeadStage
from mcdesk.engine import rules, texting, unserved, work
from mcdesk.store import alerts, jobs, schema, talk
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, LINE, NOW, SOURCE, Stage
from tests.engine.test_verbs import missed

TEXTS, CALLS = "texts:twilio", "calls:twilio"


def hand_over_all(tx: Tx, stage: Stage, channel: str) -> Row[Any]:
    """The only piece of work on a channel, afterwards."""
    (found,) = tx.all(select(schema.jobs.c.id).where(schema.jobs.c.channel == channel))
    (job,) = jobs.claim_these(tx, [found.id], holder="h")
    unserved.hand_over(tx, stage.house, job)
    (row,) = tx.all(select(schema.jobs).where(schema.jobs.c.id == job.id))
    return row


def lead(tx: Tx) -> Row[Any]:
    (row,) = tx.all(select(schema.leads))
    return row


def test_a_text_becomes_a_call(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        missed(tx, stage)
        job = hand_over_all(tx, stage, TEXTS)
        assert job.state == "failed"
        assert "no longer in the configuration" in job.why
        assert lead(tx).stage == LeadStage.CALL_NOW
        assert lead(tx).ended, "no follow-up is sent behind a text that was not"

    stage.act(story)


def test_a_text_that_may_be_out_is_for_a_person_to_check(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        missed(tx, stage)
        tx.run(update(schema.jobs).where(schema.jobs.c.channel == TEXTS).values(doubt_at=NOW))
        assert hand_over_all(tx, stage, TEXTS).state == "check"
        assert lead(tx).stage == LeadStage.CHECK
        assert [alert.title for alert in alerts.recent(tx, person="Maria", unread_only=True)] == [
            "Please check a text"
        ]

    stage.act(story)


def test_nobody_is_phoned_for_an_answer_to_a_keyword(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        row = missed(tx, stage)
        (contact,) = tx.all(select(schema.contacts.c.id))
        texting.take_back(tx, row, work.AUTOMATION, "for the sake of the story")
        asked = talk.receive(
            tx, connection="twilio", message_id="SM1", sender=CALLER.e164, recipient=LINE.e164, body="HELP",
            at=NOW, media=0, contact=contact.id, lead=row,
        )  # fmt: skip
        texting.queue_text(
            tx, stage.house, key="answer", to=CALLER, line=stage.house.office.lines[0], body="Call us.",
            text_class=TextClass.HELP, lead=row, contact=contact.id, kind=work.SEND_ANSWER,
            answers=asked,
        )  # fmt: skip
        (answer,) = tx.all(select(schema.jobs.c.id).where(schema.jobs.c.key == "answer"))
        (job,) = jobs.claim_these(tx, [answer.id], holder="h")
        unserved.hand_over(tx, stage.house, job)
        assert lead(tx).stage == LeadStage.WAITING
        (message,) = tx.all(select(schema.messages).where(schema.messages.c.id == job.message))
        assert message.status == "withheld"

    stage.act(story)


def test_a_call_nobody_can_look_up_says_so(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        ended = CallEnded(
            call_id="CA9", caller=CALLER, line=LINE, direction="inbound", started_at=NOW, ended_at=NOW
        )
        rules.apply(tx, stage.house, SOURCE, ended)
        assert hand_over_all(tx, stage, CALLS).state == "failed"
        (call,) = tx.all(select(schema.calls))
        assert call.why == (
            "It is not known whether somebody answered: \u201ctwilio\u201d is no longer in the configuration."
        )

    stage.act(story)


@pytest.mark.parametrize("channel", [TEXTS, CALLS, "crm:clio"])
def test_work_on_a_channel_that_is_served_is_left_alone(stage: Stage, channel: str) -> None:
    def story(tx: Tx) -> None:
        jobs.enqueue(tx, key="k", kind="any", channel=channel, due=tx.now)
        nobody, all_ = {"clock"}, {"clock", TEXTS, CALLS, "crm:clio"}
        no_age = timedelta(0)
        assert len(jobs.unserved(tx, nobody, no_age, most=9)) == 1
        assert jobs.unserved(tx, all_, no_age, most=9) == []
        assert jobs.unserved(tx, nobody, timedelta(minutes=1), most=9) == [], "too young"

    stage.act(story)
