"""With a clock that is wrong by the provider's nothing goes out by itself, until it is set.

Must not: test how the wrongness is found (`tests/wire` does).
"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from mcdesk.engine import rules
from mcdesk.engine.claiming import Claims
from mcdesk.engine.clock import Clock
from mcdesk.engine.health import Health
from mcdesk.engine.means import Means
from mcdesk.engine.patience import Patience
from mcdesk.store import schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import SOURCE, Stage
from tests.engine.test_calls_in_any_order import MISSED_AT_ONCE


@pytest.mark.parametrize(
    ("off", "goes_out"),
    [
        (None, True),
        (timedelta(minutes=4), True),
        (timedelta(minutes=6), False),
        (timedelta(minutes=-20), False),
    ],
)
def test_a_first_text_waits_until_the_clock_is_set(
    stage: Stage, off: timedelta | None, goes_out: bool
) -> None:
    clock = Clock()
    means = Means(stage.database, clock, Health(stage.database, clock), lambda: stage.house, "a", Patience())
    claims = Claims("twilio", means, asks_line_types=False, clock_off=lambda: off)

    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        assert bool(claims.claim(tx, 1)) is goes_out
        (job,) = tx.all(select(schema.jobs).where(schema.jobs.c.kind == "send-text"))
        if not goes_out:
            assert job.state == "waiting"
            assert job.why.startswith("This PC's clock is ")

    stage.act(story)
