"""The disk an engine writes to: well, full, or one that may not be written; SQLite says so in its own words.

Must not: know what is written.
"""

from typing import Any, Literal

from sqlalchemy import event

from mcdesk.store.database import Database

Kind = Literal["well", "full", "readonly"]
#: SQLite's own limit.
MOST_PAGES = 1_073_741_823


class Disk:
    """One database's. A change takes effect at the next transaction."""

    def __init__(self, database: Database) -> None:
        self.becomes: Kind = "well"
        self._is: Kind = "well"
        event.listen(database._engine, "before_cursor_execute", self._before)

    def _before(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        """On the writer's own thread and connection: nobody is in the middle of anything then."""
        if statement != "BEGIN IMMEDIATE" or self.becomes == self._is:
            return
        self._is = self.becomes
        ask = cursor.connection.execute
        ask("PRAGMA query_only = OFF")
        (pages,) = ask("PRAGMA page_count").fetchone()
        ask(f"PRAGMA max_page_count = {pages if self._is == 'full' else MOST_PAGES}")
        if self._is == "readonly":
            ask("PRAGMA query_only = ON")
