"""One PC's database: a SQLite file.

Must not: know tables.
"""

import contextlib
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool, StaticPool

#: Seconds to wait for another process that writes. A hook may wait for two of these, and companies for 15.
BUSY = 5
_NO_DIFFERENCE = timedelta(0)


class SqliteFile:
    """A `Backend`. All engines on it are processes of one PC, so they share its clock."""

    is_shared = False
    patience = 0.0

    def __init__(self, path: Path) -> None:
        self._path = path
        self.writing = _engine(path, StaticPool, _writable)
        self.reading = _engine(path, QueuePool, _readable)

    def begin(self, connection: Connection) -> timedelta:
        # At once as a writer: one that first reads and then writes would lose updates or be refused.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return _NO_DIFFERENCE

    def commit(self, connection: Connection, *, news: str | None) -> None:
        connection.exec_driver_sql("COMMIT")

    def is_lost(self, error: Exception) -> bool:
        return False

    def listen(self, hint: Callable[[], None], *, but: str) -> None:
        """A file tells nobody; the feed is polled."""

    def shed(self) -> bool:
        # A connection of its own: the writer's is in the middle of something.
        try:
            with contextlib.closing(sqlite3.connect(self._path, timeout=BUSY)) as own:
                (is_busy, _, _) = own.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error:
            return False
        return not is_busy

    def close(self) -> None:
        self.writing.dispose()
        self.reading.dispose()


def sqlite_url(path: Path) -> URL:
    return URL.create("sqlite", database=str(path))


def _engine(
    path: Path, pool: type[StaticPool] | type[QueuePool], prepare: Callable[[Any, object], None]
) -> Engine:
    engine = create_engine(
        sqlite_url(path),
        isolation_level="AUTOCOMMIT",
        poolclass=pool,
        connect_args={"check_same_thread": False, "timeout": BUSY},
    )
    event.listen(engine, "connect", prepare)
    return engine


def _writable(connection: Any, record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # What is deleted, or changed, is overwritten in the file as well.
    connection.execute("PRAGMA secure_delete=ON")


def _readable(connection: Any, record: object) -> None:
    connection.execute("PRAGMA query_only=ON")
    # Each reader fills its cache in time; the system has the file's pages in memory anyway.
    connection.execute("PRAGMA cache_size=-1024")
