"""The copies of each night: verified before they count, kept fourteen, and the way back when all is lost.

Must not: wait for a night.
"""

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from mcdesk.store import copies, copying, schema
from mcdesk.store.backup import restore
from mcdesk.store.copies import FOLDER_NAME, all_copies, keep_nightly, way_back
from mcdesk.store.database import Database
from mcdesk.store.opening import FILE_NAME, open_database
from mcdesk.store.transaction import StoreTrouble

AT = datetime(2026, 11, 18, 11, 30, tzinfo=UTC)
NIGHT = date(2026, 11, 18)


def name_contact(database: Database, name: str) -> None:
    row = schema.contacts.insert().values(name=name, language="en", at=AT)
    database.write(lambda tx: tx.run(row).rowcount).result()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = open_database(tmp_path, now=lambda: AT)
    name_contact(made, "Ana")
    yield made
    made.close()


def keep(folder: Path, *, nights: int = 0, given_up: threading.Event | None = None) -> Path:
    later = timedelta(days=nights)
    return keep_nightly(
        folder / FILE_NAME, night=NIGHT + later, at=AT + later, given_up=given_up or threading.Event()
    )


def there(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / FOLDER_NAME).iterdir())


def names(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as file:
        return [name for (name,) in file.execute("SELECT name FROM contacts ORDER BY id")]


def test_a_copy_made_while_the_database_is_in_use_can_be_put_back(tmp_path: Path, database: Database) -> None:
    made = keep(tmp_path)
    name_contact(database, "Ben")
    assert made == tmp_path / "backups" / "mcdesk-2026-11-18.db"
    restore(made, tmp_path / "other-pc")
    assert names(tmp_path / "other-pc" / FILE_NAME) == ["Ana"]
    if os.name == "posix":
        assert made.stat().st_mode & 0o077 == 0
        assert made.parent.stat().st_mode & 0o077 == 0


def test_rows_that_pour_in_while_it_is_made_do_not_stop_it(tmp_path: Path, database: Database) -> None:
    enough = threading.Event()

    def pour() -> None:
        while not enough.is_set():
            name_contact(database, "x" * 2000)

    pouring = threading.Thread(target=pour)
    pouring.start()
    try:
        for night in range(3):
            made = keep(tmp_path, nights=night)
            assert copying.revision_of(made, called=made)
    finally:
        enough.set()
        pouring.join()


def test_the_newest_fourteen_are_kept(tmp_path: Path, database: Database) -> None:
    (tmp_path / FOLDER_NAME).mkdir()
    (tmp_path / FOLDER_NAME / "mine.db").write_text("put here by a person")
    for night in range(16):
        keep(tmp_path, nights=night)
    assert there(tmp_path) == [*(f"mcdesk-2026-{day}.db" for day in _days(2, 16)), "mine.db"]
    newest = AT + timedelta(days=15)
    assert all_copies(tmp_path, now=newest)[0].at == newest


def _days(start: int, end: int) -> list[str]:
    return [f"{NIGHT + timedelta(days=number):%m-%d}" for number in range(start, end)]


def test_one_dated_by_a_wrong_clock_is_never_the_newest_and_goes_first(
    tmp_path: Path, database: Database
) -> None:
    stale = keep(tmp_path, nights=400)
    good = keep(tmp_path)
    today = AT + timedelta(hours=1)
    assert [copy.path for copy in all_copies(tmp_path, now=today)] == [good, stale]
    assert [copy.is_ahead for copy in all_copies(tmp_path, now=today)] == [False, True]
    assert f"mcdesk restore '{good}'" in way_back(tmp_path, now=today)
    # a folder that was moved lost the times of its files
    os.utime(stale, (AT.timestamp(), AT.timestamp()))
    assert [copy.path for copy in all_copies(tmp_path, now=today)] == [good, stale]
    for night in range(1, copies.KEPT):
        keep(tmp_path, nights=night)
    assert there(tmp_path) == [f"mcdesk-2026-{day}.db" for day in _days(0, 14)]


def test_a_clock_that_is_behind_costs_one_old_copy_and_no_new_one(tmp_path: Path, database: Database) -> None:
    for night in range(14):
        keep(tmp_path, nights=night)
    made = keep(tmp_path, nights=-3000)
    assert there(tmp_path) == [made.name, *(f"mcdesk-2026-{day}.db" for day in _days(1, 14))]


def test_a_second_one_of_the_same_night_takes_its_place(tmp_path: Path, database: Database) -> None:
    keep(tmp_path)
    name_contact(database, "Ben")
    made = keep(tmp_path)
    assert names(made) == ["Ana", "Ben"]
    assert there(tmp_path) == ["mcdesk-2026-11-18.db"]


def test_a_copy_that_is_not_whole_is_not_kept_and_the_last_good_one_is(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = keep(tmp_path)
    copy_pages = copying._copy_pages

    def loses_rows(source: Path, copy: Path, gently: threading.Event | None) -> None:
        copy_pages(source, copy, gently)
        with closing(sqlite3.connect(copy)) as file:
            file.execute("DELETE FROM contacts")
            file.commit()

    monkeypatch.setattr(copying, "_copy_pages", loses_rows)
    with pytest.raises(StoreTrouble, match="0 rows of contacts where there were 1"):
        keep(tmp_path, nights=1)
    assert there(tmp_path) == [good.name]


def test_a_damaged_copy_is_not_kept(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_pages = copying._copy_pages

    def spoils(source: Path, copy: Path, gently: threading.Event | None) -> None:
        copy_pages(source, copy, gently)
        with copy.open("r+b") as file:
            file.seek(4096)
            file.write(os.urandom(20 * 4096))

    monkeypatch.setattr(copying, "_copy_pages", spoils)
    with pytest.raises(StoreTrouble, match="damaged"):
        keep(tmp_path)
    assert there(tmp_path) == []


def test_no_room_is_said_before_the_disk_is_filled(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: full)
    with pytest.raises(StoreTrouble, match=r"no room for a copy in .* Free some space"):
        keep(tmp_path)
    assert there(tmp_path) == []


def test_a_copy_under_way_is_given_up_when_the_engine_ends(tmp_path: Path, database: Database) -> None:
    for number in range(400):
        name_contact(database, f"{number}" + "x" * 8000)
    given_up = threading.Event()
    given_up.set()
    with pytest.raises(StoreTrouble, match="given up"):
        keep(tmp_path, given_up=given_up)
    assert there(tmp_path) == []


def test_what_a_crash_left_unfinished_is_cleared_away_after_a_day(tmp_path: Path, database: Database) -> None:
    folder = tmp_path / FOLDER_NAME
    folder.mkdir()
    for name, age in ((".mcdesk-old.db", 2 * copies.ABANDONED), (".mcdesk-now.db", 0)):
        (folder / name).touch()
        os.utime(folder / name, (folder.stat().st_mtime - age,) * 2)
    keep(tmp_path)
    assert there(tmp_path) == [".mcdesk-now.db", "mcdesk-2026-11-18.db"]


def test_the_way_back_names_the_newest_copy_and_the_command(tmp_path: Path, database: Database) -> None:
    assert way_back(tmp_path) == "Restore the last backup with: mcdesk restore FILE"
    keep(tmp_path)
    made = keep(tmp_path, nights=1)
    assert way_back(tmp_path, now=AT + timedelta(days=2)) == (
        f"The newest good copy was made 2026-11-19 11:30 UTC: mcdesk restore '{made}'"
    )
