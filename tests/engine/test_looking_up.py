"""A call that ended without a verdict: looked up with patience, and in the end never left without a word.

Must not: know how a provider tells what became of a call.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select

from mcdesk import app
from mcdesk.domain.events import AnyCall, CallAnswered, CallEnded, CallMissed, CallRinging
from mcdesk.domain.leads import Stage
from mcdesk.domain.numbers import Number
from mcdesk.engine import rules
from mcdesk.engine.health import Health
from mcdesk.engine.looking_up import CallLookUps
from mcdesk.engine.means import Means
from mcdesk.engine.patience import Patience
from mcdesk.ports.phone import Bridge, CallLog, Phone
from mcdesk.ports.provider import BadLogin, Busy, Check, ProviderError, Refused, Setup, Unreachable
from mcdesk.store import health, schema
from mcdesk.store.database import Database
from mcdesk.store.opening import open_database
from tests.engine.rehearsal import CALLER, CONFIGURATION, LINE
from tests.walks.movable import MovableClock

Answer = Callable[[str], AnyCall | None]


class Company(Phone):
    """A phone system that says of a call what the story wants."""

    title = "Pretend"

    def __init__(self, answer: Answer) -> None:
        super().__init__(Setup(connection="twilio", settings={}))
        self.answer = answer
        self.asked: list[str] = []

    async def call(self, call_id: str) -> AnyCall | None:
        self.asked.append(call_id)
        return self.answer(call_id)

    async def calls_since(self, cursor: str | None, *, now: datetime) -> CallLog:
        raise AssertionError("only single calls are asked for here")

    async def place_call(self, bridge: Bridge) -> str:
        raise AssertionError("only single calls are asked for here")

    async def check(self) -> list[Check]:
        raise AssertionError("only single calls are asked for here")


def says(error: ProviderError) -> Answer:
    def answer(call_id: str) -> AnyCall | None:
        raise error

    return answer


def knows_nothing(call_id: str) -> AnyCall | None:
    return None


def of(call_id: str, *, caller: Number | None = CALLER, line: Number = LINE) -> dict[str, Any]:
    return {"call_id": call_id, "caller": caller, "line": line, "direction": "inbound"}


@dataclass
class Here:
    """One connection's look-ups with a database and a clock that moves."""

    clock: MovableClock
    database: Database
    company: Company
    means: Means
    look_ups: CallLookUps
    source: rules.Source = field(
        default_factory=lambda: rules.Source("twilio", settle=timedelta(0), since=None)
    )

    def told(self, event: AnyCall) -> None:
        """An event comes in by a hook."""
        self.database.write(lambda tx: rules.apply(tx, self.means.house(), self.source, event)).result()

    def ended(self, call_id: str = "CA1", **parts: Any) -> None:
        """A call is over, and nobody says more."""
        self.told(CallEnded(**of(call_id, **parts), ended_at=self.clock.now()))

    async def look(self, **later: float) -> bool:
        """One look after so much time."""
        self.clock.jump(timedelta(**later))
        return await self.look_ups.do_due()

    async def look_until_over(self, *, most: int = 40) -> None:
        for _ in range(most):
            if not self.owed():
                return
            await self.look(seconds=30)
        raise AssertionError("it is looked up for ever")

    def rows(self, table: Any) -> list[Row[Any]]:
        return self.database.read(lambda tx: tx.all(select(table).order_by(table.c.id))).result()

    def owed(self) -> list[Row[Any]]:
        """Look-ups that are not over."""
        jobs = self.rows(schema.jobs)
        return [job for job in jobs if job.kind == "look-up-call" and job.state in {"waiting", "running"}]

    def texts(self) -> list[Row[Any]]:
        return self.rows(schema.messages)

    def health(self) -> health.HealthRow:
        row = self.database.read(lambda tx: health.row(tx, "twilio")).result()
        assert row is not None
        return row


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    clock = MovableClock()
    database = open_database(tmp_path, now=clock.now)
    database.write(lambda tx: health.begin(tx, "twilio")).result()
    house = app.make_house(app.read_office(CONFIGURATION))
    means = Means(database, clock, Health(database, clock), lambda: house, "here", Patience())
    company = Company(knows_nothing)
    source = rules.Source("twilio", settle=timedelta(0), since=None)
    look_ups = CallLookUps("twilio", company, means, source=lambda: source)
    yield Here(clock, database, company, means, look_ups, source)
    database.close()


def run(story: Awaitable[None]) -> None:
    async def whole() -> None:
        await story

    asyncio.run(whole())


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(knows_nothing, id="does not know the call"),
        pytest.param(lambda call: CallEnded(**of(call)), id="says only that it is over"),
        pytest.param(lambda call: CallRinging(**of(call)), id="says for ever that it goes on"),
        pytest.param(says(Refused("That call may not be seen.")), id="refuses"),
    ],
)
def test_a_call_of_which_nobody_says_what_became_of_it_is_phoned_and_not_texted(
    here: Here, answer: Answer
) -> None:
    here.company.answer = answer
    here.ended()
    run(here.look_until_over(most=80))
    (call,), (lead,) = here.rows(schema.calls), here.rows(schema.leads)
    assert call.lead == lead.id
    assert lead.stage == Stage.CALL_NOW
    assert lead.reply_due is not None
    said = [row.text for row in here.rows(schema.happenings)]
    assert any("not known whether their call was answered" in text for text in said)
    assert here.texts() == []
    (task,) = [job for job in here.rows(schema.jobs) if job.kind == "create-task"]
    assert "not known whether their call was answered" in task.work["why"]


