"""The ends of the chains are written down outside the database, once a day, whatever else is in the file.

Must not: compare them with the chains; `tests/commands/test_doctor_evidence` does.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

from mcdesk.domain.facts import Decision
from mcdesk.engine.witnessing import Witness
from mcdesk.store import evidence, witness
from mcdesk.store.copies import FOLDER_NAME
from mcdesk.store.database import Database
from mcdesk.store.opening import open_database
from tests.engine.rehearsal import NOW
from tests.walks.movable import MovableClock

ANSWER = Decision(answer="send", why=("Open.",))


def decide(database: Database) -> None:
    database.write(
        lambda tx: evidence.decided(tx, ANSWER, lead=None, message=None, moment="sent", text_class="ack")
    ).result()


def written(folder: Path) -> list[tuple[str, int]]:
    return [(each.chain, each.row) for each in witness.written(folder)]


async def eventually(folder: Path, expected: list[tuple[str, int]]) -> None:
    async with asyncio.timeout(5):
        while written(folder) != expected:  # noqa: ASYNC110 - nobody tells when a file is there
            await asyncio.sleep(0.01)


def test_s8_the_end_is_written_down_each_day_and_by_whoever_works(tmp_path: Path) -> None:
    clock, may = MovableClock(start=NOW), [False]
    database = open_database(tmp_path, now=clock.now)
    made = Witness(tmp_path, database, clock, may=lambda: may[0], settle_seconds=0, look_seconds=0.01)

    async def story() -> None:
        running = asyncio.create_task(made.run())
        decide(database)
        await asyncio.sleep(0.1)
        assert written(tmp_path) == [], "it only stands by"
        may[0] = True
        await eventually(tmp_path, [("decisions", 1)])
        decide(database)
        await asyncio.sleep(0.1)
        assert written(tmp_path) == [("decisions", 1)], "once a day"
        clock.jump(timedelta(days=1))
        await eventually(tmp_path, [("decisions", 1), ("decisions", 2)])
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(story())
    database.close()


def test_s8_a_line_that_was_half_written_spoils_no_other(tmp_path: Path) -> None:
    database = open_database(tmp_path, now=lambda: NOW)
    decide(database)
    file = tmp_path / FOLDER_NAME / witness.FILE_NAME
    witness.write_down(tmp_path, database.read(witness.ends).result())
    with file.open("a", encoding="utf-8") as lines:
        lines.write('{"at": "2026-11-1')
    decide(database)
    witness.write_down(tmp_path, database.read(witness.ends).result())
    witness.write_down(tmp_path, database.read(witness.ends).result())
    assert written(tmp_path) == [("decisions", 1), ("decisions", 2)]
    assert file.stat().st_mode & 0o077 == 0
    database.close()
