"""One database: a single writer thread that commits waiting units together, and readers of their own.

Must not: know what the tables mean.
"""

import json
import logging
import queue
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Engine, Executable, Row, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool, StaticPool

from mcdesk.store.schema import feed

T = TypeVar("T")
#: At most this many units share one commit.
BATCH = 64
READERS = 2
_TELL = feed.insert()

log = logging.getLogger(__name__)


class StoreTrouble(Exception):
    """The database cannot be used now. The message says why and what to do; nothing was half done."""


@dataclass(slots=True)
class Touched:
    """What a unit of work changed."""

    leads: set[int] = field(default_factory=set)
    alerts: set[int] = field(default_factory=set)
    connections: set[str] = field(default_factory=set)
    office: bool = False
    #: Channels of the outbox that got work due now.
    channels: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.leads or self.alerts or self.connections or self.office or self.channels)

    def written(self) -> str:
        """As one text; channels are left out because other processes look at all of theirs."""
        return json.dumps(
            [sorted(self.leads), sorted(self.alerts), sorted(self.connections), self.office],
            separators=(",", ":"),
        )

    @classmethod
    def read(cls, text: str) -> "Touched":
        leads, alerts, connections, office = json.loads(text)
        return cls(set(leads), set(alerts), set(connections), office)

    def merge(self, other: "Touched") -> None:
        self.leads |= other.leads
        self.alerts |= other.alerts
        self.connections |= other.connections
        self.office |= other.office
        self.channels |= other.channels


class Tx:
    """One unit of work inside a transaction. Always a local; never kept."""

    __slots__ = ("connection", "now", "touched")

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        #: One instant for the whole unit.
        self.now = now
        self.touched = Touched()

    def run(
        self, statement: Executable, values: Mapping[str, Any] | None = None
    ) -> CursorResult[*tuple[Any, ...]]:
        return self.connection.execute(statement, values)

    def first(
        self, statement: Executable, values: Mapping[str, Any] | None = None
    ) -> Row[*tuple[Any, ...]] | None:
        return self.connection.execute(statement, values).first()

    def all(
        self, statement: Executable, values: Mapping[str, Any] | None = None
    ) -> list[Row[*tuple[Any, ...]]]:
        return list(self.connection.execute(statement, values))

    def value(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Any:
        return self.connection.execute(statement, values).scalar()

    def shelter(self, work: Callable[[], T]) -> T:
        """Do a part that may fail alone: its changes are undone before the exception goes on."""
        self.connection.exec_driver_sql("SAVEPOINT part")
        try:
            result = work()
        except Exception as error:
            if not (isinstance(error, DBAPIError) and _is_whole(error)):
                self.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT part")
                self.connection.exec_driver_sql("RELEASE SAVEPOINT part")
            raise
        self.connection.exec_driver_sql("RELEASE SAVEPOINT part")
        return result

    def insert(self, statement: Executable, values: Mapping[str, Any]) -> int:
        """The new row's id."""
        key = self.run(statement, values).inserted_primary_key
        assert key is not None
        return int(key[0])


@dataclass(slots=True)
class _Unit:
    work: Callable[[Tx], Any]
    future: Future[Any]


class Database:
    """Opened by `store/opening`. `committed` is called on the writer thread after each commit."""

    def __init__(
        self,
        url: str,
        *,
        now: Callable[[], datetime],
        committed: Callable[[Touched], None] = lambda touched: None,
    ) -> None:
        self.url = url
        #: Who wrote, in the feed.
        self.writer = uuid.uuid4().hex
        self._now = now
        self._committed = committed
        self._engine = _engine(url, StaticPool if url.startswith("sqlite") else QueuePool)
        self._reading = _engine(url, QueuePool, read_only=True)
        self._units: queue.SimpleQueue[_Unit | None] = queue.SimpleQueue()
        self._closed = False
        self._writer = threading.Thread(target=self._write_all, name="mcdesk-writer", daemon=True)
        self._writer.start()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="mcdesk-reader")

    def on_commit(self, committed: Callable[[Touched], None]) -> None:
        """Whom to tell, from now on."""
        self._committed = committed

    def write(self, work: Callable[[Tx], T]) -> Future[T]:
        """Do `work` in a transaction: whole and on disk when the future is done, or not at all."""
        future: Future[T] = Future()
        if self._closed:
            future.set_exception(StoreTrouble("The database is closed. Start mcdesk again."))
        else:
            self._units.put(_Unit(work, future))
        return future

    def read(self, question: Callable[[Tx], T]) -> Future[T]:
        """Ask, on a reader's own connection."""
        return self._readers.submit(self._ask, question)

    def _ask(self, question: Callable[[Tx], T]) -> T:
        try:
            with self._reading.connect() as connection:
                return question(Tx(connection, self._now()))
        except DBAPIError as error:
            raise _trouble(error) from error

    def close(self) -> None:
        """Finish what was handed in, then let go of the file."""
        self._closed = True
        self._units.put(None)
        self._writer.join(timeout=10)
        self._readers.shutdown()
        self._engine.dispose()
        self._reading.dispose()

    def _write_all(self) -> None:
        going_on = True
        while going_on:
            batch: list[_Unit] = []
            unit = self._units.get()
            while True:
                if unit is None:
                    going_on = False
                    break
                batch.append(unit)
                if len(batch) >= BATCH:
                    break
                try:
                    unit = self._units.get_nowait()
                except queue.Empty:
                    break
            if batch:
                self._commit(batch)

    def _commit(self, batch: list[_Unit]) -> None:
        done: list[tuple[_Unit, Any]] = []
        touched = Touched()
        try:
            with self._engine.connect() as connection:
                connection.exec_driver_sql(self._begin)
                try:
                    for unit in batch:
                        self._do(unit, connection, done, touched)
                    if touched:
                        self._tell_others(connection, touched)
                    connection.exec_driver_sql("COMMIT")
                except BaseException:
                    _roll_back(connection)
                    raise
        except Exception as error:
            trouble = _trouble(error)
            for unit in batch:
                if not unit.future.done():
                    unit.future.set_exception(trouble)
            return
        for unit, result in done:
            unit.future.set_result(result)
        try:
            self._committed(touched)
        except Exception:
            log.exception("Telling about a commit failed", extra={"action": "commit.tell.failed"})

    def _tell_others(self, connection: Connection, touched: Touched) -> None:
        """One row about the whole batch, for the other processes on this database."""
        connection.execute(
            _TELL, {"at": self._now(), "writer": self.writer, "kind": "touched", "ref": touched.written()}
        )

    @property
    def _begin(self) -> str:
        return "BEGIN IMMEDIATE" if self.url.startswith("sqlite") else "BEGIN"

    def _do(
        self, unit: _Unit, connection: Connection, done: list[tuple[_Unit, Any]], touched: Touched
    ) -> None:
        if not unit.future.set_running_or_notify_cancel():
            return
        tx = Tx(connection, self._now())
        connection.exec_driver_sql("SAVEPOINT unit")
        try:
            result = unit.work(tx)
        except DBAPIError as error:
            if _is_whole(error):
                raise
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT unit")
            unit.future.set_exception(error)
        except Exception as error:
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT unit")
            unit.future.set_exception(error)
        else:
            done.append((unit, result))
            touched.merge(tx.touched)
        connection.exec_driver_sql("RELEASE SAVEPOINT unit")


