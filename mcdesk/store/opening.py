"""Opening a database: the file's safety, its version, and bringing an older one up to date.

Must not: run queries of the office.
"""

import os
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from mcdesk.store import making
from mcdesk.store.copies import way_back
from mcdesk.store.database import Database
from mcdesk.store.sqlite_file import SqliteFile
from mcdesk.store.transaction import StoreTrouble

#: The newest migration; a database with another one is older or newer than this program.
REVISION = "0003"
FILE_NAME = "mcdesk.db"
#: Folders that a program copies elsewhere while we write; a database there gets torn.
SYNCED = ("onedrive", "dropbox", "google drive", "googledrive", "icloud", "nextcloud", "syncthing")
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "sshfs", "fuse.sshfs", "9p", "afs", "webdav"}
)


def open_database(folder: Path, *, now: Callable[[], datetime]) -> Database:
    """The office's database in `folder`, made or migrated where needed. Raises StoreTrouble in words."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _refuse_shared(folder)
    path = folder / FILE_NAME
    version = read_version(path)
    if version is not None and version > REVISION:
        raise StoreTrouble(
            f"The data in {folder} was written by a newer mcdesk "
            f"(version {version}, this one knows {REVISION}). "
            "Install the newer program, or restore an older backup."
        )
    if version is None:
        making.make(path, revision=REVISION)
    elif version != REVISION:
        # Alembic costs 11 MB and a third of a second; most starts need none of it.
        from mcdesk.store.migrations import run

        run.upgrade(path)
    path.chmod(0o600)
    return Database(SqliteFile(path), now=now)


def read_version(path: Path) -> str | None:
    """The migration a database file is at; None for no file. Raises StoreTrouble for a damaged one."""
    if not path.exists() or path.stat().st_size == 0:
        return None
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            raise StoreTrouble(
                f"{path} is not an mcdesk database. Move it away, or choose another folder."
            ) from error
        raise StoreTrouble(f"{path} cannot be opened ({error}). Check the folder's rights.") from error
    except sqlite3.DatabaseError as error:
        raise StoreTrouble(f"{path} is damaged ({error}). {way_back(path.parent)}") from error
    return str(row[0]) if row else None


def _refuse_shared(folder: Path) -> None:
    parts = [part.casefold() for part in folder.absolute().parts]
    if any(part.startswith(name) for part in parts for name in SYNCED):
        raise StoreTrouble(
            f"{folder} is copied elsewhere by a sync program, which tears a database apart. "
            "Choose a folder on this PC with --data."
        )
    if str(folder).startswith("\\\\") or _file_system(folder) in NETWORK_FILE_SYSTEMS:
        raise StoreTrouble(f"{folder} is on a network drive. Choose a folder on this PC with --data.")


def _file_system(folder: Path) -> str | None:
    """Type of the file system a folder is on, where the system tells (Linux)."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return None
    best, kind = "", None
    here = os.path.realpath(folder)
    for line in mounts.read_text().splitlines():
        _, point, fstype, *_ = line.split()
        inside = here == point or here.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, fstype
    return kind
