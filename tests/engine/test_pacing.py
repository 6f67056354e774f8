"""Late texts one after another, whatever the clock on the wall does meanwhile.

Must not: send; `tests/walks/test_late` does.
"""

from datetime import timedelta

from mcdesk.engine.pacing import SPACING, Pace
from mcdesk.store import jobs
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import NOW, Stage

HERE = "texts:twilio"
DAY = timedelta(days=1)


def late(tx: Tx, key: str) -> jobs.Job:
    """A text that should have gone out five minutes ago, claimed."""
    jobs.enqueue(tx, key=key, kind="send-text", channel=HERE, due=tx.now - timedelta(minutes=5), work={})
    (job,) = jobs.claim(tx, channel=HERE, holder="me", most=1)
    return job


def test_late_texts_take_turns(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        pace = Pace(HERE)
        assert [pace.waits(tx, late(tx, key)) for key in ("a", "b", "c")] == [False, True, True]
        assert jobs.next_due(tx, HERE) == NOW + SPACING
        tx.now = NOW + SPACING
        (second,) = jobs.claim(tx, channel=HERE, holder="me", most=9)
        assert not pace.waits(tx, second)
        assert jobs.next_due(tx, HERE) == NOW + 2 * SPACING

    stage.act(story)


def test_a_turn_taken_while_the_clock_was_ahead_puts_no_later_one_off(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        pace = Pace(HERE)
        tx.now = NOW + DAY
        assert not pace.waits(tx, late(tx, "a"))
        tx.now = NOW
        assert pace.waits(tx, late(tx, "b"))
        assert jobs.next_due(tx, HERE) == NOW + SPACING

    stage.act(story)
