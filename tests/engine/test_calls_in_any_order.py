"""Whatever order the news of one call comes in, and however often: one outcome, at most one text.

Must not: know how a provider reports calls.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import select

from mcdesk.domain import policy
from mcdesk.domain.events import (
    AnyCall,
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallMissed,
    CallRinging,
    VoicemailLeft,
)
from mcdesk.domain.facts import TextClass
from mcdesk.engine import gate, rules, work
from mcdesk.store import jobs, schema, talk
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, LINE, NOW, SOURCE, Stage

CALL: dict[str, Any] = {
    "call_id": "CA1",
    "caller": CALLER,
    "line": LINE,
    "direction": "inbound",
    "started_at": NOW,
}
OVER = NOW + timedelta(seconds=40)
RINGS = CallRinging(**CALL)
ENDS = CallEnded(**CALL, ended_at=OVER)
MISSED = CallMissed(**CALL, voicemail_within=timedelta(minutes=2))
MISSED_AT_ONCE = CallMissed(**CALL, ended_at=OVER)
ABANDONED = CallAbandoned(**CALL, ended_at=OVER)
VOICEMAIL = VoicemailLeft(**CALL, seconds=12, recording_url="https://api.example/RE1")
ANSWERED = CallAnswered(**CALL, ended_at=OVER)
NEWS: tuple[AnyCall, ...] = (RINGS, ENDS, MISSED, MISSED_AT_ONCE, ABANDONED, VOICEMAIL, ANSWERED)


@dataclass(frozen=True)
class End:
    """What became of it."""

    outcome: str
    texts: int
    #: Texts that would still go out.
    waiting: int
    leads: int
    calls: int


def orders(*news: AnyCall) -> Iterator[tuple[AnyCall, ...]]:
    """Every order they may come in."""
    return itertools.permutations(news)


def told(stage: Stage, news: tuple[AnyCall, ...]) -> End:
    def story(tx: Tx) -> End:
        for event in news:
            rules.apply(tx, stage.house, SOURCE, event)
        (call,) = tx.all(select(schema.calls))
        texts = tx.all(select(schema.jobs.c.state).where(schema.jobs.c.kind == "send-text"))
        leads = tx.all(select(schema.leads))
        return End(
            outcome=call.outcome,
            # one taken back for better words goes nowhere
            texts=sum(job.state != "canceled" for job in texts),
            waiting=sum(job.state == "waiting" for job in texts),
            leads=len(leads),
            calls=sum(lead.calls for lead in leads),
        )

    return stage.act(story)


@given(some.lists(some.sampled_from(NEWS), min_size=1, max_size=8), some.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing_about_the_outcome(
    stage: Stage, news: list[AnyCall], dice: Random
) -> None:
    shuffled = [*news, *dice.choices(news, k=3)]
    dice.shuffle(shuffled)
    first, second = told(stage, tuple(news)), told(stage, tuple(shuffled))
    assert first.outcome == second.outcome
    for end in (first, second):
        assert end.texts <= 1
        assert end.leads <= 1
        assert end.calls <= 1
        if end.outcome == "answered":
            assert end.waiting == 0
        if end.outcome in {"missed", "abandoned", "voicemail"}:
            assert (end.leads, end.waiting) == (1, 1)


def test_every_order_of_a_voicemail_ends_as_one_with_one_text(stage: Stage) -> None:
    for news in orders(RINGS, MISSED, VOICEMAIL, ENDS):
        assert told(stage, news) == End("voicemail", texts=1, waiting=1, leads=1, calls=1), news


def test_every_order_of_a_call_answered_after_all_sends_nothing(stage: Stage) -> None:
    for news in orders(RINGS, MISSED, ANSWERED, ENDS):
        end = told(stage, news)
        assert (end.outcome, end.waiting) == ("answered", 0), news


def test_a_text_waits_for_a_voicemail_and_no_longer_than_the_caller(stage: Stage) -> None:
    def due_after(*news: AnyCall) -> timedelta:
        def story(tx: Tx) -> timedelta:
            for event in news:
                rules.apply(tx, stage.house, SOURCE, event)
            of_texts = schema.jobs.c.kind == "send-text"
            (job,) = tx.all(select(schema.jobs.c.due).where(of_texts, schema.jobs.c.state == "waiting"))
            return job.due - tx.now  # type: ignore[no-any-return]

        return stage.act(story)

    assert due_after(RINGS, MISSED) == timedelta(minutes=2)
    assert due_after(RINGS, MISSED, VOICEMAIL) == timedelta(0)
    assert due_after(RINGS, MISSED, ENDS) == timedelta(0)
    assert due_after(ENDS, MISSED_AT_ONCE) == timedelta(0)


@pytest.mark.parametrize(
    ("held_for", "is_free"), [("", True), (policy.ON_THE_LINE, True), ("Quiet hours.", False)]
)
def test_a_text_held_while_they_call_again_is_free_when_that_call_ends(
    stage: Stage, held_for: str, is_free: bool
) -> None:
    def story(tx: Tx) -> bool:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        rules.apply(tx, stage.house, SOURCE, replace(RINGS, call_id="CA2"))
        (text,) = jobs.claim(tx, channel=work.texts_channel("twilio"), holder="a", most=1)
        assert jobs.hold(tx, text, until=tx.now + policy.LOOK_AGAIN, why=held_for)
        rules.apply(tx, stage.house, SOURCE, replace(MISSED_AT_ONCE, call_id="CA2"))
        (due,) = tx.all(select(schema.jobs.c.due).where(schema.jobs.c.id == text.id))
        return bool(due.due == tx.now)

    assert stage.act(story) is is_free


def test_a_hidden_caller_is_a_lead_in_any_order_if_there_is_a_message(stage: Stage) -> None:
    for news in orders(RINGS, MISSED, VOICEMAIL, ENDS):
        hidden = tuple(replace(event, caller=None) for event in news)
        end = told(stage, hidden)
        assert (end.outcome, end.leads, end.texts) == ("voicemail", 1, 0), news


def test_news_without_the_line_waits_for_news_that_names_it(stage: Stage) -> None:
    """A leg may report before its call."""
    bare = replace(MISSED, line=None)
    assert told(stage, (bare,)).leads == 0
    assert told(stage, (bare, RINGS, MISSED)) == End("missed", texts=1, waiting=1, leads=1, calls=1)


def test_a_call_that_rang_while_mcdesk_was_connected_is_no_history(stage: Stage) -> None:
    def leads(connected: datetime) -> int:
        def story(tx: Tx) -> int:
            rules.apply(tx, stage.house, replace(SOURCE, since=connected), MISSED_AT_ONCE)
            return len(tx.all(select(schema.leads)))

        return stage.act(story)

    assert leads(NOW - timedelta(seconds=1)) == 1
    assert leads(NOW + timedelta(seconds=20)) == 1
    assert leads(OVER + timedelta(seconds=1)) == 0


def test_two_calls_side_by_side_are_one_lead_with_one_text(stage: Stage) -> None:
    first: tuple[AnyCall, ...] = (RINGS, MISSED, ENDS)
    again = [replace(event, call_id="CA2") for event in first]

    def story(tx: Tx) -> tuple[int, int, int]:
        for pair in zip(first, again, strict=True):
            for event in pair:
                rules.apply(tx, stage.house, SOURCE, event)
        texts = tx.all(select(schema.jobs.c.id).where(schema.jobs.c.kind == "send-text"))
        leads = tx.all(select(schema.leads.c.calls))
        return len(texts), len(leads), leads[0].calls

    assert stage.act(story) == (1, 1, 2)


def test_a_hook_that_came_hours_late_is_set_right_by_the_log_before_it_is_texted(stage: Stage) -> None:
    looks_fresh = replace(MISSED_AT_ONCE, started_at=None, ended_at=None)
    by_the_log = replace(
        MISSED_AT_ONCE,
        started_at=NOW - timedelta(hours=9),
        ended_at=NOW - timedelta(hours=9) + timedelta(seconds=40),
    )

    def story(tx: Tx) -> tuple[bool, str]:
        rules.apply(tx, stage.house, SOURCE, looks_fresh)
        old_news = rules.is_old_news(tx, SOURCE.connection, by_the_log)
        rules.apply(tx, stage.house, SOURCE, by_the_log)
        (job,) = tx.all(select(schema.jobs).where(schema.jobs.c.kind == "send-text"))
        message = talk.message(tx, job.message)
        decision = gate.judge(
            tx,
            stage.house,
            to=CALLER,
            body=message.body,
            text_class=TextClass.ACK,
            lead=job.lead,
            moment="sent",
            message=job.message,
        )
        return old_news, decision.why[0]

    words = "They called 9 hours ago, which is too long for a first text. Phone them instead."
    assert stage.act(story) == (False, words)
