"""What released versions left on disk comes into this one whole, whatever happens on the way.

Must not: compare schemas; `test_migrations` does.
"""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mcdesk.store.copying import revision_of
from mcdesk.store.migrations import run
from mcdesk.store.opening import FILE_NAME, REVISION, open_database, read_version
from mcdesk.store.transaction import StoreTrouble
from tests.store import released

pytestmark = pytest.mark.parametrize("revision", list(released.RELEASED))


def now() -> datetime:
    return datetime(2026, 11, 18, 19, 0, tzinfo=UTC)


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("*before-migration*"))


def test_every_row_of_every_table_comes_along(tmp_path: Path, revision: str) -> None:
    path = tmp_path / FILE_NAME
    rows = released.leave(path, revision)
    assert set(rows) == released.tables(path), "every table of that version is filled"
    open_database(tmp_path, now=now).close()
    assert read_version(path) == REVISION
    assert released.read(path, rows) == rows


def test_the_file_as_it_was_is_kept_beside_it(tmp_path: Path, revision: str) -> None:
    rows = released.leave(tmp_path / FILE_NAME, revision)
    open_database(tmp_path, now=now).close()
    (copy,) = copies(tmp_path)
    assert revision_of(copy, called=copy) == revision
    assert released.read(copy, rows) == rows
    if os.name == "posix":
        assert copy.stat().st_mode & 0o077 == 0


#: Opens the folder and is killed after so many statements of the migration.
DIES = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy import Engine, event
from mcdesk.store.opening import open_database

left = int(sys.argv[2])

@event.listens_for(Engine, "after_cursor_execute")
def count(*_):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

open_database(Path(sys.argv[1]), now=lambda: datetime.now(UTC)).close()
"""


@pytest.mark.skipif(os.name != "posix", reason="kills by a signal")
@pytest.mark.parametrize("statements", [3, 8, 12])
def test_a_crash_midway_leaves_the_old_version_and_the_next_start_finishes(
    tmp_path: Path, revision: str, statements: int
) -> None:
    path = tmp_path / FILE_NAME
    rows = released.leave(path, revision)
    died = subprocess.run([sys.executable, "-c", DIES, str(tmp_path), str(statements)], capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    assert read_version(path) == revision
    assert released.read(path, rows) == rows
    open_database(tmp_path, now=now).close()
    assert read_version(path) == REVISION
    assert released.read(path, rows) == rows
    (copy,) = copies(tmp_path)
    assert released.read(copy, rows) == rows


def test_a_second_migration_never_writes_over_the_copy_of_the_first(tmp_path: Path, revision: str) -> None:
    path = tmp_path / FILE_NAME
    released.leave(path, revision)
    open_database(tmp_path, now=now).close()
    (first,) = copies(tmp_path)
    before = first.read_bytes()
    path.unlink()
    run.upgrade(path, to=revision)
    open_database(tmp_path, now=now).close()
    assert first.read_bytes() == before
    assert len(copies(tmp_path)) == 2


def test_a_damaged_file_is_not_changed_any_further(tmp_path: Path, revision: str) -> None:
    path = tmp_path / FILE_NAME
    released.leave(path, revision)
    with path.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(os.urandom(30 * 4096))
    spoiled = path.read_bytes()
    with pytest.raises(StoreTrouble, match="damaged"):
        open_database(tmp_path, now=now)
    assert path.read_bytes() == spoiled
    assert copies(tmp_path) == []
