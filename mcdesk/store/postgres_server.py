"""A shared office's database: a PostgreSQL.

Must not: know tables. psycopg is loaded by the first connection, so that a PC with a file never pays for it.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from mcdesk.store.backend import OutcomeUnknown
from mcdesk.store.trouble import is_connection_trouble

#: The lock every writing transaction of every engine begins with: "mcdesk" in ASCII.
WRITERS = 0x6D636465736B
CHANNEL = "mcdesk"
#: Milliseconds. A process that stands still inside a transaction is thrown out before the leases of those
#: behind it run out, and long before they lose patience.
IDLE_IN_TRANSACTION, LOCK, STATEMENT = 5_000, 12_000, 15_000
_SESSION = (
    f"-c synchronous_commit=on -c lock_timeout={LOCK} -c statement_timeout={STATEMENT} "
    f"-c idle_in_transaction_session_timeout={IDLE_IN_TRANSACTION}"
)
#: How any connection to a server is made.
CONNECTING = {
    "application_name": "mcdesk", "connect_timeout": 5, "keepalives": 1, "keepalives_idle": 5,
    "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 12_000,
}  # fmt: skip
#: In FROM, so that the lock is there before the clock is read.
_LOCK = "SELECT clock_timestamp() FROM pg_advisory_xact_lock(%s)"
_WHICH = "SELECT CAST(pg_current_xact_id_if_assigned() AS text)"
_WHICH_AND_TELL = f"{_WHICH}, pg_notify('{CHANNEL}', %s)"
_BECAME = "SELECT pg_xact_status(CAST(CAST(%s AS text) AS xid8))"

log = logging.getLogger(__name__)


class PostgresServer:
    """A `Backend`. One engine writes at a time, as on a file: what is right there is right here."""

    is_shared = True
    patience = 10.0

    def __init__(self, url: URL) -> None:
        self.writing = _engine(url, connections=1)
        self.reading = _engine(url, connections=3, options=" -c default_transaction_read_only=on")
        self._closed = threading.Event()
        self._listener: threading.Thread | None = None

    def begin(self, connection: Connection) -> timedelta:
        connection.exec_driver_sql("BEGIN")
        there: datetime = connection.exec_driver_sql(_LOCK, (WRITERS,)).scalar_one()
        return there - datetime.now(UTC)

    def commit(self, connection: Connection, *, news: str | None) -> None:
        """Where the connection ends meanwhile, the server is asked what became of the transaction."""
        asked = (
            connection.exec_driver_sql(_WHICH)
            if news is None
            else connection.exec_driver_sql(_WHICH_AND_TELL, (news,))
        )
        which = asked.scalar()
        try:
            connection.exec_driver_sql("COMMIT")
        except DBAPIError as error:
            # Without a number it wrote nothing: doing it again is the same.
            if not self.is_lost(error) or which is None or not self._was_kept(str(which)):
                raise

    def _was_kept(self, which: str) -> bool:
        """Of a transaction that may still be going on. A server that comes back knows it."""
        until = time.monotonic() + self.patience + IDLE_IN_TRANSACTION / 1000
        while time.monotonic() < until:
            with contextlib.suppress(SQLAlchemyError), self.writing.connect() as connection:
                became: object = connection.exec_driver_sql(_BECAME, (which,)).scalar()
                if became in ("committed", "aborted"):
                    log.info(
                        "A commit's outcome was asked for", extra={"action": "commit.asked", "is": became}
                    )
                    return bool(became == "committed")
            time.sleep(0.2)
        raise OutcomeUnknown(
            "The database server went away while something was being saved, and whether it was is not known. "
            "Look before doing it again."
        )

    def is_lost(self, error: Exception) -> bool:
        return is_connection_trouble(error)

    def listen(self, hint: Callable[[], None], *, but: str) -> None:
        self._listener = threading.Thread(
            target=self._listen, args=(hint, but), name="mcdesk-listener", daemon=True
        )
        self._listener.start()

    def _listen(self, hint: Callable[[], None], but: str) -> None:
        while not self._closed.is_set():
            try:
                self._hear(hint, but)
            except Exception as error:
                # Only hints are late meanwhile: the feed is polled as well.
                log.info("Hints stopped", extra={"action": "hints.stopped", "kind": type(error).__name__})
                self._closed.wait(2.0)

    def _hear(self, hint: Callable[[], None], but: str) -> None:
        with self.reading.connect() as connection:
            driver: Any = connection.connection.driver_connection
            # It is kept for good: the pool may make another in its place, and never hands out this one.
            connection.detach()
            driver.execute(f"LISTEN {CHANNEL}")
            # What was told before is seen by looking now.
            hint()
            while not self._closed.is_set():
                for news in driver.notifies(timeout=0.5):
                    if news.payload != but:
                        hint()

    def shed(self) -> bool:
        # When a server vacuums and how long it keeps its log is up to whoever runs it.
        return True

    def close(self) -> None:
        self._closed.set()
        if self._listener is not None:
            self._listener.join(timeout=5)
        self.writing.dispose()
        self.reading.dispose()


def _engine(url: URL, *, connections: int, options: str = "") -> Engine:
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        poolclass=QueuePool,
        pool_size=connections,
        connect_args={**CONNECTING, "options": f"{_SESSION}{options}"},
        # psycopg forgets how many rows an INSERT wrote unless it is kept.
        execution_options={"preserve_rowcount": True},
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, record: object) -> None:
    # psycopg is loaded by now, and only here.
    from mcdesk.store.postgres_text import TextWithoutNul

    connection.adapters.register_dumper(str, TextWithoutNul)
