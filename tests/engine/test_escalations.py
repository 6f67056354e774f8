"""The reply clock: what ends it, what does not, and a clock on the wall that was wrong.

Must not: wait; the time of each transaction is set.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from mcdesk.engine import escalations, rules, texting, verbs, work
from mcdesk.store import jobs, leads, schema, set_back
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import NOW, SOURCE, Stage
from tests.engine.test_replies import text, the_lead

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def writes(stage: Stage, tx: Tx, message: str = "SM1") -> None:
    rules.apply(tx, stage.house, SOURCE, text(message, "Please call me"))


def told_late(tx: Tx, at: datetime) -> int:
    """How often everyone is told, in all, once the clock's work of that time is done."""
    tx.now = at
    for job in jobs.claim(tx, channel=work.CLOCK, holder="me", most=9):
        escalations.escalate(tx, job)
    return len([alert for alert in tx.all(select(schema.alerts)) if alert.kind == "late"])


def test_who_wrote_while_the_clock_was_ahead_is_waiting_no_longer_than_others(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        tx.now = NOW + DAY
        writes(stage, tx)
        tx.now = NOW + MINUTE
        set_back.move_back(tx, DAY)
        row = the_lead(tx)
        assert row.next_due == row.reply_due == NOW + 15 * MINUTE
        assert told_late(tx, NOW + 14 * MINUTE) == 0
        assert told_late(tx, NOW + 15 * MINUTE) == 1

    stage.act(story)


def test_an_escalation_that_comes_too_early_comes_again(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        writes(stage, tx)
        leads.change(tx, the_lead(tx).id, reply_due=NOW + 40 * MINUTE)
        assert told_late(tx, NOW + 20 * MINUTE) == 0
        assert told_late(tx, NOW + 40 * MINUTE) == 1

    stage.act(story)


def test_of_two_clocks_the_later_one_tells_once(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        writes(stage, tx)
        lead = the_lead(tx).id
        tx.now = NOW + 5 * MINUTE
        verbs.called_back(tx, stage.house, "Maria", lead)
        texting.ask_to_call(tx, stage.house, lead, "nobody was there")
        tx.now = NOW + 8 * MINUTE
        texting.ask_to_call(tx, stage.house, lead, "they called again")
        assert told_late(tx, NOW + 21 * MINUTE) == 0, "the first of the two is over"
        assert told_late(tx, NOW + 60 * MINUTE) == 1

    stage.act(story)


def test_two_clocks_that_ran_out_while_nothing_ran_tell_once(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        writes(stage, tx)
        tx.now = NOW + 5 * MINUTE
        texting.ask_to_call(tx, stage.house, the_lead(tx).id, "they called again")
        assert told_late(tx, NOW + 60 * MINUTE) == 1

    stage.act(story)


def test_a_call_task_without_a_clock_does_not_stop_the_one_that_runs(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        writes(stage, tx)
        tx.now = NOW + MINUTE
        texting.ask_to_call(tx, stage.house, the_lead(tx).id, "no answer to our texts", timed=False)
        row = the_lead(tx)
        assert (row.reply_amber, row.reply_due) == (NOW + 5 * MINUTE, NOW + 15 * MINUTE)
        assert told_late(tx, NOW + 16 * MINUTE) == 1

    stage.act(story)
