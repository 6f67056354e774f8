"""One unit of work: what it runs and what it touched.

Must not: open or commit anything (`database` does).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, Row

from mcdesk.store.prepared import Prepared, Ran, command
from mcdesk.store.trouble import StoreTrouble, trouble_of

__all__ = ["NO_TIME", "StoreTrouble", "Touched", "Tx"]

T = TypeVar("T")
NO_TIME = timedelta(0)


@dataclass(slots=True)
class Touched:
    """What a unit of work changed."""

    leads: set[int] = field(default_factory=set)
    alerts: set[int] = field(default_factory=set)
    connections: set[str] = field(default_factory=set)
    office: bool = False
    #: Channels of the outbox that got work, and when the first of it is due.
    channels: dict[str, datetime] = field(default_factory=dict)

    def work(self, channel: str, due: datetime) -> None:
        """A channel got work."""
        known = self.channels.get(channel)
        self.channels[channel] = due if known is None else min(known, due)

    def __bool__(self) -> bool:
        return bool(self.leads or self.alerts or self.connections or self.office or self.channels)

    def written(self) -> str:
        """As one text; channels are left out because other processes look at all of theirs."""
        return json.dumps(
            [sorted(self.leads), sorted(self.alerts), sorted(self.connections), self.office],
            separators=(",", ":"),
        )

    @classmethod
    def read(cls, text: str) -> "Touched":
        leads, alerts, connections, office = json.loads(text)
        return cls(set(leads), set(alerts), set(connections), office)

    def merge(self, other: "Touched") -> None:
        self.leads |= other.leads
        self.alerts |= other.alerts
        self.connections |= other.connections
        self.office |= other.office
        for channel, due in other.channels.items():
            self.work(channel, due)


_NOTHING: Mapping[str, Any] = {}


class Tx:
    """One unit of work inside a transaction. Always a local; never kept."""

    __slots__ = ("connection", "lease_now", "now", "touched")

    def __init__(self, connection: Connection, now: datetime, *, ahead: timedelta = NO_TIME) -> None:
        self.connection = connection
        #: One instant for the whole unit.
        self.now = now
        #: The same by the clock that all engines of the office share, `ahead` of ours: who holds what till
        #: when is not a matter of each PC's own.
        self.lease_now = now + ahead
        self.touched = Touched()

    def run(
        self, statement: Executable | Prepared, values: Mapping[str, Any] | None = None
    ) -> CursorResult[*tuple[Any, ...]] | Ran:
        if isinstance(statement, Prepared):
            return statement.run(self.connection, values or _NOTHING)
        return self.connection.execute(statement, values)

    def first(
        self, statement: Executable | Prepared, values: Mapping[str, Any] | None = None
    ) -> Row[*tuple[Any, ...]] | None:
        if isinstance(statement, Prepared):
            return statement.first(self.connection, values or _NOTHING)
        return self.connection.execute(statement, values).first()

    def all(
        self, statement: Executable | Prepared, values: Mapping[str, Any] | None = None
    ) -> list[Row[*tuple[Any, ...]]]:
        if isinstance(statement, Prepared):
            return statement.all(self.connection, values or _NOTHING)
        return list(self.connection.execute(statement, values))

    def value(self, statement: Executable | Prepared, values: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row; None where there is none."""
        row = self.first(statement, values)
        return None if row is None else row[0]

    def shelter(self, work: Callable[[], T]) -> T:
        """Do a part that may fail alone: its changes are undone before the exception goes on.

        StoreTrouble is about the whole transaction: nothing of it can be kept.
        """
        command(self.connection, "SAVEPOINT part")
        try:
            result = work()
        except Exception as error:
            trouble = trouble_of(error)
            if isinstance(trouble, StoreTrouble):
                raise trouble from error
            command(self.connection, "ROLLBACK TO SAVEPOINT part")
            command(self.connection, "RELEASE SAVEPOINT part")
            raise
        command(self.connection, "RELEASE SAVEPOINT part")
        return result

    def insert(self, statement: Executable | Prepared, values: Mapping[str, Any]) -> int:
        """The new row's id."""
        return new_id(self.run(statement, values))


def new_id(done: CursorResult[*tuple[Any, ...]] | Ran) -> int:
    """The id of the row that an insert made."""
    key = done.inserted_primary_key
    assert key is not None
    assert key[0] is not None
    return int(key[0])
