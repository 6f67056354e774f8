"""What `doctor` looks at on this PC: folder, disk, database file, screen libraries.

Must not: look at the office inside the database.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from mcdesk.commands.window import has_screen
from mcdesk.ports.provider import Check
from mcdesk.store.copies import way_back
from mcdesk.store.opening import FILE_NAME, read_version

LEAST_FREE = 500_000_000
#: A screen that does not answer must not hold up the rest.
SCREEN_SECONDS = 30.0
#: What says which screen there is.
_SCREEN_NAMES = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
LIBRARIES = "Install what Qt needs (on Debian or Ubuntu, `make setup` prints the line)."


def checks(folder: Path) -> Iterator[Check]:
    """Everything but the database."""
    yield _folder(folder)
    yield _disk(folder)
    yield screen()


def _folder(folder: Path) -> Check:
    what = "Data folder"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        rights = folder.stat().st_mode & 0o777
    except OSError as error:
        fix = "Choose another with --data, or give this user the right to it."
        return Check(what, "fail", f"{folder} cannot be made or read ({error.strerror}).", fix)
    if not os.access(folder, os.W_OK):
        return Check(what, "fail", f"{folder} may not be written.", "Give this user the right to write it.")
    if os.name == "posix" and rights & 0o077:
        return Check(what, "warn", f"Other users of this PC can look into {folder}.", f"chmod 700 '{folder}'")
    return Check(what, "ok", f"{folder}, for this user alone.")


def _disk(folder: Path) -> Check:
    try:
        free, needed = shutil.disk_usage(folder).free, LEAST_FREE
        file = folder / FILE_NAME
        if file.exists():
            # a copy of tonight, and room to go on beside it
            needed += file.stat().st_size
    except OSError as error:
        return Check("Disk", "warn", f"Its free space cannot be read ({error.strerror}).")
    if free < needed:
        return Check(
            "Disk", "warn", f"{free / 1e6:.0f} MB free.", "Free some space: a full disk saves nothing."
        )
    return Check("Disk", "ok", f"{free / 1e9:.1f} GB free.")


def database(folder: Path) -> Check:
    """Whether the file is whole and of this program's version."""
    path = folder / FILE_NAME
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
        try:
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        finally:
            connection.close()
    except sqlite3.Error as error:
        verdict = str(error)
    if verdict != "ok":
        return Check("Database", "fail", f"{path} is damaged ({verdict}).", way_back(folder))
    return Check(
        "Database", "ok", f"Whole; version {read_version(path)}, {path.stat().st_size / 1e6:.1f} MB."
    )


def screen() -> Check:
    """Whether a window can open, asked of a process of its own: Qt ends a process where it cannot."""
    return _asked_of(*(os.environ.get(name) for name in _SCREEN_NAMES))


@cache
def _asked_of(*_screen: str | None) -> Check:
    """Once for each screen: it costs a second."""
    what = "Screen"
    environment = dict(os.environ)
    if not has_screen():
        environment["QT_QPA_PLATFORM"] = "offscreen"
    try:
        asked = subprocess.run(  # noqa: S603 - our own program
            [*_ourselves(), "try-screen"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=SCREEN_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Check(
            what, "warn", f"Did not answer within {SCREEN_SECONDS:g} seconds.", "Look at the screen."
        )
    if asked.returncode:
        last = (asked.stderr.strip().splitlines() or ["it ended without a word"])[0]
        return Check(
            what, "warn", f"No window can open: {last[:200]}", f"{LIBRARIES} `mcdesk serve` needs none."
        )
    if not has_screen():
        return Check(what, "ok", "The libraries are there; no screen is, so use `mcdesk serve` here.")
    return Check(what, "ok", f"A window can open ({asked.stdout.strip()}).")


def _ourselves() -> list[str]:
    frozen = getattr(sys, "frozen", False)
    return [sys.executable] if frozen else [sys.executable, "-m", "mcdesk"]
