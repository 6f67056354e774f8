"""Reading a connection's logs through outages, sleep and refused sign-ins.

Must not: check what the log of a company means (`providers/` does).
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from mcdesk import app
from mcdesk.domain.events import AnyCall
from mcdesk.domain.office import Connection
from mcdesk.engine.catching_up import CatchingUp
from mcdesk.engine.connections import Connections, Live
from mcdesk.engine.health import Health
from mcdesk.engine.inbox import Inbox
from mcdesk.inbound import poller
from mcdesk.inbound.poller import Poller
from mcdesk.inbound.reading_turn import ReadingTurn
from mcdesk.ports.phone import Bridge, CallLog, Phone
from mcdesk.ports.provider import BadLogin, Check, Setup, Unreachable
from mcdesk.store import blind, health
from mcdesk.store.database import Database
from mcdesk.store.opening import open_database
from tests.engine.rehearsal import CONFIGURATION
from tests.walks.movable import MovableClock

ASLEEP = "This PC was asleep."
EMPTY = CallLog((), "read")


class Company(Phone):
    """A phone system whose log answers as the story says."""

    title = "Pretend"

    def __init__(self, answer: Callable[[], Awaitable[CallLog]]) -> None:
        super().__init__(Setup(connection="twilio", settings={}))
        self.answer = answer

    async def calls_since(self, cursor: str | None, *, now: datetime) -> CallLog:
        return await self.answer()

    async def call(self, call_id: str) -> AnyCall | None:
        raise AssertionError("only its log is read here")

    async def place_call(self, bridge: Bridge) -> str:
        raise AssertionError("only its log is read here")

    async def check(self) -> list[Check]:
        raise AssertionError("only its log is read here")


@dataclass
class Reading:
    """One connection with everything its logs are read with."""

    company: Company
    clock: MovableClock
    database: Database
    turn: ReadingTurn
    catching_up: CatchingUp
    poller: Poller
    #: Called when somebody looks for a gap in time.
    looks: list[Callable[[], None]]

    def wake_up(self) -> None:
        """What an engine does after a sleep."""
        self.catching_up.begin(["twilio"], ASLEEP)
        self.poller.gap(ASLEEP)

    @property
    def is_behind(self) -> bool:
        return self.catching_up.why("twilio") is not None

    @property
    def row(self) -> health.HealthRow:
        row = self.database.read(lambda tx: health.row(tx, "twilio")).result()
        assert row is not None
        return row

    @property
    def trouble(self) -> str | None:
        return self.row.trouble

    @property
    def next_try(self) -> float:
        """Seconds until then, as people are told."""
        due = self.row.next_try_at
        assert due is not None
        return (due - self.clock.now()).total_seconds()


async def never() -> CallLog:
    raise AssertionError("a story says what is answered")


Open = Callable[[float], Reading]


@pytest.fixture
def reading(tmp_path: Path) -> Iterator[Open]:
    """Makes what reads the log every so many seconds; 0: when asked."""
    clock = MovableClock()
    database = open_database(tmp_path, now=clock.now)

    def make(poll_seconds: float) -> Reading:
        company = Company(never)
        house = app.make_house(app.read_office(CONFIGURATION))
        connection = Connection(name="twilio", provider="twilio", poll_seconds=poll_seconds)
        live = Live(connection, company, "s3cret")
        connections = Connections({"twilio": live})
        database.write(lambda tx: health.begin(tx, "twilio")).result()
        looks: list[Callable[[], None]] = []
        turn = ReadingTurn(database, "twilio", holder="here")
        catching_up = CatchingUp(lambda: None, look=lambda: looks.pop()() if looks else None)
        poller = Poller(
            live,
            Inbox(database, clock, house=lambda: house, connections=lambda: connections),
            database,
            clock,
            Health(database, clock),
            catching_up=catching_up,
            house=lambda: house,
            turn=turn,
            look=2.0,
        )
        return Reading(company, clock, database, turn, catching_up, poller, looks)

    yield make
    database.close()


def test_a_night_without_internet_does_not_end_the_reading(reading: Open) -> None:
    """With pauses of 15 s, 1,024 failures in a row are little more than four hours."""
    here = reading(10)
    here.catching_up.begin(["twilio"], "mcdesk was not running.")

    async def away() -> CallLog:
        raise Unreachable("The internet is gone.")

    async def back() -> CallLog:
        return EMPTY

    async def story() -> None:
        here.company.answer = away
        for _ in range(1_100):
            assert not await here.poller.read_once()
        here.company.answer = back
        assert await here.poller.read_once()

    asyncio.run(story())
    assert not here.is_behind


def test_what_was_read_before_a_sleep_does_not_count_after_it(reading: Open) -> None:
    here = reading(10)

    async def story() -> None:
        asked, answer = asyncio.Event(), asyncio.Event()

        async def slowly() -> CallLog:
            asked.set()
            await answer.wait()
            return EMPTY

        here.company.answer = slowly
        reads = asyncio.create_task(here.poller.read_once())
        await asked.wait()
        here.wake_up()
        answer.set()
        assert await reads
        assert here.is_behind, "nothing of the time of the sleep was read"
        assert here.poller.now.is_set(), "it is read again at once"
        assert await here.poller.read_once()
        assert not here.is_behind

    asyncio.run(story())


def test_a_sleep_that_nobody_noticed_yet_is_noticed_before_a_read_counts(reading: Open) -> None:
    here = reading(10)
    before = here.clock.now()

    async def sleeps() -> CallLog:
        here.clock.jump(timedelta(hours=9))
        here.looks.append(here.wake_up)
        return EMPTY

    async def at_once() -> CallLog:
        return EMPTY

    async def story() -> None:
        assert await here.turn.is_ours()
        here.company.answer = at_once
        assert await here.poller.read_once()
        here.company.answer = sleeps
        assert await here.poller.read_once()
        assert here.is_behind
        here.company.answer = at_once
        assert await here.poller.read_once()
        assert not here.is_behind

    asyncio.run(story())
    (row,) = here.database.read(lambda tx: blind.since(tx, before)).result()
    assert row.why == ASLEEP
    assert row.ended_at - row.began_at > timedelta(hours=8)


def test_a_read_that_a_sleep_cut_off_is_repeated_before_anything_is_sent(
    reading: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the log is seldom read, and one that fails does not hold texts back for long."""
    here = reading(0)

    async def dead() -> CallLog:
        here.wake_up()
        raise Unreachable("The line is dead.")

    async def still_dead() -> CallLog:
        raise Unreachable("The line is dead.")

    async def story() -> None:
        here.company.answer = dead
        assert not await here.poller.read_once()
        assert here.is_behind
        here.company.answer = still_dead
        assert not await here.poller.read_once()
        assert here.is_behind
        monkeypatch.setattr(poller, "HOOKS_ALONE", 0.0)
        assert not await here.poller.read_once()
        assert not here.is_behind, "a log that may never work does not hold texts for ever"

    asyncio.run(story())


