"""The migrations lead to the schema, and an older file is copied before it is changed.

Must not: know what the tables mean.
"""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from mcdesk.store import making
from mcdesk.store.migrations import run
from mcdesk.store.opening import FILE_NAME, REVISION, open_database, read_version
from mcdesk.store.schema import metadata
from mcdesk.store.sqlite_file import sqlite_url
from mcdesk.store.transaction import StoreTrouble


def now() -> datetime:
    return datetime(2026, 11, 18, 19, 0, tzinfo=UTC)


def test_the_migrations_end_where_the_schema_is(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    run.upgrade(path)
    engine = create_engine(sqlite_url(path))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_every_column_index_and_condition_is_the_schemas(tmp_path: Path) -> None:
    migrated, made = tmp_path / "migrated.db", tmp_path / "made.db"
    run.upgrade(migrated)
    making.make(made, revision=REVISION)
    assert read_version(made) == read_version(migrated) == REVISION

    def drawn(path: Path) -> dict[str, object]:
        indexes = "SELECT name, lower(sql) FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        with closing(sqlite3.connect(path)) as file:
            found: dict[str, object] = {name: " ".join(sql.split()) for name, sql in file.execute(indexes)}
            for table in metadata.tables:
                columns = file.execute(f"PRAGMA table_info({table})").fetchall()
                found[table] = {
                    name: (kind, needed, default) for _, name, kind, needed, default, _ in columns
                }
            return found

    assert drawn(migrated) == drawn(made)


def test_the_program_knows_the_newest_migration() -> None:
    assert run.head() == REVISION


def test_a_new_folder_gets_a_database_only_its_user_reads(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    open_database(folder, now=now).close()
    assert read_version(folder / FILE_NAME) == REVISION
    assert (folder / FILE_NAME).stat().st_mode & 0o077 == 0
    assert not list(folder.glob("*before-migration*"))


def test_a_file_of_an_older_version_is_copied_before_it_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_database(tmp_path, now=now).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file:
        file.execute("INSERT INTO configurations (at, by, source) VALUES (1, 'old', 'kept')")
        file.execute("UPDATE alembic_version SET version_num = '0000'")
        file.commit()
    done: list[Path] = []

    def fails(*args: object) -> None:
        done.extend(tmp_path.glob("*before-migration*"))
        raise RuntimeError("a migration with a bug")

    monkeypatch.setattr(command, "upgrade", fails)
    with pytest.raises(RuntimeError, match="bug"):
        open_database(tmp_path, now=now)
    (copy,) = done
    with closing(sqlite3.connect(copy)) as file:
        assert file.execute("SELECT source FROM configurations").fetchall() == [("kept",)]
    assert copy.stat().st_mode & 0o077 == 0


def test_a_migration_that_fails_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_database(tmp_path, now=now).close()
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as file:
        file.execute("UPDATE alembic_version SET version_num = '0000'")
        file.commit()

    def half(config: object, to: str) -> None:
        connection = config.attributes["connection"]  # type: ignore[attr-defined]
        connection.exec_driver_sql("DELETE FROM alembic_version")
        raise RuntimeError("a migration with a bug")

    monkeypatch.setattr(command, "upgrade", half)
    with pytest.raises(RuntimeError):
        open_database(tmp_path, now=now)
    assert read_version(tmp_path / FILE_NAME) == "0000"


@pytest.mark.parametrize("folder", ["OneDrive - Rivera & Cole", "Dropbox", "iCloudDrive", "Nextcloud"])
def test_a_folder_that_is_copied_elsewhere_is_refused(tmp_path: Path, folder: str) -> None:
    with pytest.raises(StoreTrouble, match="sync program"):
        open_database(tmp_path / folder / "mcdesk", now=now)


def test_another_programs_database_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE clients (name TEXT)")
        file.commit()
    before = path.read_bytes()
    with pytest.raises(StoreTrouble, match="not an mcdesk database"):
        open_database(tmp_path, now=now)
    assert path.read_bytes() == before


def test_an_empty_file_is_taken_for_a_new_one(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).touch()
    open_database(tmp_path, now=now).close()
    engine = create_engine(sqlite_url(tmp_path / FILE_NAME))
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()
