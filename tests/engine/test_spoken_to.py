"""A missed call that becomes known only after its caller was spoken with is not texted, and nobody waits.

Must not: know how a provider reports calls.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from mcdesk.domain.events import CallAnswered, CallMissed, CallRinging, Direction
from mcdesk.domain.facts import Decision, TextClass
from mcdesk.domain.leads import EndReason
from mcdesk.domain.leads import Stage as LeadStage
from mcdesk.domain.queue import NextWhat
from mcdesk.engine import followups, gate, rules
from mcdesk.store import leads, schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, LINE, NOW, SOURCE, Stage
from tests.engine.test_replies import text

MINUTE = timedelta(minutes=1)
WAYS: list[tuple[Direction, EndReason]] = [
    ("inbound", EndReason.SPOKE),
    ("outbound", EndReason.CALLED_BACK),
]


def missed(call: str, at: datetime | None) -> CallMissed:
    return CallMissed(call_id=call, caller=CALLER, line=LINE, direction="inbound", started_at=at, ended_at=at)


def spoke(call: str, at: datetime, direction: Direction = "inbound") -> CallAnswered:
    return CallAnswered(
        call_id=call,
        caller=CALLER,
        line=LINE,
        direction=direction,
        started_at=at,
        ended_at=at + 3 * MINUTE,
    )


def the_lead(tx: Tx) -> Row[Any]:
    (row,) = tx.all(select(schema.leads))
    return row


def texts(tx: Tx, *states: str) -> list[str]:
    found = tx.all(select(schema.jobs.c.state).where(schema.jobs.c.kind == "send-text"))
    return [job.state for job in found if not states or job.state in states]


def judged(tx: Tx, stage: Stage, *, text_class: TextClass = TextClass.ACK) -> Decision:
    """What the gate says at the moment of sending, were the lead's automation still going on."""
    row = the_lead(tx)
    tx.run(update(schema.leads).values(ended=None))
    return gate.judge(
        tx,
        stage.house,
        to=CALLER,
        body="Rivera & Cole: sorry. Reply STOP to opt out.",
        text_class=text_class,
        lead=row.id,
        moment="sent",
        message=tx.value(select(schema.messages.c.id)),
    )


@pytest.mark.parametrize(("direction", "ends"), WAYS)
def test_a_missed_call_found_after_they_were_spoken_with_is_a_lead_nobody_has_to_act_on(
    stage: Stage, direction: Direction, ends: EndReason
) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, spoke("CA2", NOW - 4 * MINUTE, direction))
        rules.apply(tx, stage.house, SOURCE, missed("CA1", NOW - 6 * MINUTE))
        row = the_lead(tx)
        assert texts(tx) == []
        assert (row.stage, row.ended, row.reply_due) == (LeadStage.ANSWERED, ends, None)
        assert row.next_what == NextWhat.NOTHING
        assert tx.value(select(schema.calls.c.lead).where(schema.calls.c.call_id == "CA1")) == row.id

    stage.act(story)


@pytest.mark.parametrize(("direction", "ends"), WAYS)
def test_a_call_answered_before_the_missed_one_stops_no_text(
    stage: Stage, direction: Direction, ends: EndReason
) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, spoke("CA1", NOW - 9 * MINUTE, direction))
        rules.apply(tx, stage.house, SOURCE, missed("CA2", NOW - MINUTE))
        assert texts(tx, "waiting") == ["waiting"]
        assert judged(tx, stage).answer == "send"

    stage.act(story)


def test_an_answered_call_of_before_that_is_found_later_stops_no_text(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed("CA2", NOW - MINUTE))
        rules.apply(tx, stage.house, SOURCE, spoke("CA1", NOW - 9 * MINUTE))
        assert texts(tx, "waiting") == ["waiting"]
        assert the_lead(tx).ended is None

    stage.act(story)


def test_an_answered_call_of_before_that_is_found_later_leaves_who_wrote_since_waiting(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed("CA1", NOW - 12 * MINUTE))
        rules.apply(tx, stage.house, SOURCE, text("SM1", "Can you call me again?"))
        rules.apply(tx, stage.house, SOURCE, spoke("CA2", NOW - 9 * MINUTE))
        row = the_lead(tx)
        assert (row.stage, row.reply_due) == (LeadStage.NEEDS_REPLY, NOW + 15 * MINUTE)

    stage.act(story)


@pytest.mark.parametrize("text_class", [TextClass.ACK, TextClass.FOLLOWUP])
def test_the_gate_knows_it_at_the_moment_of_sending(stage: Stage, text_class: TextClass) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed("CA1", NOW - 6 * MINUTE))
        rules.apply(tx, stage.house, SOURCE, spoke("CA2", NOW - 4 * MINUTE))
        decision = judged(tx, stage, text_class=text_class)
        assert decision.answer == "no"
        assert "spoken with them" in decision.why[0]
        assert judged(tx, stage, text_class=TextClass.SERVICE).answer == "send"

    stage.act(story)


def test_calling_in_vain_once_more_counts_again(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed("CA1", NOW - 6 * MINUTE))
        rules.apply(tx, stage.house, SOURCE, spoke("CA2", NOW - 5 * MINUTE))
        rules.apply(tx, stage.house, SOURCE, missed("CA3", NOW - MINUTE))
        assert the_lead(tx).stage == LeadStage.CALL_NOW
        assert judged(tx, stage).answer == "send"

    stage.act(story)


def test_a_second_missed_call_found_late_makes_nobody_phone_who_was_spoken_with(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed("CA1", NOW - 8 * MINUTE))
        rules.apply(tx, stage.house, SOURCE, spoke("CA3", NOW - 4 * MINUTE))
        rules.apply(tx, stage.house, SOURCE, missed("CA2", NOW - 6 * MINUTE))
        row = the_lead(tx)
        assert (row.stage, row.calls, row.reply_due) == (LeadStage.ANSWERED, 2, None)

    stage.act(story)


def test_a_hook_that_looked_fresh_is_refused_once_the_log_says_it_was_before_they_were_spoken_with(
    stage: Stage,
) -> None:
    def story(tx: Tx) -> None:
        ringing = CallRinging(call_id="CA1", caller=CALLER, line=LINE, direction="inbound")
        rules.apply(tx, stage.house, SOURCE, spoke("CA2", NOW - 4 * MINUTE))
        rules.apply(tx, stage.house, SOURCE, ringing)
        rules.apply(tx, stage.house, SOURCE, missed("CA1", None))
        assert texts(tx, "waiting") == ["waiting"]
        rules.apply(tx, stage.house, SOURCE, missed("CA1", NOW - 6 * MINUTE))
        row = the_lead(tx)
        decision = judged(tx, stage)
        followups.text_refused(tx, stage.house, row.id, decision, ordinal=1)
        leads.refresh(tx, row.id)
        row = the_lead(tx)
        assert (row.stage, row.ended) == (LeadStage.ANSWERED, EndReason.SPOKE)
        assert texts(tx, "waiting") == []

    stage.act(story)