def test_a_refused_sign_in_is_tried_ever_less_often_until_it_is_mended(reading: Open) -> None:
    here = reading(10)
    here.catching_up.begin(["twilio"], "mcdesk was not running.")
    tries: list[int] = []

    async def refuse() -> CallLog:
        tries.append(len(tries))
        # Other words each time: the same trouble is not written down twice within seconds.
        raise BadLogin(f"The token is wrong ({len(tries)}).")

    async def let_in() -> CallLog:
        return EMPTY

    async def away() -> CallLog:
        raise Unreachable("The internet is gone.")

    async def tried(times: int) -> None:
        async with asyncio.timeout(5):
            while len(tries) < times:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)

    async def story() -> None:
        here.company.answer = refuse
        pauses = []
        for _ in range(7):
            await here.poller.read_once()
            pauses.append(here.next_try)
        assert [round(pause / 60) for pause in pauses] == [1, 2, 4, 8, 15, 15, 15]
        running = asyncio.create_task(here.poller.run())
        await tried(8)
        here.poller.now.set()  # a person pressed Test
        await tried(9)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        here.company.answer = let_in
        assert await here.poller.read_once()
        here.catching_up.begin(["twilio"], ASLEEP)
        here.company.answer = away
        await here.poller.read_once()
        assert here.next_try < 3, "other trouble costs nothing to try again"

    asyncio.run(story())


def test_messages_that_cannot_be_asked_for_hold_nothing_back_and_are_told(reading: Open) -> None:
    here = reading(10)
    here.catching_up.begin(["twilio"], "mcdesk was not running.")

    async def without_messages() -> CallLog:
        return CallLog((), "read", trouble=Unreachable("Recordings cannot be had."))

    async def with_messages() -> CallLog:
        return EMPTY

    async def story() -> None:
        here.company.answer = without_messages
        assert await here.poller.read_once()
        assert not here.is_behind
        assert here.trouble == "Recordings cannot be had."
        here.company.answer = with_messages
        assert await here.poller.read_once()
        assert here.trouble is None

    asyncio.run(story())
