"""What the CRM is owed about somebody who calls over and over.

Must not: write to a CRM; `tests/walks/test_crm` does.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from mcdesk.domain.events import CallMissed
from mcdesk.engine import rules
from mcdesk.engine.callers import CALLS_NOTED_EACH
from mcdesk.store import jobs, schema
from mcdesk.store.records import note_entry, person_of
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, LINE, NOW, SOURCE, Stage

HERE = "crm:clio"
#: Inside an hour, with room for some calls a minute apart.
MORNING, NOON = NOW - timedelta(hours=5, minutes=50), NOW - timedelta(hours=3, minutes=50)


def call(stage: Stage, tx: Tx, name: str, at: datetime) -> None:
    event = CallMissed(
        call_id=name, caller=CALLER, line=LINE, direction="inbound", started_at=at, ended_at=at
    )
    rules.apply(tx, stage.house, SOURCE, event)


def calls(stage: Stage, tx: Tx, begin: datetime, count: int) -> None:
    for number in range(count):
        at = begin + timedelta(minutes=number)
        call(stage, tx, f"CA{at.timestamp():.0f}", at)


def hourly(tx: Tx) -> list[Row[Any]]:
    found = tx.all(select(schema.jobs).where(schema.jobs.c.kind == "write-note").order_by(schema.jobs.c.id))
    return [job for job in found if "calls_from" in job.work]


def noted(stage: Stage, tx: Tx) -> list[str]:
    """What the notes of whole hours say when they are written."""
    bodies = []
    for job in jobs.claim_these(tx, [row.id for row in hourly(tx)], holder="me"):
        assert job.lead is not None
        person = person_of(tx, job.lead)
        bodies.append(note_entry(tx, stage.house.office, job, person, "1").body)
    return bodies


def test_calls_found_in_the_log_are_noted_for_the_hours_they_came_in(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        calls(stage, tx, MORNING, CALLS_NOTED_EACH + 1)
        calls(stage, tx, NOON, 4)
        morning, noon = noted(stage, tx)
        assert f"called {CALLS_NOTED_EACH + 1} times on 2026-11-18 between 5:00 am and 6:00 am" in morning
        assert "called 4 times on 2026-11-18 between 7:00 am and 8:00 am" in noon

    stage.act(story)


def test_an_hour_that_is_over_waits_for_the_rest_of_its_calls_and_this_one_for_its_end(
    stage: Stage,
) -> None:
    def story(tx: Tx) -> None:
        calls(stage, tx, MORNING, CALLS_NOTED_EACH + 1)
        call(stage, tx, "CA9", NOW)
        past, going_on = hourly(tx)
        assert timedelta(0) < past.due - tx.now < timedelta(minutes=5)
        assert going_on.due == NOW.replace(minute=0) + timedelta(hours=1)

    stage.act(story)


def test_a_call_found_after_its_hour_was_noted_is_noted_by_itself(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        calls(stage, tx, MORNING, CALLS_NOTED_EACH + 1)
        tx.now = NOW + timedelta(minutes=2)
        for job in jobs.claim(tx, channel=HERE, holder="me", most=99):
            jobs.finish(tx, job)
        call(stage, tx, "CA9", MORNING + timedelta(minutes=9))
        (noted_alone,) = tx.all(
            select(schema.jobs).where(schema.jobs.c.state == "waiting", schema.jobs.c.channel == HERE)
        )
        assert noted_alone.kind == "log-call"

    stage.act(story)
