"""Inserts that leave a row alone, or replace it, where there is one already; one spelling for both databases.

Must not: know the tables.
"""

from collections.abc import Sequence

from sqlalchemy import Insert, Table, TextClause, insert, text
from sqlalchemy.sql import ClauseElement, SyntaxExtension


class _OnConflict(SyntaxExtension, ClauseElement):
    """SQLite and PostgreSQL spell it alike; SQLAlchemy's own construct is tied to one of them."""

    def __init__(self, words: TextClause) -> None:
        self._words = words

    def apply_to_insert(self, insert_stmt: Insert) -> None:
        insert_stmt.apply_syntax_extension_point(lambda existing: [*existing, self._words], "post_values")


def insert_unless_there(table: Table, *key: str, where: str = "") -> Insert:
    """Insert a row unless one with this unique key is there; `where`: the condition of a partial index."""
    condition = f" WHERE {where}" if where else ""
    return insert(table).ext(_OnConflict(text(f"ON CONFLICT ({_columns(key)}){condition} DO NOTHING")))


def insert_or_replace(table: Table, key: Sequence[str], changed: Sequence[str]) -> Insert:
    """Insert a row; where one with this unique key is there, set its `changed` columns instead."""
    sets = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in changed)
    return insert(table).ext(_OnConflict(text(f"ON CONFLICT ({_columns(key)}) DO UPDATE SET {sets}")))


def insert_or_add(table: Table, key: Sequence[str], added: Sequence[str]) -> Insert:
    """Insert a row; where one with this unique key is there, add to its `added` columns instead."""
    sets = ", ".join(
        f"{_quoted(name)} = {_quoted(table.name)}.{_quoted(name)} + excluded.{_quoted(name)}"
        for name in added
    )
    return insert(table).ext(_OnConflict(text(f"ON CONFLICT ({_columns(key)}) DO UPDATE SET {sets}")))


def _columns(names: Sequence[str]) -> str:
    return ", ".join(_quoted(name) for name in names)


def _quoted(name: str) -> str:
    return f'"{name}"'
