"""When a nightly copy is due, and who hears of one that failed.

Must not: look into copies (`tests/store/test_copies` does).
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from mcdesk import app
from mcdesk.engine.nightly import Nightly, last_night
from mcdesk.store import schema
from mcdesk.store.copies import FOLDER_NAME, all_copies
from mcdesk.store.database import Database
from mcdesk.store.opening import FILE_NAME, open_database
from tests.walks.movable import MovableClock

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
#: A Wednesday, 11:00 in the office.
MORNING = datetime(2026, 11, 18, 19, 0, tzinfo=UTC)


@dataclass
class Night:
    """A nightly at work that looks at the clock all the time."""

    folder: Path
    database: Database
    clock: MovableClock
    may: bool = True

    def copies(self) -> list[str]:
        return [copy.path.name for copy in all_copies(self.folder, now=self.clock.now())]

    def alerts(self) -> list[str]:
        found = self.database.read(lambda tx: tx.all(select(schema.alerts.c.text))).result()
        return [row.text for row in found]


@asynccontextmanager
async def night(folder: Path, *, at: datetime = MORNING, may: bool = True) -> AsyncIterator[Night]:
    clock = MovableClock(start=at)
    database = open_database(folder, now=clock.now)
    made = Night(folder, database, clock, may)
    house = app.make_house(app.read_office(CONFIGURATION))
    nightly = Nightly(
        folder / FILE_NAME,
        database,
        clock,
        house=lambda: house,
        may=lambda: made.may,
        settle_seconds=0,
        look_seconds=0.01,
        again_seconds=0.05,
    )
    running = asyncio.create_task(nightly.run())
    try:
        yield made
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        database.close()


CONFIGURATION = """
[office]
name = "Rivera & Cole"
timezone = "America/Los_Angeles"
"""


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 - nobody tells when a file is there
            await asyncio.sleep(0.01)


def test_once_a_night_in_the_offices_time(tmp_path: Path) -> None:
    async def story() -> None:
        async with night(tmp_path) as office:
            # none yet: at once
            await until(office.copies)
            assert office.copies() == ["mcdesk-2026-11-18.db"]
            office.clock.jump(timedelta(hours=16, minutes=29))
            await asyncio.sleep(0.1)
            assert len(office.copies()) == 1, "3:29 in the office"
            office.clock.jump(timedelta(minutes=2))
            await until(lambda: len(office.copies()) == 2)
            assert office.copies()[0] == "mcdesk-2026-11-19.db"
            office.clock.jump(timedelta(hours=20))
            await asyncio.sleep(0.1)
            assert len(office.copies()) == 2, "not twice a night"

    asyncio.run(story())


def test_a_pc_that_is_off_at_night_has_its_copy_at_the_next_start(tmp_path: Path) -> None:
    async def story() -> None:
        async with night(tmp_path) as office:
            await until(office.copies)
        async with night(tmp_path, at=MORNING + timedelta(hours=3)) as office:
            await asyncio.sleep(0.1)
            assert len(office.copies()) == 1
        async with night(tmp_path, at=MORNING + timedelta(hours=22)) as office:
            await until(lambda: len(office.copies()) == 2)

    asyncio.run(story())


def test_a_clock_that_was_wrong_once_ends_no_copies(tmp_path: Path) -> None:
    async def story() -> None:
        async with night(tmp_path) as office:
            await until(office.copies)
            office.clock.jump(timedelta(days=400))
            await until(lambda: len(office.copies()) == 2)
            office.clock.jump(timedelta(days=-400))
            for passed in range(1, 4):
                office.clock.jump(timedelta(days=1))
                await until(lambda passed=passed: len(office.copies()) == 2 + passed)  # type: ignore[misc]
            await asyncio.sleep(0.1)
            assert office.copies() == [
                "mcdesk-2026-11-21.db",
                "mcdesk-2026-11-20.db",
                "mcdesk-2026-11-19.db",
                "mcdesk-2026-11-18.db",
                "mcdesk-2027-12-23.db",
            ]

    asyncio.run(story())


def test_an_engine_that_stands_by_makes_none(tmp_path: Path) -> None:
    async def story() -> None:
        async with night(tmp_path, may=False) as office:
            await asyncio.sleep(0.15)
            assert office.copies() == []
            office.may = True
            await until(office.copies)

    asyncio.run(story())


def test_a_failure_is_told_once_and_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        # a file where the folder should be
        (tmp_path / FOLDER_NAME).write_text("in the way")
        async with night(tmp_path) as office:
            await until(office.alerts)
            await asyncio.sleep(0.3)
            (told,) = office.alerts()
            assert "cannot be used" in told
            assert "tried hourly" in told
            (tmp_path / FOLDER_NAME).unlink()
            await until(office.copies)

    asyncio.run(story())
    assert sum("nightly copy failed" in record.message for record in caplog.records) > 1


def test_an_engine_that_ends_gives_a_copy_up(tmp_path: Path) -> None:
    async def story() -> None:
        async with night(tmp_path, may=False) as office:
            row = schema.contacts.insert().values(name="x" * 20_000, language="en", at=MORNING)
            for _ in range(400):
                await asyncio.wrap_future(office.database.write(lambda tx: tx.run(row).rowcount))
            office.may = True
            await until((tmp_path / FOLDER_NAME).exists)
        assert [path.name for path in (tmp_path / FOLDER_NAME).glob(".*")] == []

    asyncio.run(story())


@pytest.mark.parametrize(
    ("local", "due"),
    [
        ("2026-11-18 03:29", "2026-11-17 03:30"),
        ("2026-11-18 03:30", "2026-11-18 03:30"),
        ("2026-11-18 23:59", "2026-11-18 03:30"),
        # clocks are set forward, and back
        ("2026-03-08 03:31", "2026-03-08 03:30"),
        ("2026-11-01 01:30", "2026-10-31 03:30"),
    ],
)
def test_when_the_last_one_was_due(local: str, due: str) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=LOS_ANGELES)
    assert last_night(at) == datetime.fromisoformat(due).replace(tzinfo=LOS_ANGELES)
