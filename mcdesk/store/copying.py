"""One database file read into another, whole and on disk, and told sound from damaged.

Must not: decide where copies go or how long they are kept.
"""

import contextlib
import filecmp
import itertools
import os
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from mcdesk.store.transaction import StoreTrouble

#: Begins the name of a copy that is not done; one left by a crash is nobody's.
UNFINISHED = ".mcdesk-"
#: Tables every revision has; a database without them is none of ours.
OURS = frozenset({"alembic_version", "leads", "messages", "secrets"})

#: A gentle copy rests so long (seconds) after so many pages, and has the disk take what it was given after
#: so many rests. Measured at 1 GB with a writer going on: its slowest commit takes 35 ms beside a gentle copy
#: (10 s), 200 to 400 ms beside one made at once (5 s) or by VACUUM INTO (4 s); without any, 4 ms.
PAGES = 256
REST_SECONDS = 0.005
RESTS = 8


@contextlib.contextmanager
def copied(source: Path, folder: Path, *, gently: threading.Event | None = None) -> Iterator[Path]:
    """A single-file copy of `source` in `folder`, on disk, readable by this user alone; gone afterwards.

    `gently`: slower, so that writers hardly notice, and given up when it is set. Raises StoreTrouble.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=UNFINISHED, suffix=".db", dir=folder)  # made with mode 0600
    except OSError as error:
        raise StoreTrouble(f"{folder} cannot be written to ({error.strerror}). Choose another.") from error
    os.close(handle)
    copy = Path(name)
    try:
        try:
            _copy_pages(source, copy, gently)
        except (sqlite3.Error, OSError) as error:
            raise StoreTrouble(_why_no_copy(error, source, folder)) from error
        yield copy
    finally:
        for side in ("-journal", ""):
            Path(f"{copy}{side}").unlink(missing_ok=True)


def _copy_pages(source: Path, copy: Path, gently: threading.Event | None) -> None:
    with opened(source, "ro") as old, opened(copy, "rw") as new:
        # Held open, this view of the database stays the same while writers go on: no page is copied twice.
        old.execute("BEGIN")
        old.execute("SELECT count(*) FROM sqlite_master").fetchone()
        # Nobody reads it before it is whole, and it is on disk then.
        new.execute("PRAGMA synchronous=OFF")
        if gently is None:
            old.backup(new, pages=-1)
        else:
            with copy.open("rb+") as file:
                old.backup(new, pages=PAGES, progress=_resting(file.fileno(), gently))
        # Out of WAL: the copy is one file, with nothing of it in a second one.
        new.execute("PRAGMA journal_mode=DELETE")
    with copy.open("rb+") as file:
        os.fsync(file.fileno())


def _resting(handle: int, given_up: threading.Event) -> Callable[[int, int, int], None]:
    rests = itertools.count(1)

    def rest(_status: int, _remaining: int, _total: int) -> None:
        # What piles up unwritten would have to be written by the next commit that waits for the disk.
        if next(rests) % RESTS == 0:
            os.fsync(handle)
        if given_up.wait(REST_SECONDS):
            raise StoreTrouble(
                "The copy was given up because mcdesk is ending. It is made at the next start."
            )

    return rest


def revision_of(copy: Path, *, called: Path) -> str:
    """The revision of a sound copy of ours. Raises StoreTrouble, naming `called`, where it is none."""
    try:
        with opened(copy, "ro") as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
            if not tables >= OURS:
                raise StoreTrouble(
                    f"{called} is not an mcdesk database. Give a copy made with: mcdesk backup FILE"
                )
            verdict = verdict_on(connection)
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise StoreTrouble(damaged(called)) from error
    if verdict != "ok" or row is None:
        raise StoreTrouble(damaged(called))
    return str(row[0])


def verdict_on(connection: sqlite3.Connection) -> str:
    """``ok``, or the first thing that is wrong with the database. Raises sqlite3.Error for the worst."""
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    return str(verdict)


def opened(path: Path, mode: str) -> contextlib.closing[sqlite3.Connection]:
    """`mode`: ro or rw."""
    return contextlib.closing(
        sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
    )


def keep_beside(copy: Path, kept: Path) -> Path:
    """Give a copy its name, never over another one with other content; the name it has then."""
    names = (
        f"{kept.stem}{'' if number == 1 else f'-{number}'}{kept.suffix}" for number in itertools.count(1)
    )
    for path in (kept.parent / name for name in names):
        if not path.exists():
            copy.rename(path)
            flush(path.parent)
            return path
        if filecmp.cmp(copy, path, shallow=False):
            return path
    raise AssertionError("there is always a next name")


def flush(folder: Path) -> None:
    """A new name is on disk only once its folder is; Windows does that by itself."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def damaged(source: Path) -> str:
    return f"{source} is damaged or is not an mcdesk database. Use another copy."


def _why_no_copy(error: sqlite3.Error | OSError, source: Path, folder: Path) -> str:
    words = str(error).lower()
    if "full" in words or "no space" in words:
        return f"There is no room for a copy in {folder}. Free some space, or choose another folder."
    if "malformed" in words or "not a database" in words:
        return damaged(source)
    if "locked" in words:
        return f"Another program holds {source}. Close it and try again."
    return f"{source} cannot be copied ({error}). Check that this user may read it and write to {folder}."
