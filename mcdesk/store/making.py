"""Makes a new database file, at the newest version, whole or not at all.

Must not: change a database there is (`migrations/run` does). Without alembic, which costs a program 11 MB for
as long as it runs; a test holds that both ways lead to the same tables.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, MetaData, String, Table, create_engine, event, inspect
from sqlalchemy.pool import NullPool

from mcdesk.store.schema import metadata
from mcdesk.store.sqlite_file import BUSY, sqlite_url

#: As alembic keeps it.
VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def make(path: Path, *, revision: str) -> None:
    """All tables, in one transaction; nothing where another program was first."""
    engine = create_engine(sqlite_url(path), poolclass=NullPool, connect_args={"timeout": BUSY})
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin)
    try:
        with engine.begin() as connection:
            if inspect(connection).has_table(VERSION.name):
                return
            metadata.create_all(connection)
            VERSION.create(connection)
            connection.execute(VERSION.insert().values(version_num=revision))
    finally:
        engine.dispose()


def _leave_transactions_to_us(connection: Any, _record: object) -> None:
    # The driver begins none before a CREATE.
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous=FULL")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
