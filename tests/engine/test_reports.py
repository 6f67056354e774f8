"""Failures reported about a number whose text is in question: what they are taken for.

Must not: know how a provider reports.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from mcdesk.domain.events import CallMissed, DeliveryStatus, TextStatus
from mcdesk.engine import rules
from mcdesk.store import schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, LINE, NOW, SOURCE, Stage

WHY = "The number is out of service."


def report(status: DeliveryStatus = DeliveryStatus.FAILED, *, at: timedelta = timedelta(0)) -> TextStatus:
    """About a text whose id is not known here."""
    failed = status is DeliveryStatus.FAILED
    return TextStatus(
        message_id="SM9", status=status, why=WHY if failed else None, at=NOW + at, recipient=CALLER
    )


def texted(tx: Tx, stage: Stage, *, state: str, doubt: bool = True) -> None:
    """A missed call whose text got so far."""
    call = CallMissed(
        call_id="CA1", caller=CALLER, line=LINE, direction="inbound", started_at=NOW, ended_at=NOW
    )
    rules.apply(tx, stage.house, SOURCE, call)
    tx.run(
        update(schema.jobs)
        .where(schema.jobs.c.kind == "send-text")
        .values(state=state, doubt_at=NOW if doubt else None)
    )


def comes_by_hook(tx: Tx, stage: Stage, event: TextStatus) -> bool:
    try:
        rules.apply(tx, stage.house, SOURCE, event)
    except rules.TooEarly:
        return False
    return True


def comes_by_log(tx: Tx, stage: Stage, event: TextStatus) -> bool:
    return not rules.is_old_news(tx, SOURCE.connection, event) and comes_by_hook(tx, stage, event)


Way = Callable[[Tx, Stage, TextStatus], bool]
EITHER = pytest.mark.parametrize("comes", [comes_by_hook, comes_by_log])


def status_and_stage(tx: Tx) -> tuple[str | None, str, str]:
    (message,) = tx.all(select(schema.messages))
    (lead,) = tx.all(select(schema.leads))
    return message.status, message.why, lead.stage


@EITHER
def test_it_is_told_where_a_person_was_asked_about_the_text(stage: Stage, comes: Way) -> None:
    def story(tx: Tx) -> tuple[bool, tuple[str | None, str, str], bool]:
        texted(tx, stage, state="check")
        taken = comes(tx, stage, report(at=timedelta(seconds=9)))
        return taken, status_and_stage(tx), comes(tx, stage, report(at=timedelta(seconds=9)))

    taken, told, again = stage.act(story)
    assert taken
    assert told == ("failed", WHY, "call-now")
    assert not again, "once is enough"


@EITHER
@pytest.mark.parametrize(
    ("state", "doubt"), [("running", False), ("running", True), ("waiting", True)], ids=str
)
def test_it_waits_while_the_text_may_still_be_found(
    stage: Stage, comes: Way, state: str, doubt: bool
) -> None:
    def story(tx: Tx) -> tuple[bool, bool]:
        texted(tx, stage, state=state, doubt=doubt)
        return comes(tx, stage, report()), rules.is_awaited(tx, SOURCE.connection, report())

    assert stage.act(story) == (False, True)


@EITHER
def test_it_waits_while_a_later_text_to_the_same_number_is_on_its_way(stage: Stage, comes: Way) -> None:
    """It may be the later one that failed."""

    def story(tx: Tx) -> tuple[bool, str | None]:
        texted(tx, stage, state="check")
        (message,) = tx.all(select(schema.messages))
        (job,) = tx.all(select(schema.jobs).where(schema.jobs.c.kind == "send-text"))
        second = {**message._asdict(), "id": message.id + 1}
        tx.run(insert(schema.messages).values(second))
        later = {
            "id": None,
            "key": "typed",
            "kind": "send-typed",
            "state": "running",
            "message": second["id"],
        }
        tx.run(insert(schema.jobs).values({**job._asdict(), **later}))
        taken = comes(tx, stage, report())
        return taken, tx.all(select(schema.messages))[0].status

    assert stage.act(story) == (False, None)


@EITHER
@pytest.mark.parametrize("state", ["waiting", "done"])
def test_it_is_none_of_ours_where_no_text_is_in_question(stage: Stage, comes: Way, state: str) -> None:
    def story(tx: Tx) -> tuple[bool, bool]:
        texted(tx, stage, state=state, doubt=False)
        return comes(tx, stage, report()), rules.is_awaited(tx, SOURCE.connection, report())

    assert stage.act(story) == (False, False)


@EITHER
@pytest.mark.parametrize(
    "event",
    [
        pytest.param(report(at=-timedelta(minutes=5)), id="from before the text"),
        pytest.param(report(DeliveryStatus.DELIVERED), id="no failure"),
    ],
)
def test_a_person_goes_on_looking_where_the_report_says_nothing_of_the_text(
    stage: Stage, comes: Way, event: TextStatus
) -> None:
    def story(tx: Tx) -> tuple[bool, tuple[str | None, str, str]]:
        texted(tx, stage, state="check")
        return comes(tx, stage, event), status_and_stage(tx)

    taken, (status, _, _) = stage.act(story)
    assert not taken
    assert status is None
