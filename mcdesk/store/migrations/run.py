"""Runs the migrations on one database: a file, with a copy kept first, or a server's.

Must not: be imported where nothing has to be migrated.
"""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.pool import NullPool

from mcdesk.store.copies import way_back
from mcdesk.store.copying import copied, keep_beside, revision_of
from mcdesk.store.transaction import StoreTrouble

#: How long another program's migration of the same file is waited for, seconds.
PATIENCE = 60


def upgrade(path: Path, *, to: str = "head") -> None:
    """Bring the file up to date, whole or not at all.

    An existing one is copied to ``….before-migration-REVISION.db`` first, never over an earlier copy with
    other content. Raises StoreTrouble where that cannot be done.
    """
    if path.exists() and path.stat().st_size:
        _keep_copy(path)
    engine = create_engine(
        URL.create("sqlite", database=str(path)), poolclass=NullPool, connect_args={"timeout": PATIENCE}
    )
    # The driver begins no transaction before a CREATE or ALTER; without one a crash midway would leave a file
    # that is of no version. IMMEDIATE: of two programs that start together, one finds it done by the other.
    event.listen(engine, "connect", _leave_transactions_to_us)
    event.listen(engine, "begin", _begin)
    try:
        with engine.begin() as connection:
            upgrade_on(connection, to=to)
    finally:
        engine.dispose()


def upgrade_on(connection: Connection, *, to: str = "head") -> None:
    """Bring a database up to date in the transaction `connection` is in."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _leave_transactions_to_us(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous=FULL")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def head() -> str:
    """The newest migration there is."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None
    return newest


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    return config


def _keep_copy(path: Path) -> None:
    """A sound one: a damaged file must not be changed any further."""
    with copied(path, path.parent) as copy:
        try:
            revision = revision_of(copy, called=path)
        except StoreTrouble as error:
            raise StoreTrouble(f"{path} is damaged. {way_back(path.parent)}") from error
        keep_beside(copy, path.with_suffix(f".before-migration-{revision}.db"))
