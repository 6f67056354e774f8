"""The single writer: units that share a commit, fail alone, and wait for nobody.

Must not: know what the tables mean.
"""

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from mcdesk.store import feed, schema
from mcdesk.store.database import Database
from mcdesk.store.opening import FILE_NAME, open_database
from mcdesk.store.transaction import StoreTrouble, Touched, Tx
from tests.store.conftest import NOW, Opener


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Database]:
    """For what only a file has."""
    opened = open_database(tmp_path, now=lambda: NOW)
    yield opened
    opened.close()


def add(tx: Tx, source: str) -> int:
    return tx.insert(schema.configurations.insert(), {"at": tx.now, "by": "test", "source": source})


def touch(tx: Tx, *, lead: int) -> None:
    tx.touched.leads.add(lead)


def sources(database: Database) -> list[str]:
    rows = database.read(lambda tx: tx.all(select(schema.configurations.c.source))).result()
    return [row.source for row in rows]


class Commits:
    """How many commits there were."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        event.listen(database._engine, "after_cursor_execute", self._executed)

    def _executed(self, connection: object, cursor: object, statement: str, *rest: object) -> None:
        self.count += statement == "COMMIT"


def held_up(database: Database) -> threading.Event:
    """The writer stands still until the event is set, so that what comes meanwhile is one batch."""
    go, standing = threading.Event(), threading.Event()

    def stand(tx: Tx) -> None:
        standing.set()
        go.wait(10)

    database.write(stand)
    standing.wait(10)
    return go


def test_units_that_wait_share_one_commit(database: Database) -> None:
    commits, go = Commits(database), held_up(database)
    futures = [database.write(partial(add, source=str(n))) for n in range(40)]
    go.set()
    assert [future.result(10) for future in futures] == list(range(1, 41))
    assert commits.count == 2, "the one that stood in the way, and all the others"
    assert len(sources(database)) == 40


def test_a_unit_that_fails_spoils_no_other_of_its_commit(database: Database) -> None:
    go = held_up(database)

    def fails(tx: Tx) -> None:
        add(tx, "half")
        raise ValueError("a bug")

    def trips(tx: Tx) -> None:
        add(tx, "half")
        tx.run(schema.notes.insert(), {"lead": None, "at": tx.now, "author": "", "body": ""})

    before, bug, constraint, after = (
        database.write(lambda tx: add(tx, "before")),
        database.write(fails),
        database.write(trips),
        database.write(lambda tx: add(tx, "after")),
    )
    go.set()
    before.result(10)
    after.result(10)
    with pytest.raises(ValueError, match="a bug"):
        bug.result(10)
    with pytest.raises(IntegrityError):
        constraint.result(10)
    assert sources(database) == ["before", "after"]


def test_a_unit_sees_what_those_before_it_did_and_is_on_disk_when_it_is_done(
    file: Database, tmp_path: Path
) -> None:
    go = held_up(file)
    file.write(lambda tx: add(tx, "first"))
    seen = file.write(lambda tx: tx.value(select(schema.configurations.c.source)))
    go.set()
    assert seen.result(10) == "first"
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as other:
        assert other.execute("SELECT source FROM configurations").fetchall() == [("first",)]


def test_a_part_in_shelter_is_undone_alone(database: Database) -> None:
    def work(tx: Tx) -> None:
        add(tx, "before")

        def part() -> None:
            add(tx, "half")
            raise ValueError("a bug")

        with pytest.raises(ValueError, match="a bug"):
            tx.shelter(part)
        assert tx.shelter(lambda: add(tx, "after"))

    database.write(work).result(10)
    assert sources(database) == ["before", "after"]


def test_a_unit_taken_back_before_its_turn_is_not_done(database: Database) -> None:
    go = held_up(database)
    future = database.write(lambda tx: add(tx, "never"))
    assert future.cancel()
    last = database.write(lambda tx: add(tx, "done"))
    go.set()
    last.result(10)
    with pytest.raises(CancelledError):
        future.result()
    assert sources(database) == ["done"]


def test_what_was_handed_in_before_closing_is_done_and_later_is_refused(open_one: Opener) -> None:
    database = open_one()
    go = held_up(database)
    future = database.write(lambda tx: add(tx, "in time"))
    closer = threading.Thread(target=database.close)
    closer.start()
    go.set()
    closer.join(10)
    assert future.result(1) == 1
    with pytest.raises(StoreTrouble, match="closed"):
        database.write(lambda tx: add(tx, "late")).result(1)


def test_readers_cannot_write(database: Database) -> None:
    with pytest.raises(StoreTrouble, match="may not be written"):
        database.read(lambda tx: add(tx, "from a reader")).result(10)


def test_who_listens_hears_after_the_commit_and_a_listener_that_fails_stops_nothing(
    database: Database,
) -> None:
    heard: list[Touched] = []

    def listens(touched: Touched) -> None:
        heard.append(touched)
        raise RuntimeError("a bug in the screen")

    database.on_commit(listens)
    database.write(lambda tx: tx.touched.leads.add(7)).result(10)
    database.write(lambda tx: add(tx, "goes on")).result(10)
    assert heard[0].leads == {7}
    assert sources(database) == ["goes on"]


def test_one_row_of_news_is_written_for_each_commit_that_changed_something(database: Database) -> None:
    go = held_up(database)
    for lead in (1, 2, 3):
        database.write(partial(touch, lead=lead))
    database.write(lambda tx: None).add_done_callback(lambda _: None)
    go.set()
    database.write(lambda tx: None).result(10)
    news = database.read(lambda tx: feed.since(tx, 0, but="somebody else")).result(10)
    assert news.touched is not None
    assert news.touched.leads == {1, 2, 3}
    assert database.read(feed.newest).result(10) == 1
    assert database.read(lambda tx: feed.since(tx, 0, but=database.writer)).result(10).touched is None


def test_a_full_disk_is_told_to_every_unit_without_room_and_ends(file: Database) -> None:
    file.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA max_page_count=1")).result(10)
    go = held_up(file)
    futures = [file.write(lambda tx: add(tx, "x" * 100_000)) for _ in range(3)]
    small = file.write(lambda tx: None)
    go.set()
    assert small.result(10) is None, "what needs no room is done"
    for future in futures:
        with pytest.raises(StoreTrouble, match="Free some space"):
            future.result(10)
    file.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA max_page_count=1000000")).result(10)
    assert file.write(lambda tx: add(tx, "room again")).result(10)
    assert sources(file) == ["room again"]


def test_another_program_in_the_way_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(tmp_path, now=lambda: NOW)
    database.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA busy_timeout=50")).result(10)
    with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreTrouble, match="Another program"):
            database.write(lambda tx: add(tx, "x")).result(10)
        other.execute("ROLLBACK")
    assert database.write(lambda tx: add(tx, "x")).result(10) == 1
    database.close()


def test_a_commit_is_synchronous_and_keys_are_checked(file: Database) -> None:
    def pragmas(tx: Tx) -> list[object]:
        asked = ("synchronous", "foreign_keys", "journal_mode")
        return [tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]

    assert file.write(pragmas).result(10) == [2, 1, "wal"]


def test_two_processes_that_read_then_write_lose_no_update_and_refuse_none(open_one: Opener) -> None:
    """Each its own writer on one file, as two desks; a transaction that begins by reading is no excuse."""
    desks = [open_one() for _ in range(2)]
    desks[0].write(partial(add, source="0")).result(10)

    def count(tx: Tx) -> None:
        known = int(tx.value(select(schema.configurations.c.source)))
        tx.run(schema.configurations.update().values(source=str(known + 1)))

    def work(desk: Database) -> None:
        for _ in range(60):
            desk.write(count).result(20)

    with ThreadPoolExecutor(2) as people:
        list(people.map(work, desks))
    assert sources(desks[1]) == ["120"]
