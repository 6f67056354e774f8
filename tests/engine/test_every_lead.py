"""A person is one person: what ends the automation of one of their leads ends that of the others.

Must not: run an engine; `tests/walks` does.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from mcdesk.domain.events import Booked, DeliveryStatus, TextStatus
from mcdesk.domain.leads import Disposition, EndReason
from mcdesk.domain.leads import Stage as LeadStage
from mcdesk.engine import consenting, reviews, rules, verbs, work
from mcdesk.store import jobs, leads, people, schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, NOW, SOURCE, Stage
from tests.engine.test_calls_in_any_order import MISSED_AT_ONCE
from tests.engine.test_replies import text

OLDER, OPEN = 1, 2
MARIA = "Maria"


def called_again(tx: Tx, stage: Stage) -> Tx:
    """They called, were closed, and called again two days later: the first text to that call is out."""
    rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
    assert verbs.close(tx, stage.house, MARIA, OLDER, Disposition.OTHER, "").ok
    later = Tx(tx.connection, NOW + timedelta(days=2))
    rules.apply(later, stage.house, SOURCE, replace(MISSED_AT_ONCE, call_id="CA2", started_at=later.now))
    assert waiting(tx)
    return later


def waiting(tx: Tx) -> set[str]:
    """Texts and steps that would go out by themselves."""
    rows = tx.all(select(schema.jobs.c.kind).where(schema.jobs.c.state == "waiting"))
    return {row.kind for row in rows} & {*work.AUTOMATION, work.ESCALATE}


def reply(tx: Tx, stage: Stage) -> None:
    assert verbs.reply(tx, stage.house, MARIA, OLDER, "I take care of it.", None, True).ok


def call_back(tx: Tx, stage: Stage) -> None:
    assert verbs.called_back(tx, stage.house, MARIA, OLDER).ok


def book(tx: Tx, stage: Stage) -> None:
    rules.apply(tx, stage.house, SOURCE, Booked(booking_id="B1", lead=str(OLDER), starts_at=tx.now))


def ask_to_stop(tx: Tx, stage: Stage) -> None:
    assert verbs.asked_to_stop(tx, stage.house, MARIA, OLDER, "Never text me", "phone").ok


def leave_undecided(tx: Tx, stage: Stage) -> None:
    tx.run(update(schema.leads).where(schema.leads.c.id == OLDER).values(review_due=tx.now))
    jobs.enqueue(
        tx, key="review", kind=work.END_REVIEW, channel="review", due=tx.now, lead=OLDER, work={"words": "no"}
    )
    (job,) = jobs.claim(tx, channel="review", holder="a", most=9)
    reviews.end(tx, stage.house, job)


@pytest.mark.parametrize(("act", "reason"), [
    (reply, EndReason.TYPED),
    (call_back, EndReason.CALLED_BACK),
    (book, EndReason.BOOKED),
    (ask_to_stop, EndReason.OPTED_OUT),
    (leave_undecided, EndReason.OPTED_OUT),
])  # fmt: skip
def test_t3_an_act_on_an_older_lead_ends_the_open_ones_automation(
    stage: Stage, act: Callable[[Tx, Stage], None], reason: EndReason
) -> None:
    """T-3 and O-2: in the same transaction, and nobody is asked to phone whom somebody dealt with."""

    def story(tx: Tx) -> None:
        later = called_again(tx, stage)
        act(later, stage)
        row = leads.lead(tx, OPEN)
        assert row is not None
        assert (row.ended, row.stage) == (reason, LeadStage.ANSWERED)
        assert waiting(tx) == set()

    stage.act(story)


def test_o9_a_provider_that_refuses_them_in_an_older_lead_ends_the_open_one_too(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        later = called_again(tx, stage)
        tx.run(update(schema.messages).where(schema.messages.c.lead == OLDER).values(message_id="SM9"))
        rules.apply(
            later, stage.house, SOURCE,
            TextStatus(message_id="SM9", status=DeliveryStatus.FAILED, code="21610", opted_out=True),
        )  # fmt: skip
        row = leads.lead(tx, OPEN)
        assert row is not None
        assert (row.ended, row.stage) == (EndReason.OPTED_OUT, LeadStage.CALL_NOW)
        assert people.is_suppressed_at_provider(tx, CALLER)
        assert waiting(tx) == {work.ESCALATE}

    stage.act(story)


def test_o2_an_opt_out_takes_back_what_was_typed_in_an_older_lead(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        later = called_again(tx, stage)
        reply(later, stage)
        rules.apply(later, stage.house, SOURCE, text("SM1", "please stop texting me"))
        rows = tx.all(select(schema.jobs).where(schema.jobs.c.kind == work.SEND_TYPED))
        assert [row.state for row in rows] == ["canceled"]

    stage.act(story)


@pytest.mark.parametrize(("ways", "at_provider"), [
    (("provider",), True),
    (("provider", "provider"), True),
    (("text",), False),
    (("phone",), False),
    (("text", "provider"), False),
    (("provider", "phone"), False),
])  # fmt: skip
def test_o8_yes_opts_in_only_whom_the_provider_alone_opted_out(
    stage: Stage, ways: tuple[str, ...], at_provider: bool
) -> None:
    def story(tx: Tx) -> None:
        for way in ways:
            consenting.withdraw(
                tx, stage.house, CALLER, words="", rule="", channel=way, at_provider=way == "provider"
            )
        rules.apply(tx, stage.house, SOURCE, text("SM1", "Yes"))
        assert (people.suppressed_at(tx, CALLER) is None) is at_provider
        rules.apply(tx, stage.house, SOURCE, text("SM2", "START"))
        assert people.suppressed_at(tx, CALLER) is None

    stage.act(story)


def test_o8_yes_after_a_keyword_the_provider_answered_opts_in(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        stop = replace(text("SM1", "STOP"), provider_opt_out="STOP")
        for each in (stop, text("SM2", "Yes")):
            rules.apply(tx, stage.house, SOURCE, each)
        assert people.suppressed_at(tx, CALLER) is None

    stage.act(story)
