"""Rules on a real database, each act undone afterwards, so that hundreds of stories need one file.

Must not: know providers.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from mcdesk import app
from mcdesk.domain.numbers import Number
from mcdesk.engine.house import House
from mcdesk.engine.rules import Source
from mcdesk.store.database import Database
from mcdesk.store.opening import open_database
from mcdesk.store.transaction import Tx

T = TypeVar("T")

#: A Wednesday, 11:00 in Los Angeles.
NOW = datetime(2026, 11, 18, 19, 0, tzinfo=UTC)
LINE, CALLER = Number("+14155550100"), Number("+14155550142")
CONFIGURATION = """
[office]
name = "Rivera & Cole"
timezone = "America/Los_Angeles"
[[lines]]
number = "+14155550100"
label = "Main line"
calls = "twilio"
texts = "twilio"
sequence = "law-4-24-72"
[connections.twilio]
provider = "twilio"
account_sid = "AC00000000000000000000000000000000"
[connections.clio]
provider = "clio"
client_id = "x"
"""
SOURCE = Source(connection="twilio", settle=timedelta(0), since=NOW - timedelta(days=9))


class _Undo(Exception):
    """Ends a unit so that nothing of it stays."""


@dataclass
class Stage:
    """A house and a database whose acts leave no trace."""

    house: House = field(repr=False)
    database: Database = field(repr=False)

    def act(self, what: Callable[[Tx], T]) -> T:
        """Do it in a transaction, look, and undo it."""
        result: list[T] = []

        def work(tx: Tx) -> None:
            result.append(what(tx))
            raise _Undo

        try:
            self.database.write(work).result()
        except _Undo:
            return result[0]
        raise AssertionError("unreachable")


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    database = open_database(folder, now=lambda: NOW)
    try:
        yield Stage(app.make_house(app.read_office(CONFIGURATION)), database)
    finally:
        database.close()