def test_the_looks_get_fewer_and_what_goes_on_is_waited_for_longer(here: Here) -> None:
    async def story() -> None:
        here.ended("CA1")
        await here.look_until_over()
        over_at = here.clock.now()
        looks = len(here.company.asked)
        assert 3 <= looks <= 8
        here.company.answer = lambda call: CallRinging(**of(call))
        here.ended("CA2")
        await here.look(minutes=20)
        assert here.owed()
        await here.look(minutes=11)
        assert not here.owed()
        assert here.clock.now() - over_at > timedelta(minutes=30)

    run(story())


def test_a_call_that_needs_no_answer_is_kept_with_the_reason(here: Here) -> None:
    here.ended("CA1", caller=None)
    here.ended("CA2", line=Number("+14155550199"))
    run(here.look_until_over())
    hidden, foreign = here.rows(schema.calls)
    assert "hid their number" in hidden.why
    assert "not come to one of the office's lines" in foreign.why
    assert here.rows(schema.leads) == []


def test_who_is_in_hand_already_is_not_taken_up_twice(here: Here) -> None:
    here.told(CallMissed(**of("CA1"), started_at=here.clock.now(), ended_at=here.clock.now()))
    here.ended("CA2")
    run(here.look_until_over())
    (lead,) = here.rows(schema.leads)
    assert lead.calls == 2
    assert {call.lead for call in here.rows(schema.calls)} == {lead.id}


def test_a_verdict_that_comes_after_all_counts(here: Here) -> None:
    here.ended()
    run(here.look_until_over())
    here.told(CallAnswered(**of("CA1"), ended_at=here.clock.now()))
    (call,), (lead,) = here.rows(schema.calls), here.rows(schema.leads)
    assert call.outcome == "answered"
    assert lead.stage == Stage.ANSWERED
    assert lead.reply_due is None


def test_what_a_hook_told_meanwhile_is_not_asked_for(here: Here) -> None:
    here.ended()
    here.told(CallMissed(**of("CA1"), ended_at=here.clock.now()))
    run(here.look_until_over())
    assert here.company.asked == []
    assert len(here.texts()) == 1


def test_a_refused_sign_in_is_tried_ever_less_often_and_shown(here: Here) -> None:
    here.company.answer = says(BadLogin("Enter the token again in settings."))

    async def story() -> None:
        here.ended()
        await here.look(seconds=3)
        row = here.health()
        assert row.needs_person
        assert row.trouble == "Enter the token again in settings."
        assert row.next_try_at is not None
        assert timedelta(seconds=55) < row.next_try_at - here.clock.now() < timedelta(seconds=61)
        pauses = []
        for _ in range(3):
            assert here.look_ups.pause > 0, "nothing else of this account is tried either"
            (job,) = here.owed()
            pauses.append((job.due - here.clock.now()).total_seconds())
            await here.look(seconds=pauses[-1] + 1)
        assert [round(pause / 60) for pause in pauses] == [1, 2, 4]
        here.look_ups.resume()  # a person pressed Test
        assert here.look_ups.pause == 0
        here.company.answer = lambda call: CallAnswered(**of(call))
        await here.look(minutes=10)
        assert here.health().trouble is None
        assert not here.owed()

    run(story())


@pytest.mark.parametrize("error", [Unreachable("The internet is gone."), Busy("Later.", seconds=86_400)])
def test_while_the_phone_system_cannot_be_asked_a_person_phones_in_time(
    here: Here, error: ProviderError
) -> None:
    here.company.answer = says(error)

    async def story() -> None:
        here.ended("CA1")
        await here.look(seconds=3)
        assert here.look_ups.pause > 0
        here.clock.jump(timedelta(minutes=5))
        await here.look_ups.give_up_late()
        assert here.rows(schema.leads) == []
        here.ended("CA2", caller=Number("+14155550143"))
        here.clock.jump(timedelta(minutes=6))
        await here.look_ups.give_up_late()

    run(story())
    (lead,) = here.rows(schema.leads)
    assert lead.stage == Stage.CALL_NOW
    assert any(error.why in row.text for row in here.rows(schema.happenings))
    (other,) = here.owed()
    assert other.work["call"] == "CA2"


def test_a_night_of_outage_uses_up_no_looks(here: Here) -> None:
    """The next answer decides, as if it had been the first."""
    here.company.answer = says(Unreachable("The internet is gone."))

    async def story() -> None:
        here.ended()
        for _ in range(60):
            await here.look(seconds=6)
        here.company.answer = lambda call: CallMissed(
            **of(call), started_at=here.clock.now(), ended_at=here.clock.now()
        )
        await here.look(seconds=6)

    run(story())
    (call,) = here.rows(schema.calls)
    assert call.outcome == "missed"
    assert len(here.texts()) == 1


def test_a_look_up_that_trips_over_a_bug_holds_up_no_other_and_ends_before_a_person(
    here: Here, caplog: pytest.LogCaptureFixture
) -> None:
    def trips(call_id: str) -> AnyCall | None:
        if call_id == "CA1":
            raise LookupError("a bug")
        return CallAnswered(**of(call_id))

    here.company.answer = trips

    async def story() -> None:
        here.ended("CA1")
        here.ended("CA2", caller=Number("+14155550143"))
        await here.look(seconds=3)
        await here.look()
        assert [job.work["call"] for job in here.owed()] == ["CA1"]
        await here.look_until_over()

    run(story())
    assert here.company.asked.count("CA1") == 5
    (lead,) = here.rows(schema.leads)
    assert lead.stage == Stage.CALL_NOW
    assert "failed by a bug" in caplog.text
