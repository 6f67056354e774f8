"""One database: a single writer thread that commits waiting units together, and readers of their own.

Must not: know what the tables mean.
"""

import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from mcdesk.store.backend import Backend, OutcomeUnknown
from mcdesk.store.schema import feed
from mcdesk.store.transaction import NO_TIME, Touched, Tx
from mcdesk.store.trouble import StoreClosed, trouble_of

T = TypeVar("T")
#: At most this many units share one commit.
BATCH = 64
READERS = 2
#: Between tries to reach a server that is away (seconds).
AGAIN = 0.2
_TELL = feed.insert()

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Unit:
    work: Callable[[Tx], Any]
    future: Future[Any]


class Database:
    """Opened by `store/opening` or `store/opening_server`. `committed` is called on the writer thread after
    each commit."""

    def __init__(
        self,
        backend: Backend,
        *,
        now: Callable[[], datetime],
        committed: Callable[[Touched], None] = lambda touched: None,
    ) -> None:
        #: Who wrote, in the feed.
        self.writer = uuid.uuid4().hex
        self._backend = backend
        self._now = now
        self._committed = committed
        self._engine = backend.writing
        #: How far the office's clock is ahead of this PC's, as of the last commit.
        self._ahead = NO_TIME
        #: Whether the writer's last transaction could begin.
        self._begun = False
        self._away_since: float | None = None
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
            future.set_exception(StoreClosed("The database is closed. Start mcdesk again."))
        else:
            self._units.put(_Unit(work, future))
        return future

    def read(self, question: Callable[[Tx], T]) -> Future[T]:
        """Ask, on a reader's own connection."""
        return self._readers.submit(self._ask, question)

    def _ask(self, question: Callable[[Tx], T]) -> T:
        def ask() -> T:
            with self._backend.reading.connect() as connection:
                return question(Tx(connection, self._now(), ahead=self._ahead))

        try:
            return self._persist(ask)
        except DBAPIError as error:
            raise trouble_of(error) from error

    def _persist(self, attempt: Callable[[], T]) -> T:
        """Once more where the connection is lost, which leaves nothing behind: servers are started again."""
        while True:
            try:
                result = attempt()
            except Exception as error:
                if not self._backend.is_lost(error):
                    raise
                since = self._away_since = self._away_since or time.monotonic()
                if self._closed or time.monotonic() - since > self._backend.patience:
                    raise
                time.sleep(AGAIN)
            else:
                self._away_since = None
                return result

    @property
    def is_shared(self) -> bool:
        """Whether engines work on it side by side."""
        return self._backend.is_shared

    def on_hint(self, hint: Callable[[], None]) -> None:
        """Call `hint`, from a thread of its own, whenever another process wrote: look at the feed then.

        A database that tells nobody never calls it, and hints may be lost: the feed has to be polled as well.
        """
        self._backend.listen(hint, but=self.writer)

    def shed(self) -> bool:
        """See that what was overwritten is not kept beside the database either; False where that must wait.
        Blocks for seconds where somebody reads."""
        return self._backend.shed()

    def close(self) -> None:
        """Finish what was handed in, then let go of the file."""
        self._closed = True
        self._units.put(None)
        self._writer.join(timeout=10)
        self._readers.shutdown()
        self._backend.close()

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
        """All in one transaction; if one fails, each in its own, so that none spoils another."""
        batch = [unit for unit in batch if unit.future.set_running_or_notify_cancel()]
        try:
            results, touched = self._persist(lambda: self._together(batch))
        except Exception as error:
            if isinstance(error, OutcomeUnknown):
                # Doing them again could do them twice.
                for unit in batch:
                    unit.future.set_exception(error)
            elif len(batch) == 1 or not self._begun:
                # No transaction was to be had: for none of them, and waiting for one again takes long.
                for unit in batch:
                    unit.future.set_exception(trouble_of(error))
            else:
                for unit in batch:
                    self._alone(unit)
            return
        for unit, result in zip(batch, results, strict=True):
            unit.future.set_result(result)
        self._tell(touched)

    def _alone(self, unit: _Unit) -> None:
        try:
            (result,), touched = self._persist(lambda: self._together([unit]))
        except Exception as error:
            unit.future.set_exception(trouble_of(error))
            return
        unit.future.set_result(result)
        self._tell(touched)

    def _together(self, batch: list[_Unit]) -> tuple[list[Any], Touched]:
        results, touched = [], Touched()
        with self._engine.connect() as connection:
            try:
                self._begun = False
                self._ahead = self._backend.begin(connection)
                self._begun = True
                for unit in batch:
                    tx = Tx(connection, self._now(), ahead=self._ahead)
                    results.append(unit.work(tx))
                    touched.merge(tx.touched)
                if touched:
                    self._tell_others(connection, touched)
                self._backend.commit(connection, news=self.writer if touched else None)
            except BaseException:
                _roll_back(connection)
                raise
        return results, touched

    def _tell(self, touched: Touched) -> None:
        try:
            self._committed(touched)
        except Exception:
            log.exception("Telling about a commit failed", extra={"action": "commit.tell.failed"})

    def _tell_others(self, connection: Connection, touched: Touched) -> None:
        """One row about the whole batch, for the other processes on this database."""
        connection.execute(
            _TELL, {"at": self._now(), "writer": self.writer, "kind": "touched", "ref": touched.written()}
        )


def _roll_back(connection: Connection) -> None:
    if connection.invalidated:
        return
    try:
        connection.exec_driver_sql("ROLLBACK")
    except DBAPIError:
        # SQLite has already rolled back by itself where the disk was full; a lost connection needs none.
        log.info("Nothing left to roll back", extra={"action": "commit.rolled-back"})