def _engine(url: str, pool: type[StaticPool] | type[QueuePool], *, read_only: bool = False) -> Engine:
    engine = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        poolclass=pool,
        connect_args={"check_same_thread": False, "timeout": 10} if url.startswith("sqlite") else {},
    )
    if url.startswith("sqlite"):
        event.listen(engine, "connect", _readable if read_only else _writable)
    return engine


def _writable(connection: Any, record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _readable(connection: Any, record: object) -> None:
    connection.execute("PRAGMA query_only=ON")


def _roll_back(connection: Connection) -> None:
    try:
        connection.exec_driver_sql("ROLLBACK")
    except DBAPIError:
        # SQLite has already rolled back by itself where the disk was full.
        log.info("Nothing left to roll back", extra={"action": "commit.rolled-back"})


def _is_whole(error: DBAPIError) -> bool:
    """Whether the whole transaction is spoilt (disk, lock) rather than one statement of it."""
    words = str(error.orig).lower()
    return any(sign in words for sign in ("full", "locked", "readonly", "disk i/o", "malformed"))


def _trouble(error: Exception) -> Exception:
    words = str(error.orig).lower() if isinstance(error, DBAPIError) else ""
    for sign, sentence in _SENTENCES.items():
        if sign in words:
            return StoreTrouble(sentence)
    return error


_SENTENCES = {
    "full": "The disk is full; nothing can be saved. Free some space; mcdesk goes on by itself then.",
    "locked": "Another program holds the database. Close other copies of mcdesk or a backup tool reading it.",
    "readonly": "The database file may not be written. Give this user the right to write the data folder.",
    "disk i/o": "The disk reports an error. Check it, then restore the last backup: mcdesk restore FILE.",
    "malformed": "The database is damaged. Restore the last backup: mcdesk restore FILE.",
    "not a database": "The database is damaged. Restore the last backup: mcdesk restore FILE.",
}
