"""Text on its way to PostgreSQL, which has no NUL character in texts where SQLite and callers' phones do.

Must not: be imported where there is no PostgreSQL; it loads psycopg.
"""

from psycopg.types.string import StrDumper


class TextWithoutNul(StrDumper):
    """Shows a NUL as what it is, something unreadable, instead of failing on it."""

    def dump(self, obj: str) -> bytes | bytearray | memoryview | None:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))
