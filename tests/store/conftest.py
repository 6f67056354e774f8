"""The databases of these tests: a file, and a PostgreSQL.

Must not: hold stories.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mcdesk.store.database import Database
from mcdesk.store.opening import open_database
from mcdesk.store.opening_server import open_server
from tests import postgres

NOW = datetime(2026, 11, 18, 19, 0, tzinfo=UTC)


class Opener:
    """Opens the one database of a test, any number of times, as several desks of one office do."""

    def __init__(self, where: str) -> None:
        #: A folder, or a URL.
        self.where = where
        self._opened: list[Database] = []

    def __call__(self, now: Callable[[], datetime] = lambda: NOW) -> Database:
        self._opened.append(open_either(self.where, now))
        return self._opened[-1]

    def close(self) -> None:
        for database in self._opened:
            database.close()


def open_either(where: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Database:
    """Also for processes that tests start."""
    return open_server(where, now=now) if "://" in where else open_database(Path(where), now=now)


@pytest.fixture(scope="session")
def server() -> Iterator[postgres.Server]:
    if postgres.ABSENT:
        pytest.skip(postgres.ABSENT)
    with postgres.running() as running:
        yield running


@pytest.fixture
def address(server: postgres.Server) -> Iterator[str]:
    """The URL of a database of the test's own, as a first start leaves it."""
    made = server.new_database()
    yield made
    server.drop(made)


@pytest.fixture(params=["file", "server"])
def open_one(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    """On each kind of database in turn."""
    opener = Opener(request.getfixturevalue("address") if request.param == "server" else str(tmp_path))
    yield opener
    opener.close()


@pytest.fixture
def database(open_one: Opener) -> Database:
    return open_one()
