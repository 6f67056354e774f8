"""Copies of a real database while it is written to, and putting one back: whole, kept, refused where unsafe.

Must not: look into the tables further than a row can be recognised.
"""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mcdesk.store import schema
from mcdesk.store.backup import backup, restore
from mcdesk.store.database import Database
from mcdesk.store.opening import FILE_NAME, open_database
from mcdesk.store.transaction import StoreTrouble


def opened(folder: Path) -> Database:
    return open_database(folder, now=lambda: datetime.now(UTC))


def name_contact(database: Database, name: str) -> None:
    row = schema.contacts.insert().values(name=name, language="en", at=datetime.now(UTC))
    database.write(lambda tx: tx.run(row).rowcount).result()


def names(folder: Path) -> list[str]:
    connection = sqlite3.connect(folder / FILE_NAME)
    rows = connection.execute("SELECT name FROM contacts ORDER BY id").fetchall()
    connection.close()
    return [row[0] for row in rows]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "office"
    database = opened(folder)
    name_contact(database, "Ana")
    database.close()
    return folder


@pytest.fixture
def copy(office: Path, tmp_path: Path) -> Path:
    backup(office, tmp_path / "copy.db")
    return tmp_path / "copy.db"


@pytest.fixture
def engine(office: Path) -> Iterator[Database]:
    database = opened(office)
    name_contact(database, "Ben")
    yield database
    database.close()


