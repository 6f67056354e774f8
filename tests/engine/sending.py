"""What a connection would send now, of the rows of a story.

Must not: hold tests.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from mcdesk.engine.claiming import Claims
from mcdesk.engine.clock import Clock
from mcdesk.engine.health import Health
from mcdesk.engine.means import Means
from mcdesk.engine.patience import Patience
from mcdesk.store import schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import Stage


def claims_of(stage: Stage, *, off: timedelta | None = None) -> Claims:
    """By a clock that is so far ahead of the provider's."""
    clock = Clock()
    means = Means(stage.database, clock, Health(stage.database, clock), lambda: stage.house, "a", Patience())
    return Claims("twilio", means, asks_line_types=False, clock_off=lambda: off)


def job_of(tx: Tx, kind: str) -> Row[Any]:
    """The only one of its kind."""
    (job,) = tx.all(select(schema.jobs).where(schema.jobs.c.kind == kind))
    return job
