"""No part of an engine ends unseen: what fails begins again, and what fails for good is known.

Must not: know what the parts do.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from mcdesk import app
from mcdesk.engine.connections import Connections
from mcdesk.engine.engine import Engine
from mcdesk.engine.patience import Patience
from mcdesk.store.opening import open_database
from tests.walks.movable import MovableClock

CONFIGURATION = '[office]\nname = "Rivera & Cole"\ntimezone = "America/Los_Angeles"\n'


class Leaking(Exception):
    """A defect."""


def run(folder: Path, part: Callable[[], object], *, until: Callable[[Engine], bool]) -> Engine:
    """An engine with one part, until something is so."""

    async def story() -> Engine:
        clock = MovableClock()
        database = open_database(folder, now=clock.now)
        house = app.make_house(app.read_office(CONFIGURATION))
        engine = Engine(database, clock, house, Connections({}), patience=Patience())

        async def go() -> None:
            part()

        engine.supervise("part", go)
        async with asyncio.timeout(20):
            while not until(engine):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.01)
        await engine.stop()
        database.close()
        return engine

    return asyncio.run(story())


@pytest.mark.parametrize("error", [Leaking("a bug"), asyncio.CancelledError()])
def test_a_part_that_fails_begins_again(
    tmp_path: Path, error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    """Also where a library's own cancellation leaks out, which would end a task without a word."""
    runs: list[int] = []

    def part() -> None:
        runs.append(len(runs))
        if len(runs) < 3:
            raise error

    engine = run(tmp_path, part, until=lambda _: len(runs) == 3)
    assert not engine.broken.is_set()
    assert sum("begins again" in record.message for record in caplog.records) == 2
