"""An office's rows as plain dictionaries, read from outside while its engines live and die.

Must not: judge, or write what an engine would not write by itself.
"""

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mcdesk.engine.inbox import PATIENCE
from mcdesk.store.opening import FILE_NAME

Row = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Hooks nobody has understood, and until when they may wait for it: a report about a text may come before the
#: answer that names it, or when that answer was lost.
_MAY_WAIT = int((PATIENCE + 1) * 1_000_000)
_WAITING = (
    f"SELECT kind, why, at + CASE kind WHEN 'text-status' THEN {_MAY_WAIT} ELSE 0 END AS due FROM hooks"
    " WHERE state = 'new'"
)


@dataclass(frozen=True, slots=True)
class Rows:
    """Reads one office's file."""

    folder: Path

    @property
    def path(self) -> Path:
        return self.folder / FILE_NAME

    def ask(self, question: str, *values: object) -> list[Row]:
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5)) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(question, values)]

    def newest_lead(self, number: str) -> int | None:
        found = self.ask(
            "SELECT leads.id FROM leads JOIN contacts ON contacts.id = leads.contact WHERE number = ?"
            " ORDER BY leads.id DESC LIMIT 1",
            number,
        )
        return int(found[0]["id"]) if found else None

    def next_due(self) -> datetime | None:
        (row,) = self.ask(
            f"SELECT min(due) AS due FROM (SELECT due FROM jobs WHERE state = 'waiting' UNION ALL"
            f" SELECT due FROM ({_WAITING}))"
        )
        return instant(row["due"])

    def is_between_acts(self) -> bool:
        """Whether no engine is writing, or has decided to send a text and not yet heard what became of it."""
        try:
            with closing(sqlite3.connect(self.path, timeout=0.05, isolation_level=None)) as database:
                database.execute("BEGIN IMMEDIATE")
                going_out = "SELECT 1 FROM jobs WHERE state = 'running' AND message IS NOT NULL"
                return database.execute(going_out).fetchone() is None
        except sqlite3.OperationalError:
            return False

    def renew_leases(self, length: timedelta) -> None:
        """As engines do by themselves while hours pass."""
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(self.path, timeout=0.2, isolation_level=None)) as database,
        ):
            longer = length // timedelta(microseconds=1)
            database.execute("UPDATE leases SET until = until + ? WHERE name LIKE 'engine:%'", (longer,))

    def unsettled(self, now: datetime) -> list[str]:
        """What is being done or should be done by now, in words."""
        late = (now - _EPOCH) // timedelta(microseconds=1)
        jobs = self.ask(
            "SELECT key, state, tries, why, doubt_at IS NOT NULL AS doubt FROM jobs"
            " WHERE state = 'running' OR (state = 'waiting' AND due <= ?)",
            late,
        )
        hooks = self.ask(f"SELECT kind, why FROM ({_WAITING}) WHERE due <= ?", late)
        return [str(row) for row in jobs + hooks]

    def sound(self) -> str:
        """ "ok", or what SQLite says is wrong with the file."""
        return str(self.ask("PRAGMA integrity_check")[0]["integrity_check"])


def instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else _EPOCH + timedelta(microseconds=microseconds)
