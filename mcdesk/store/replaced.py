"""What a database that a copy took the place of knows of who may not be texted, read from its file.

Must not: write to it, or to any other.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Row, Table, create_engine, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from mcdesk.store import facts as names
from mcdesk.store import restored
from mcdesk.store.schema import facts, forgotten, marks, suppressions
from mcdesk.store.transaction import StoreTrouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """Its rows in force; a table of later than its version has none."""

    suppressions: tuple[Row[Any], ...]
    marks: tuple[Row[Any], ...]
    forgotten: tuple[Row[Any], ...]
    #: Whose it is, and what itself took the place of, if that was never carried over.
    facts: dict[str, str]

    @property
    def installation(self) -> str | None:
        return self.facts.get(names.INSTALLATION)

    @property
    def is_sure(self) -> bool:
        """Whether it knew all that was said until it was replaced."""
        return restored.UNSURE not in self.facts


def read(path: Path) -> Replaced:
    """Raises StoreTrouble where it is gone or damaged."""
    engine = create_engine("sqlite://", creator=lambda: _opened(path), poolclass=NullPool)
    try:
        return Replaced(
            suppressions=_rows(engine, suppressions, in_force="ended_at"),
            marks=_rows(engine, marks, in_force="ended_at"),
            forgotten=_rows(engine, forgotten),
            facts={row.name: row.value for row in _rows(engine, facts)},
        )
    except (DBAPIError, sqlite3.Error) as error:
        raise StoreTrouble(f"{path} cannot be read ({error}).") from error
    finally:
        engine.dispose()


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _rows(engine: Engine, table: Table, *, in_force: str = "") -> tuple[Row[Any], ...]:
    """With the columns it has."""
    with engine.connect() as connection:
        found = inspect(connection)
        if not found.has_table(table.name):
            return ()
        there = {column["name"] for column in found.get_columns(table.name)}
        rows = select(*(column for column in table.c if column.name in there))
        if in_force:
            rows = rows.where(table.c[in_force].is_(None))
        return tuple(connection.execute(rows))