def leftovers(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def test_a_copy_holds_what_is_committed_while_an_engine_runs(
    office: Path, engine: Database, tmp_path: Path
) -> None:
    told = backup(office, tmp_path / "copy.db")
    name_contact(engine, "Cleo")
    assert "office key is not in it" in told
    assert str(tmp_path / "copy.db") in told
    restore(tmp_path / "copy.db", tmp_path / "new")
    assert names(tmp_path / "new") == ["Ana", "Ben"]
    assert leftovers(tmp_path) == []


def test_a_copy_is_one_file_that_only_this_user_may_read(
    office: Path, engine: Database, tmp_path: Path
) -> None:
    backup(office, tmp_path / "copy.db")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy.db", "office"]
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


def test_copies_made_while_rows_pour_in_are_each_whole(
    office: Path, engine: Database, tmp_path: Path
) -> None:
    enough = threading.Event()
    row = schema.contacts.insert()
    values = {"name": "pair", "language": "en", "at": datetime.now(UTC)}

    def pour() -> None:
        # Two rows in each transaction: a torn copy would hold an odd number of them.
        while not enough.is_set():
            engine.write(lambda tx: (tx.run(row, values), tx.run(row, values))).result()

    pouring = threading.Thread(target=pour)
    pouring.start()
    try:
        for number in range(5):
            backup(office, tmp_path / f"{number}.db")
    finally:
        enough.set()
        pouring.join()
    for number in range(5):
        connection = sqlite3.connect(tmp_path / f"{number}.db")
        (pairs,) = connection.execute("SELECT count(*) FROM contacts WHERE name = 'pair'").fetchone()
        connection.close()
        assert pairs % 2 == 0


def test_a_file_with_other_content_is_not_overwritten(office: Path, copy: Path) -> None:
    before = copy.read_bytes()
    backup(office, copy)
    assert copy.read_bytes() == before
    database = opened(office)
    name_contact(database, "Ben")
    database.close()
    with pytest.raises(StoreTrouble, match="exists and holds something else"):
        backup(office, copy)
    assert copy.read_bytes() == before
    assert leftovers(copy.parent) == []


def test_a_copy_of_nothing_or_to_nowhere_is_refused_in_words(office: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreTrouble, match="no database in"):
        backup(tmp_path, tmp_path / "copy.db")
    with pytest.raises(StoreTrouble, match="does not exist"):
        backup(office, tmp_path / "absent" / "copy.db")


def test_a_damaged_database_is_not_passed_off_as_a_copy(office: Path, tmp_path: Path) -> None:
    spoil(office / FILE_NAME)
    with pytest.raises(StoreTrouble, match="damaged"):
        backup(office, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_restoring_puts_the_copy_in_place_and_keeps_what_was_there(office: Path, copy: Path) -> None:
    database = opened(office)
    name_contact(database, "Ben")
    database.close()
    told = restore(copy, office)
    assert names(office) == ["Ana"]
    kept = office / "mcdesk.before-restore.db"
    assert str(kept) in told
    assert "office key is not in it" in told
    kept.replace(office / FILE_NAME)
    assert names(office) == ["Ana", "Ben"]
    assert leftovers(office) == []
    if os.name == "posix":
        assert stat.S_IMODE((office / FILE_NAME).stat().st_mode) == 0o600


def test_a_second_restore_does_not_lose_what_the_first_one_kept(office: Path, copy: Path) -> None:
    restore(copy, office)
    first = (office / "mcdesk.before-restore.db").read_bytes()
    restore(copy, office)
    assert (office / "mcdesk.before-restore.db").read_bytes() == first
    assert (office / "mcdesk.before-restore-2.db").exists()


def test_a_restored_database_opens_and_goes_on(copy: Path, tmp_path: Path) -> None:
    restore(copy, tmp_path / "other-pc")
    database = opened(tmp_path / "other-pc")
    name_contact(database, "Ben")
    database.close()
    assert names(tmp_path / "other-pc") == ["Ana", "Ben"]


def test_restoring_is_refused_while_an_engine_runs_here(office: Path, copy: Path, engine: Database) -> None:
    with pytest.raises(StoreTrouble, match="mcdesk is using"):
        restore(copy, office)
    name_contact(engine, "Cleo")
    assert names(office) == ["Ana", "Ben", "Cleo"]
    assert not (office / "mcdesk.before-restore.db").exists()
    assert leftovers(office) == []


OTHER_ENGINE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from mcdesk.store import schema
from mcdesk.store.opening import open_database
database = open_database(Path(sys.argv[1]), now=lambda: datetime.now(UTC))
row = schema.contacts.insert().values(name="Ben", language="en", at=datetime.now(UTC))
database.write(lambda tx: tx.run(row).rowcount).result()
print("running", flush=True)
sys.stdin.readline()
"""


def test_restoring_is_refused_while_an_idle_engine_of_another_process_runs_and_not_after_it_died(
    office: Path, copy: Path
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER_ENGINE, str(office)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        with pytest.raises(StoreTrouble, match="mcdesk is using"):
            restore(copy, office)
        process.kill()
        process.wait()
        restore(copy, office)
    assert names(office) == ["Ana"]
    (office / "mcdesk.before-restore.db").replace(office / FILE_NAME)
    assert names(office) == ["Ana", "Ben"]


def spoil(path: Path) -> None:
    """Overwrite pages in the middle; the beginning stays right."""
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(20 * 4096))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def make_foreign(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
    connection.close()


def make_newer(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (spoil, "is damaged"),
        (cut, "is damaged"),
        (lambda path: path.write_text("no database at all, but a letter"), "is damaged or is not"),
        (make_foreign, "is not an mcdesk database"),
        (make_newer, "newer mcdesk .version 9999"),
        (Path.unlink, "no file"),
    ],
)
def test_a_copy_that_cannot_be_trusted_changes_nothing(
    office: Path, copy: Path, change: Callable[[Path], object], sentence: str
) -> None:
    change(copy)
    with pytest.raises(StoreTrouble, match=sentence):
        restore(copy, office)
    assert names(office) == ["Ana"]
    assert leftovers(office) == []


@pytest.mark.parametrize("change", [spoil, lambda path: path.write_bytes(b"x" * 20_000)])
def test_a_damaged_database_is_replaced_and_its_remains_are_kept(
    office: Path, copy: Path, change: Callable[[Path], object]
) -> None:
    change(office / FILE_NAME)
    remains = (office / FILE_NAME).read_bytes()
    (office / f"{FILE_NAME}-wal").write_bytes(b"left over")
    restore(copy, office)
    assert names(office) == ["Ana"]
    kept = (office / "mcdesk.before-restore.db").read_bytes()
    assert kept[8192:] == remains[8192:]
