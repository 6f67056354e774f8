"""Opening a shared office's database on a PostgreSQL server: its version, and migrating an older one.

Must not: run queries of the office.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import URL, Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from mcdesk.store.database import Database
from mcdesk.store.opening import REVISION
from mcdesk.store.postgres_server import CONNECTING, PostgresServer
from mcdesk.store.schema import metadata
from mcdesk.store.trouble import ServerAway, StoreTrouble, trouble_of

#: The lock whoever migrates holds: "migrate" in ASCII. Writers have another one.
MIGRATING = 0x6D696772617465
#: How long another engine's migration is waited for, milliseconds.
PATIENCE = 120_000
_KINDS = ("postgresql", "postgres", "postgresql+psycopg")
_EXAMPLE = "postgresql://user:password@server/mcdesk"


def open_server(address: str, *, now: Callable[[], datetime]) -> Database:
    """The database at a URL, its tables made or migrated where needed. Raises StoreTrouble in words."""
    url = _url(address)
    try:
        _bring_up_to_date(url)
    except SQLAlchemyError as error:
        raise _in_words(error, url) from error
    return Database(PostgresServer(url), now=now)


def _url(address: str) -> URL:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        # Not chained: the address has a password in it.
        raise StoreTrouble(f"MCDESK_DATABASE_URL is not a URL. Write it like {_EXAMPLE}") from None
    if url.drivername not in _KINDS:
        raise StoreTrouble(
            f"mcdesk works on PostgreSQL, not on {url.drivername}. Write MCDESK_DATABASE_URL like {_EXAMPLE}"
        )
    return url.set(drivername="postgresql+psycopg")


def _bring_up_to_date(url: URL) -> None:
    engine = create_engine(url, poolclass=NullPool, connect_args=CONNECTING)
    try:
        with engine.begin() as connection:
            if _version(connection, url) == REVISION:
                return
        with engine.begin() as connection:
            # Engines that start together: one migrates, the others wait and find it done.
            connection.execute(text(f"SET LOCAL lock_timeout = {PATIENCE}"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATING})
            if _version(connection, url) != REVISION:
                # Alembic costs 10 MB and a third of a second; most starts need none of it.
                from mcdesk.store.migrations import run

                run.upgrade_on(connection)
    finally:
        engine.dispose()


def _version(connection: Connection, url: URL) -> str | None:
    """The migration the tables are at; None where there are none. Raises StoreTrouble for another's."""
    if (encoding := connection.execute(text("SHOW server_encoding")).scalar()) != "UTF8":
        raise StoreTrouble(
            f"The database {url.database} keeps texts as {encoding}. Make one with the encoding UTF8."
        )
    there = set(inspect(connection).get_table_names())
    if "alembic_version" not in there:
        if there & set(metadata.tables):
            raise StoreTrouble(_not_ours(url))
        return None
    if "leads" not in there:
        raise StoreTrouble(_not_ours(url))
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is not None and str(version) > REVISION:
        raise StoreTrouble(
            f"The database {url.database} on {_where(url)} was written by a newer mcdesk "
            f"(version {version}, this one knows {REVISION}). Install the newer program on this PC."
        )
    return None if version is None else str(version)


def _not_ours(url: URL) -> str:
    return f"The database {url.database} on {_where(url)} is another program's. Make one for mcdesk alone."


def _where(url: URL) -> str:
    return url.host or "this PC"


def _in_words(error: SQLAlchemyError, url: URL) -> StoreTrouble:
    trouble = trouble_of(error)
    if isinstance(trouble, StoreTrouble) and not isinstance(trouble, ServerAway):
        return trouble
    # What the client library says of a failed connection names the address, never the password.
    said = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[-1]
    return StoreTrouble(
        f"The database {url.database} on {_where(url)} cannot be used ({said}). "
        "Check that the server runs, and the name and password in MCDESK_DATABASE_URL."
    )
