"""The office's data on this PC, opened.

Must not: know what the office has configured.
"""

from dataclasses import dataclass
from pathlib import Path

from mcdesk.engine.clock import Clock
from mcdesk.settings import office_key
from mcdesk.store.database import Database
from mcdesk.store.opening import open_database
from mcdesk.store.secrets import Vault


@dataclass(frozen=True, slots=True)
class Place:
    """The office's data on this PC, opened."""

    folder: Path
    database: Database
    vault: Vault
    clock: Clock

    def close(self) -> None:
        self.database.close()


def open_place(folder: Path, *, speed: float = 1.0, key: bytes | None = None) -> Place:
    """Open the data folder. `key`: of an office thrown away afterwards. Raises StoreTrouble in words."""
    clock = Clock(speed=speed)
    database = open_database(folder, now=clock.now)
    vault = Vault(
        database,
        lambda: key or office_key(folder, create=False),
        new_key=lambda: key or office_key(folder, create=True),
    )
    return Place(folder, database, vault, clock)
