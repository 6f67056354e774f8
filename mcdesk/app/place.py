"""The office's data, opened: in the folder on this PC, or on the server of a shared office.

Must not: know what the office has configured.
"""

from dataclasses import dataclass
from pathlib import Path

from mcdesk.engine.clock import Clock
from mcdesk.settings import database_url, office_key
from mcdesk.store import soundness
from mcdesk.store.database import Database
from mcdesk.store.opening import FILE_NAME, open_database
from mcdesk.store.opening_server import open_server
from mcdesk.store.secrets import Vault


@dataclass(frozen=True, slots=True)
class Place:
    """The office's data, opened."""

    #: On this PC. What each desk has for itself, such as logs, is here also where the data is on a server.
    folder: Path
    database: Database
    vault: Vault
    clock: Clock
    #: The database; None where it is on a server.
    file: Path | None = None
    #: Somebody uses the file, or whoever used it last did not end in good order.
    was_left_open: bool = False

    def close(self) -> None:
        self.database.close()


def open_place(folder: Path, *, speed: float = 1.0, key: bytes | None = None) -> Place:
    """Open the office. `key`: of one in this folder, thrown away afterwards. Raises StoreTrouble in words."""
    clock, url = Clock(speed=speed), None if key else database_url()
    file = None if url else folder / FILE_NAME
    was_left_open = file is not None and soundness.was_left_open(file)
    database = open_server(url, now=clock.now) if url else open_database(folder, now=clock.now)
    vault = Vault(
        database,
        lambda: key or office_key(folder, create=False),
        new_key=lambda: key or office_key(folder, create=True),
    )
    return Place(folder, database, vault, clock, file, was_left_open)


def is_there(folder: Path) -> bool:
    """Whether there is an office to open, without making one."""
    return database_url() is not None or (folder / FILE_NAME).exists()
