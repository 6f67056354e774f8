"""Copies of the whole database while it is in use, and putting one back.

Must not: copy the office key. Without it a copy's provider secrets stay sealed; everything else is readable.
"""

import contextlib
import filecmp
import itertools
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mcdesk.store.opening import FILE_NAME, REVISION
from mcdesk.store.transaction import StoreTrouble

KEPT_NAME = "mcdesk.before-restore"
#: Tables every revision has; a database without them is none of ours.
OURS = frozenset({"alembic_version", "leads", "messages", "secrets"})
_KEY_IS_APART = (
    "The office key is not in it. Keep that too (MCDESK_OFFICE_KEY, office.key or this PC's keyring); "
    "without it, the sign-ins to your providers must be entered again."
)


def backup(folder: Path, target: Path) -> str:
    """Write a consistent copy of the office's database to `target` while it is in use; what to tell people.

    The office key is not in the copy. Raises StoreTrouble; an existing file with other content is left alone.
    """
    source = folder / FILE_NAME
    if not source.exists():
        raise StoreTrouble(f"There is no database in {folder} to copy. Choose the data folder with --data.")
    if not target.parent.is_dir():
        raise StoreTrouble(f"The folder {target.parent} does not exist. Make it, or choose another.")
    with _copy(source, target.parent) as copy:
        _check(copy, source)
        _place(copy, target)
    return f"Saved to {target} ({_size(target)}). {_KEY_IS_APART}"


def restore(source: Path, folder: Path) -> str:
    """Put the copy `source` in place of the office's database; what to tell people.

    Refused while an engine uses the database, and for a damaged, foreign or newer copy. What was there before
    is kept beside it. The office key is not part of a copy. Raises StoreTrouble; nothing changed then.
    """
    if not source.is_file():
        raise StoreTrouble(f"There is no file {source}. Give the path of a copy.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    current = folder / FILE_NAME
    with _copy(source, folder) as copy:
        version = _check(copy, source)
        if version > REVISION:
            raise StoreTrouble(
                f"{source} was written by a newer mcdesk (version {version}, this one knows {REVISION}). "
                "Install the newer program first."
            )
        kept = _set_aside(current) if current.exists() else None
        # One step: whenever the power fails, either the old or the new database is there, whole.
        copy.replace(current)
        _flush(folder)
    before = f"What was there before is kept as {kept}. " if kept else ""
    return f"Restored {source}. {before}{_KEY_IS_APART}"


@contextlib.contextmanager
def _copy(source: Path, folder: Path) -> Iterator[Path]:
    """A single-file copy of `source` in `folder`, on disk, readable by this user alone; gone afterwards."""
    try:
        handle, name = tempfile.mkstemp(prefix=".mcdesk-", suffix=".db", dir=folder)  # made with mode 0600
    except OSError as error:
        raise StoreTrouble(f"{folder} cannot be written to ({error.strerror}). Choose another.") from error
    os.close(handle)
    copy = Path(name)
    try:
        try:
            _copy_pages(source, copy)
        except sqlite3.Error as error:
            raise StoreTrouble(_why_no_copy(error, source, folder)) from error
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _copy_pages(source: Path, copy: Path) -> None:
    # All pages in one step: one reader's view of the database, while writers go on.
    with _opened(source, "ro") as old, _opened(copy, "rw") as new:
        old.backup(new, pages=-1)
        new.execute("PRAGMA synchronous=FULL")
        # Out of WAL: the copy is one file, with nothing of it in a second one.
        new.execute("PRAGMA journal_mode=DELETE")
    with copy.open("rb+") as file:
        os.fsync(file.fileno())


def _check(copy: Path, source: Path) -> str:
    """The revision of a sound copy of ours; `source` is whom to blame."""
    try:
        with _opened(copy, "ro") as connection:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
            if not tables >= OURS:
                raise StoreTrouble(_not_ours(source))
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise StoreTrouble(_damaged(source)) from error
    if verdict != "ok" or row is None:
        raise StoreTrouble(_damaged(source))
    return str(row[0])


def _set_aside(current: Path) -> Path:
    """A copy of the database in use until now, under a name of its own.

    Leaving WAL is the probe for engines: SQLite allows it only to the single connection there is, and every
    engine keeps one. It sees each process on the file without its help, and a dead one leaves no lock.
    """
    try:
        with _opened(current, "rw") as connection:
            connection.execute("PRAGMA busy_timeout=1000")
            (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise StoreTrouble(_in_use(current)) from error
        raise StoreTrouble(f"{current} cannot be opened ({error}). Check the folder's rights.") from error
    except sqlite3.DatabaseError:
        return _move_damaged(current)
    if mode != "delete":
        raise StoreTrouble(_in_use(current))
    kept = _free_name(current)
    with _copy(current, current.parent) as copy:
        copy.rename(kept)
    return kept


def _move_damaged(current: Path) -> Path:
    """Out of the way with its side files, which would otherwise be read into the restored database."""
    kept = _free_name(current)
    for side in ("-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{current}{side}").replace(f"{kept}{side}")
    return kept


def _place(copy: Path, target: Path) -> None:
    try:
        # The name is claimed first: nobody's file can come in between looking and writing.
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if target.is_file() and filecmp.cmp(copy, target, shallow=False):
            return
        raise StoreTrouble(
            f"{target} exists and holds something else. Choose another name, or move it away."
        ) from None
    copy.replace(target)
    _flush(target.parent)


def _opened(path: Path, mode: str) -> contextlib.closing[sqlite3.Connection]:
    return contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True))


def _free_name(current: Path) -> Path:
    """Never over what an earlier restore has kept."""
    names = (f"{KEPT_NAME}{'' if number == 1 else f'-{number}'}.db" for number in itertools.count(1))
    return next(path for name in names if not (path := current.parent / name).exists())


def _flush(folder: Path) -> None:
    """A new name is on disk only once its folder is; Windows does that by itself."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1_000_000:.1f} MB"


def _in_use(current: Path) -> str:
    return f"mcdesk is using {current}. Quit its window and its server on this PC, then restore again."


def _not_ours(source: Path) -> str:
    return f"{source} is not an mcdesk database. Give a copy made with: mcdesk backup FILE"


def _damaged(source: Path) -> str:
    return f"{source} is damaged or is not an mcdesk database. Use another copy."


def _why_no_copy(error: sqlite3.Error, source: Path, folder: Path) -> str:
    words = str(error).lower()
    if "full" in words:
        return f"There is no room for a copy in {folder}. Free some space, or choose another folder."
    if "malformed" in words or "not a database" in words:
        return _damaged(source)
    if "locked" in words:
        return f"Another program holds {source}. Close it and try again."
    return f"{source} cannot be copied ({error}). Check that this user may read it and write to {folder}."
