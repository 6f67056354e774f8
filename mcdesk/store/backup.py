"""Copies of the whole database while it is in use, and putting one back.

Must not: copy the office key. Without it a copy's provider secrets stay sealed; everything else is readable.
"""

import contextlib
import filecmp
import itertools
import os
import sqlite3
from pathlib import Path

from mcdesk.store import restored, witness
from mcdesk.store.copying import copied, flush, opened, revision_of
from mcdesk.store.opening import FILE_NAME, REVISION
from mcdesk.store.transaction import StoreTrouble

KEPT_NAME = "mcdesk.before-restore"
_CARRIED_OVER = (
    "Opt-outs, marks and deletions since the copy are carried over from there at the next start: leave it. "
)
_NOT_CARRIED_OVER = (
    "Opt-outs, marks and deletions since the copy are not in it: at the next start mcdesk says what to do. "
)
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
    with copied(source, target.parent) as copy:
        revision_of(copy, called=source)
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
    with copied(source, folder) as copy:
        version = revision_of(copy, called=source)
        if version > REVISION:
            raise StoreTrouble(
                f"{source} was written by a newer mcdesk (version {version}, this one knows {REVISION}). "
                "Install the newer program first."
            )
        kept = _free_name(current) if current.exists() else None
        with opened(copy, "rw") as connection:
            restored.mark(connection, replaced=kept)
        if kept is not None:
            _set_aside(current, kept)
        # One step: whenever the power fails, either the old or the new database is there, whole.
        copy.replace(current)
        flush(folder)
    witness.was_restored(folder)
    before = f"What was there before is kept as {kept}. {_CARRIED_OVER}" if kept else _NOT_CARRIED_OVER
    return f"Restored {source}. {before}{_KEY_IS_APART}"


def _set_aside(current: Path, kept: Path) -> None:
    """A copy of the database in use until now, under a name of its own.

    Leaving WAL is the probe for engines: SQLite allows it only to the single connection there is, and every
    engine keeps one. It sees each process on the file without its help, and a dead one leaves no lock.
    """
    try:
        with opened(current, "rw") as connection:
            connection.execute("PRAGMA busy_timeout=1000")
            (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise StoreTrouble(_in_use(current)) from error
        raise StoreTrouble(f"{current} cannot be opened ({error}). Check the folder's rights.") from error
    except sqlite3.DatabaseError:
        _move_damaged(current, kept)
        return
    if mode != "delete":
        raise StoreTrouble(_in_use(current))
    with copied(current, current.parent) as copy:
        copy.rename(kept)


def _move_damaged(current: Path, kept: Path) -> None:
    """Out of the way with its side files, which would otherwise be read into the restored database."""
    for side in ("-wal", "-shm", ""):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{current}{side}").replace(f"{kept}{side}")


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
    flush(target.parent)


def _free_name(current: Path) -> Path:
    """Never over what an earlier restore has kept."""
    names = (f"{KEPT_NAME}{'' if number == 1 else f'-{number}'}.db" for number in itertools.count(1))
    return next(path for name in names if not (path := current.parent / name).exists())


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1_000_000:.1f} MB"


def _in_use(current: Path) -> str:
    return f"mcdesk is using {current}. Quit its window and its server on this PC, then restore again."
