"""What may mean stop: a person decides, and a business day without a decision decides too (rule O-4).

Must not: test which words may mean stop (`tests/domain/test_consent` does).
"""

from typing import Any

import pytest
from sqlalchemy import Row, select, update

from mcdesk.domain.leads import EndReason
from mcdesk.engine import reviews, rules, verbs, work
from mcdesk.store import jobs, people, schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, SOURCE, Stage
from tests.engine.test_calls_in_any_order import MISSED_AT_ONCE
from tests.engine.test_replies import happenings, text, the_lead

UNCLEAR = "I am not interested"


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


def test_o4_a_second_unclear_text_gives_no_more_time(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        due = written(tx, stage).review_due
        rules.apply(tx, stage.house, SOURCE, text("SM2", UNCLEAR))
        assert the_lead(tx).review_due == due
        assert len(tx.all(select(schema.jobs).where(schema.jobs.c.kind == work.END_REVIEW))) == 1

    stage.act(story)
