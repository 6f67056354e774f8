"""What may mean stop: a person decides, and a business day without a decision decides too (rule O-4).

Must not: test which words may mean stop (`tests/domain/test_consent` does).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from mcdesk.domain import unsettled
from mcdesk.domain.leads import Disposition, EndReason
from mcdesk.domain.marks import MarkKind
from mcdesk.engine import marking, reviews, rules, verbs, work
from mcdesk.store import jobs, people, schema, set_back
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, NOW, SOURCE, Stage
from tests.engine.test_calls_in_any_order import MISSED_AT_ONCE
from tests.engine.test_replies import happenings, text, the_lead

UNCLEAR = "I am not interested"
#: No row knows it.
GUESSED = "away with these texts"


def written(tx: Tx, stage: Stage) -> Row[Any]:
    rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
    rules.apply(tx, stage.house, SOURCE, text("SM1", UNCLEAR))
    return the_lead(tx)


def time_is_up(tx: Tx, stage: Stage) -> None:
    """The end of the review, a business day later."""
    tx.run(update(schema.leads).where(schema.leads.c.review_due.is_not(None)).values(review_due=tx.now))
    tx.run(update(schema.jobs).where(schema.jobs.c.kind == work.END_REVIEW).values(due=tx.now))
    for job in jobs.claim(tx, channel=work.CLOCK, holder="a", most=9):
        if job.kind == work.END_REVIEW:
            reviews.end(tx, stage.house, job)


def is_opted_out(tx: Tx) -> bool:
    return people.suppressed_at(tx, CALLER) is not None


def test_o4_it_ends_the_automation_and_asks_a_person(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        lead = written(tx, stage)
        assert lead.ended == EndReason.REVIEW
        assert lead.review_due is not None
        assert lead.reply_due is not None
        assert "without a decision by Thursday 11:00 am it counts as an opt-out" in happenings(tx)
        waiting = tx.all(select(schema.jobs.c.kind).where(schema.jobs.c.state == "waiting"))
        assert not {job.kind for job in waiting} & set(work.AUTOMATION)
        assert not is_opted_out(tx)

    stage.act(story)


def test_o4_what_only_sounds_like_it_says_so_and_why(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        rules.apply(tx, stage.house, SOURCE, text("SM1", GUESSED))
        assert the_lead(tx).ended == EndReason.REVIEW
        counted = stage.house.rulebook.keywords.classify(GUESSED).rule
        assert "away" in counted
        said = happenings(tx)
        assert "It sounds like somebody who wants no more texts. Please read it" in said
        assert f"What counted most: {counted}." in said
        assert not is_opted_out(tx)

    stage.act(story)


def test_o4_a_guess_stops_no_blocked_number_whose_text_nobody_reads(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        assert marking.mark(tx, stage.house, "Maria", CALLER, MarkKind.BLOCKED, "Spam").ok
        rules.apply(tx, stage.house, SOURCE, text("SM1", GUESSED))
        assert not is_opted_out(tx)
        rules.apply(tx, stage.house, SOURCE, text("SM2", UNCLEAR))
        assert is_opted_out(tx)

    stage.act(story)


def test_o4_without_a_decision_it_counts_as_an_opt_out(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        written(tx, stage)
        time_is_up(tx, stage)
        (row,) = tx.all(select(schema.suppressions))
        assert (row.words, row.rule, row.channel) == (UNCLEAR, reviews.UNDECIDED, "text")
        assert the_lead(tx).review_due is None

    stage.act(story)


@pytest.mark.parametrize("stops", [True, False])
def test_o4_a_person_decides_and_the_end_of_the_time_changes_nothing(stage: Stage, stops: bool) -> None:
    def story(tx: Tx) -> None:
        lead = written(tx, stage).id
        if stops:
            assert verbs.asked_to_stop(tx, stage.house, "Maria", lead, UNCLEAR, "text").ok
        else:
            assert verbs.keep_texting(tx, stage.house, "Maria", lead).ok
        assert the_lead(tx).review_due is None
        time_is_up(tx, stage)
        assert is_opted_out(tx) is stops
        assert not verbs.keep_texting(tx, stage.house, "Maria", lead).ok

    stage.act(story)


def ended_at(tx: Tx, stage: Stage, at: datetime) -> bool:
    """Whether it counts as an opt-out once the work of that time is done."""
    tx.now = at
    for job in jobs.claim(tx, channel=work.CLOCK, holder="a", most=9):
        if job.kind == work.END_REVIEW:
            reviews.end(tx, stage.house, job)
        else:
            jobs.finish(tx, job)
    return is_opted_out(tx)


def test_o4_what_was_written_while_the_clock_was_ahead_is_decided_too(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        tx.now = NOW + timedelta(days=1)
        due = written(tx, stage).review_due
        tx.now = NOW
        set_back.move_back(tx, timedelta(days=1))
        right = due - timedelta(days=1)
        assert the_lead(tx).review_due == right
        assert not ended_at(tx, stage, right - timedelta(minutes=1))
        assert ended_at(tx, stage, right)

    stage.act(story)


def test_o4_an_end_that_comes_too_early_comes_again(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        due = written(tx, stage).review_due
        tx.run(update(schema.jobs).where(schema.jobs.c.kind == work.END_REVIEW).values(due=NOW))
        assert not ended_at(tx, stage, NOW)
        assert ended_at(tx, stage, due)

    stage.act(story)


def test_o4_the_end_of_a_decided_question_is_not_that_of_the_next_one(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        first = written(tx, stage)
        tx.now = NOW + timedelta(hours=3)
        assert verbs.keep_texting(tx, stage.house, "Maria", first.id).ok
        rules.apply(tx, stage.house, SOURCE, text("SM2", "I found another lawyer"))
        due = the_lead(tx).review_due
        assert due > first.review_due
        assert not ended_at(tx, stage, first.review_due)
        assert ended_at(tx, stage, due)
        assert tx.value(select(schema.suppressions.c.words)) == "I found another lawyer"

    stage.act(story)


def test_o4_a_second_unclear_text_gives_no_more_time(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        due = written(tx, stage).review_due
        rules.apply(tx, stage.house, SOURCE, text("SM2", UNCLEAR))
        assert the_lead(tx).review_due == due
        assert len(tx.all(select(schema.jobs).where(schema.jobs.c.kind == work.END_REVIEW))) == 1

    stage.act(story)


def called_again(tx: Tx, stage: Stage) -> Tx:
    """The lead in question was closed, and they call again before anybody decided."""
    assert verbs.close(tx, stage.house, "Maria", the_lead(tx).id, Disposition.OTHER, "").ok
    later = Tx(tx.connection, NOW + timedelta(minutes=30))
    rules.apply(later, stage.house, SOURCE, replace(MISSED_AT_ONCE, call_id="CA2", started_at=later.now))
    return later


def first_text(tx: Tx) -> Row[Any]:
    (job,) = tx.all(select(schema.jobs).where(schema.jobs.c.kind == work.SEND_TEXT))
    return job


def test_o4_while_nobody_has_decided_nothing_is_texted_about_a_new_call_either(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, text("SM1", UNCLEAR))
        later = called_again(tx, stage)
        old, new = tx.all(select(schema.leads).order_by(schema.leads.c.id))
        assert new.review_due == old.review_due is not None, "it is asked about the new lead"
        assert first_text(tx).why == unsettled.IN_REVIEW
        assert first_text(tx).not_after == later.now + timedelta(minutes=10), "then somebody calls"
        assert verbs.keep_texting(later, stage.house, "Maria", new.id).ok
        assert first_text(tx).due == later.now
        assert not tx.all(select(schema.leads).where(schema.leads.c.review_due.is_not(None)))

    stage.act(story)


def test_o4_undecided_in_a_closed_lead_ends_the_open_one(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, text("SM1", UNCLEAR))
        later = called_again(tx, stage)
        time_is_up(later, stage)
        assert is_opted_out(tx)
        assert first_text(tx).state == "canceled"
        assert not tx.all(select(schema.leads).where(schema.leads.c.review_due.is_not(None)))

    stage.act(story)


@pytest.mark.parametrize(("words", "opted_out", "asked"), [
    ("You have the wrong number", True, False),
    ("please stop texting me", True, False),
    (UNCLEAR, False, True),
    ("Thank you", False, False),
])  # fmt: skip
def test_o4_what_was_written_before_mcdesk_was_connected(
    stage: Stage, words: str, opted_out: bool, asked: bool
) -> None:
    """O-2 and O-3 count at once; a person is asked about what is unclear."""

    def story(tx: Tx) -> None:
        assert SOURCE.since is not None
        rules.apply(tx, stage.house, SOURCE, text("SM1", words, SOURCE.since - timedelta(hours=1)))
        assert is_opted_out(tx) is opted_out
        rows = tx.all(select(schema.leads))
        assert [row.review_due is not None for row in rows] == [True] * asked

    stage.act(story)


@pytest.mark.parametrize("words", ["You have the wrong number", "please stop texting me", UNCLEAR])
def test_o4_a_blocked_number_bothers_nobody_and_is_opted_out_by_what_may_mean_stop(
    stage: Stage, words: str
) -> None:
    def story(tx: Tx) -> None:
        assert marking.mark(tx, stage.house, "Maria", CALLER, MarkKind.BLOCKED, "Spam").ok
        rules.apply(tx, stage.house, SOURCE, text("SM1", words))
        assert is_opted_out(tx)
        assert not tx.all(select(schema.leads))

    stage.act(story)
