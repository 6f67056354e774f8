"""With a clock that is wrong by the provider's nothing goes out, until it is set.

Must not: test how the wrongness is found (`tests/wire` does).
"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mcdesk.engine import rules, verbs
from mcdesk.store import alerts, schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import SOURCE, Stage
from tests.engine.sending import claims_of, job_of
from tests.engine.test_calls_in_any_order import MISSED_AT_ONCE
from tests.engine.test_replies import text

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("off", "goes_out"), [(None, True), (4 * MINUTE, True), (6 * MINUTE, False), (-20 * MINUTE, False)]
)
def test_s9_a_first_text_waits_until_the_clock_is_set(
    stage: Stage, off: timedelta | None, goes_out: bool
) -> None:
    claims = claims_of(stage, off=off)

    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        assert bool(claims.claim(tx, 1)) is goes_out
        job = job_of(tx, "send-text")
        if not goes_out:
            assert job.state == "waiting"
            assert job.why.startswith("This PC's clock is ")

    stage.act(story)


def test_s9_help_waits_for_the_clock_and_is_for_a_person_when_that_takes_too_long(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, text("SM1", "AYUDA"))
        assert claims_of(stage, off=20 * MINUTE).claim(tx, 9) == []
        assert job_of(tx, "send-answer").state == "waiting"
        late = Tx(tx.connection, tx.now + 11 * MINUTE)
        assert claims_of(stage).claim(late, 9) == []
        assert job_of(tx, "send-answer").state == "canceled"

    stage.act(story)


@pytest.mark.parametrize("off", [20 * MINUTE, -20 * MINUTE], ids=["ahead", "behind"])
def test_s9_o6_a_confirmation_never_goes_out_by_a_wrong_clock_nor_late_by_the_right_one(
    stage: Stage, off: timedelta
) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, text("SM1", "please stop texting me"))
        for minutes in range(8):
            then = Tx(tx.connection, tx.now + minutes * MINUTE)
            assert claims_of(stage, off=off).claim(then, 9) == []
        assert job_of(tx, "send-answer").state == "canceled"

    stage.act(story)


def test_s9_what_a_person_typed_waits_and_tells_them_once_why(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, text("SM1", "Can you help me?"))
        (lead,) = tx.all(select(schema.leads))
        assert verbs.reply(tx, stage.house, "Maria", lead.id, "Yes, today.", "message:1").ok
        for second in range(0, 60, 20):
            then = Tx(tx.connection, tx.now + timedelta(seconds=second))
            assert claims_of(stage, off=7 * MINUTE).claim(then, 9) == []
        told = [each for each in alerts.recent(tx, person="Maria", unread_only=True) if each.kind == "check"]
        assert [each.title for each in told] == ["A text waits"]
        assert "clock is 7 minutes wrong" in told[0].text
        assert "clock is 7 minutes wrong" in job_of(tx, "send-typed").why
        (outgoing,) = claims_of(stage).claim(Tx(tx.connection, tx.now + MINUTE), 9)
        assert outgoing.text.body == "Yes, today.", "the clock is set"

    stage.act(story)
