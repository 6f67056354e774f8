"""Statements of the hot path: compiled once, then handed straight to SQLite's own cursor.

Must not: know tables. On other databases the statement runs as it is.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Dialect,
    Executable,
    Insert,
    Row,
    literal_column,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

#: Two thirds of a small statement's time is SQLAlchemy finding out what to do; it is the same each time.
Processor: TypeAlias = Callable[[Any], Any]


#: Stands where a value must be given.
_REQUIRED = object()


@dataclass(frozen=True, slots=True)
class Ran:
    """What a statement without rows did."""

    rowcount: int
    #: The new row's number, where the database numbers the table.
    inserted_primary_key: tuple[int | None]


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as SQLite takes it."""

    sql: str
    #: Names of the values in order, what each is where none is given, and how it is written.
    order: tuple[tuple[str, Any, Processor | None], ...]
    make: Callable[[Iterable[Any]], Any]
    #: Places in a row that are read through something.
    read: tuple[tuple[int, Processor], ...]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        found = []
        for name, default, write in self.order:
            value = given[name] if default is _REQUIRED else given.get(name, default)
            found.append(value if write is None else write(value))
        return found

    def row(self, raw: tuple[Any, ...]) -> Any:
        if not self.read:
            return self.make(raw)
        row = list(raw)
        for place, read in self.read:
            row[place] = read(row[place])
        return self.make(row)


def one_of(column: ColumnElement[Any], *words: str) -> ColumnElement[bool]:
    """`IN` with its list written into the statement."""
    return column.in_([literal_column(f"'{word}'") for word in words])


def command(connection: Connection, words: str) -> None:
    """A statement without values or rows."""
    file = connection.connection.driver_connection
    if isinstance(file, sqlite3.Connection):
        file.execute(words)
    else:
        connection.exec_driver_sql(words)


class Prepared:
    """A statement and its forms."""

    __slots__ = ("_forms", "statement")

    def __init__(self, statement: Executable) -> None:
        self.statement = statement
        self._forms: dict[tuple[str, ...], _Form] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Ran | CursorResult[*tuple[Any, ...]]:
        """Do it; how many rows it changed."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self.statement, values)
        _, cursor = self._execute(connection, values)
        return Ran(cursor.rowcount, (cursor.lastrowid,))

    def all(self, connection: Connection, values: Mapping[str, Any]) -> list[Row[*tuple[Any, ...]]]:
        """Its rows. Columns are attributes, as of any row."""
        if connection.dialect.name != "sqlite":
            return list(connection.execute(self.statement, values))
        form, cursor = self._execute(connection, values)
        return [form.row(raw) for raw in cursor]

    def first(self, connection: Connection, values: Mapping[str, Any]) -> Row[*tuple[Any, ...]] | None:
        """Its first row."""
        if connection.dialect.name != "sqlite":
            return connection.execute(self.statement, values).first()
        form, cursor = self._execute(connection, values)
        raw = cursor.fetchone()
        cursor.close()
        return None if raw is None else cast("Row[*tuple[Any, ...]]", form.row(raw))

    def _execute(self, connection: Connection, values: Mapping[str, Any]) -> tuple[_Form, sqlite3.Cursor]:
        keys = tuple(values) if isinstance(self.statement, Insert) else ()
        form = self._forms.get(keys)
        if form is None:
            form = self._forms[keys] = _compiled(self.statement, keys, connection.dialect)
        file = connection.connection.driver_connection
        assert isinstance(file, sqlite3.Connection)
        given = form.values(values)
        try:
            return form, file.execute(form.sql, given)
        except sqlite3.Error as error:
            raise DBAPIError.instance(
                form.sql, given, error, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
            ) from error


def _compiled(statement: Executable, keys: tuple[str, ...], dialect: Dialect) -> _Form:
    compiled = statement.compile(dialect=dialect, column_keys=list(keys) or None)  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    if compiled.post_compile_params:
        raise ValueError("a prepared statement needs its lists written with `one_of`")
    defaults = {
        name: _REQUIRED if bind.required else bind.effective_value for name, bind in compiled.binds.items()
    }
    writes = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
    }
    columns = compiled._result_columns or []
    row = namedtuple("row", [entry.keyname for entry in columns], rename=True)  # type: ignore[misc]
    reads = [(place, _reader(entry.type, dialect)) for place, entry in enumerate(columns)]
    return _Form(
        sql=str(compiled),
        order=tuple((name, defaults[name], writes[name]) for name in compiled.positiontup or ()),
        make=row._make,
        read=tuple((place, read) for place, read in reads if read is not None),
    )


def _reader(type_: TypeEngine[Any], dialect: Dialect) -> Processor | None:
    return type_.dialect_impl(dialect).result_processor(dialect, None)
