"""The copies made by themselves, one a night, beside the database; and which of them is the way back.

Must not: know when it is night.
"""

import os
import re
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from mcdesk.store.copying import UNFINISHED, copied, flush, opened, revision_of
from mcdesk.store.transaction import StoreTrouble

FOLDER_NAME = "backups"
KEPT = 14
#: An unfinished copy older than this (seconds) was left by a crash.
ABANDONED = 86_400
#: Tables whose rows are never taken away: a copy that has fewer than there were is not whole.
_GROWING = ("configurations", "contacts", "leads", "calls", "messages")
_NAME = re.compile(r"mcdesk-\d{4}-\d{2}-\d{2}\.db")
#: Clocks are set right by less than this all the time.
_USUAL_ERROR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Copy:
    """One verified copy."""

    path: Path
    #: The night it is of, by the office's calendar.
    night: date
    #: When it was made.
    at: datetime
    #: Dated after now: the clock was wrong when it was made, and nobody knows when that was.
    is_ahead: bool


def all_copies(folder: Path, *, now: datetime | None = None) -> list[Copy]:
    """Those kept for the data folder, newest first, at the end those dated ahead of `now` (None: the PC's
    time). A copy has its name only once it was verified."""
    now = now or datetime.now(UTC)
    try:
        found = [_copy(path, now) for path in (folder / FOLDER_NAME).iterdir() if _NAME.fullmatch(path.name)]
    except OSError:
        return []
    dated = [copy for copy in found if copy is not None]
    return sorted(dated, key=lambda copy: (not copy.is_ahead, copy.night), reverse=True)


def _copy(path: Path, now: datetime) -> Copy | None:
    """By its name and its file's time: a folder that was moved may have lost the latter."""
    try:
        night = date.fromisoformat(path.stem.removeprefix("mcdesk-"))
    except ValueError:
        return None
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    latest = now + _USUAL_ERROR
    # a day more: the office's calendar may be ahead of UTC's
    return Copy(path, night, at, at > latest or night > latest.astimezone(UTC).date() + timedelta(days=1))


def way_back(folder: Path, *, now: datetime | None = None) -> str:
    """What to do when the database is damaged, with the path of the newest copy where there is one."""
    newest = next(iter(all_copies(folder, now=now)), None)
    if newest is None:
        return "Restore the last backup with: mcdesk restore FILE"
    return f"The newest good copy was made {newest.at:%Y-%m-%d %H:%M} UTC: mcdesk restore '{newest.path}'"


def keep_nightly(source: Path, *, night: date, at: datetime, given_up: threading.Event) -> Path:
    """Copy the database in use at `source`, verify the copy, and drop the oldest. Raises StoreTrouble.

    Blocks, for about ten seconds per GB; writers go on meanwhile.
    """
    folder = source.parent / FOLDER_NAME
    try:
        return _keep(source, folder, night=night, at=at, given_up=given_up)
    except OSError as error:
        raise StoreTrouble(
            f"{folder} cannot be used ({error.strerror}). Give this user the right to write it."
        ) from error


def _keep(source: Path, folder: Path, *, night: date, at: datetime, given_up: threading.Event) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    _sweep(folder)
    _ask_for_room(source, folder)
    before = _counts(source)
    with copied(source, folder, gently=given_up) as copy:
        revision_of(copy, called=copy)
        _compare(_counts(copy), before)
        os.utime(copy, (at.timestamp(), at.timestamp()))
        target = folder / f"mcdesk-{night}.db"
        copy.replace(target)
        flush(folder)
    for old in all_copies(source.parent, now=at)[KEPT:]:
        old.path.unlink(missing_ok=True)
    return target


def _ask_for_room(source: Path, folder: Path) -> None:
    needed, free = source.stat().st_size, shutil.disk_usage(folder).free
    if free < needed:
        raise StoreTrouble(
            f"There is no room for a copy in {folder}: {free / 1e6:.0f} MB free, "
            f"{needed / 1e6:.0f} MB needed. Free some space."
        )


def _counts(path: Path) -> dict[str, int]:
    try:
        with opened(path, "ro") as connection:
            return dict(_count_all(connection))
    except sqlite3.Error as error:
        raise StoreTrouble(f"{path} cannot be read ({error}).") from error


def _count_all(connection: sqlite3.Connection) -> Iterator[tuple[str, int]]:
    for table in _GROWING:
        # names from above, nobody's words
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        yield table, count


def _compare(copy: dict[str, int], before: dict[str, int]) -> None:
    for table, count in before.items():
        if copy[table] < count:
            raise StoreTrouble(f"The copy has {copy[table]} rows of {table} where there were {count}.")


def _sweep(folder: Path) -> None:
    for path in folder.glob(f"{UNFINISHED}*"):
        if time.time() - path.stat().st_mtime > ABANDONED:
            path.unlink(missing_ok=True)
