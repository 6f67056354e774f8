"""A shared office's database: made, brought up to date once, or refused in words.

Must not: write as an office does (`test_server` does).
"""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, make_url
from sqlalchemy.pool import NullPool

from mcdesk.store.opening import REVISION
from mcdesk.store.opening_server import open_server
from mcdesk.store.schema import metadata
from mcdesk.store.transaction import StoreTrouble
from tests import postgres


def now() -> datetime:
    return datetime(2026, 11, 18, 19, 0, tzinfo=UTC)


def test_the_migrations_end_where_the_schema_is(server: postgres.Server, address: str) -> None:
    """Also every index's condition, which alembic does not compare."""
    made = server.new_database(empty=True)
    engine = create_engine(_driver(made), poolclass=NullPool)
    metadata.create_all(engine)
    migrated = create_engine(_driver(address), poolclass=NullPool)
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    wanted, found = (
        dict(server.do("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'", at=at))
        for at in (made, address)
    )
    found.pop("alembic_version_pkc")
    assert found == wanted
    columns = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default "
        "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'"
    )
    assert set(server.do(columns, at=address)) == set(server.do(columns, at=made))
    server.drop(made)


def _driver(address: str) -> str:
    return make_url(address).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


OPENS = """
import sys
from datetime import UTC, datetime
from mcdesk.store.opening_server import open_server
print("ready", flush=True)
sys.stdin.readline()
open_server(sys.argv[1], now=lambda: datetime.now(UTC)).close()
print("opened")
"""


def test_engines_that_start_together_on_a_new_database_make_it_once(server: postgres.Server) -> None:
    address = server.new_database(empty=True)
    engines = [
        subprocess.Popen(
            [sys.executable, "-c", OPENS, address],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(5)
    ]
    for engine in engines:
        assert engine.stdout is not None
        assert engine.stdout.readline() == "ready\n"
    for engine in engines:
        assert engine.stdin is not None
        engine.stdin.write("go\n")
        engine.stdin.flush()
    assert [engine.communicate(timeout=40) for engine in engines] == [("opened\n", "")] * 5
    assert server.do("SELECT version_num FROM alembic_version", at=address) == [(REVISION,)]
    server.drop(address)


def test_an_older_one_is_migrated(server: postgres.Server) -> None:
    from mcdesk.store.migrations import run

    address = server.new_database(empty=True)
    engine = create_engine(_driver(address), poolclass=NullPool)
    with engine.begin() as connection:
        run.upgrade_on(connection, to="0001")
    server.do("INSERT INTO configurations (at, by, source) VALUES (1, 'old', 'kept')", at=address)
    open_server(address, now=now).close()
    assert server.do("SELECT source FROM configurations", at=address) == [("kept",)]
    assert server.do("SELECT version_num FROM alembic_version", at=address) == [(REVISION,)]
    with engine.connect() as connection:
        assert set(metadata.tables) <= set(inspect(connection).get_table_names())
    server.drop(address)


def test_a_newer_one_is_refused_and_left_alone(server: postgres.Server, address: str) -> None:
    server.do("UPDATE alembic_version SET version_num = '9999'", at=address)
    with pytest.raises(StoreTrouble, match="newer mcdesk"):
        open_server(address, now=now)
    assert server.do("SELECT version_num FROM alembic_version", at=address) == [("9999",)]


@pytest.mark.parametrize("table", ["leads", "alembic_version"])
def test_another_programs_database_is_not_touched(server: postgres.Server, table: str) -> None:
    address = server.new_database(empty=True)
    server.do(f"CREATE TABLE {table} (version_num text)", at=address)
    with pytest.raises(StoreTrouble, match="another program's"):
        open_server(address, now=now)
    assert server.do("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", at=address) == [(1,)]
    server.drop(address)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mysql://maria:s3cret@db/mcdesk", "works on PostgreSQL, not on mysql"),
        ("s3cret", "is not a URL"),
        ("postgresql://maria:s3cret@127.0.0.1:9/mcdesk", "Check that the server runs"),
        ("postgres://maria:s3cret@127.0.0.1:9/mcdesk", "Check that the server runs"),
        ("postgresql+asyncpg://maria:s3cret@127.0.0.1/mcdesk", "works on PostgreSQL, not on"),
    ],
)
def test_what_cannot_be_opened_is_said_in_words_without_the_password(address: str, words: str) -> None:
    with pytest.raises(StoreTrouble, match=words) as told:
        open_server(address, now=now)
    assert "s3cret" not in str(told.value)


def test_a_missing_database_is_named(server: postgres.Server) -> None:
    with pytest.raises(StoreTrouble, match="nowhere"):
        open_server(server.address("nowhere"), now=now)


def test_a_user_who_may_not_make_tables_is_told_so(server: postgres.Server) -> None:
    address = server.new_database(empty=True)
    server.do("DROP ROLE IF EXISTS guest")
    server.do("CREATE ROLE guest LOGIN")
    guest = make_url(address).set(username="guest").render_as_string(hide_password=False)
    with pytest.raises(StoreTrouble, match="owner"):
        open_server(guest, now=now)
    server.drop(address)
