"""How far the logs of an account were read, as text the office keeps for us.

Must not: read logs.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

#: What a first read looks back at.
FIRST_READ = timedelta(days=1)
#: Calls and messages may enter their list later than one made after them.
OVERLAP = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything that began before `floor` is settled; of what began later, `done` is."""

    floor: datetime
    done: frozenset[str] = frozenset()

    def write(self) -> str:
        return json.dumps({"floor": self.floor.isoformat(), "done": sorted(self.done)})

    @classmethod
    def read(cls, text: str | None, *, now: datetime) -> "Cursor":
        """A cursor we wrote; one that looks back a day where there is none or it makes no sense."""
        first = cls(now - FIRST_READ)
        try:
            data = json.loads(text or "")
            floor = datetime.fromisoformat(data["floor"])
            done = frozenset(str(sid) for sid in data.get("done", ()))
        except (ValueError, TypeError, KeyError, AttributeError):
            return first
        return cls(floor.replace(tzinfo=floor.tzinfo or UTC), done)


class Progress:
    """One read of a log: what of it was settled before, and how far the next read goes back.

    A storm's two minutes are read again with every look: of each entry that is settled, only its id and
    when it was made are kept.
    """

    def __init__(self, cursor: Cursor, *, now: datetime, longest_open: timedelta) -> None:
        self._cursor = cursor
        self._now = now
        #: Nothing older than this, before the newest, is read again however long it stays open.
        self._longest_open = longest_open
        self._newest = cursor.floor
        self._oldest_open: datetime | None = None
        self._settled: dict[str, datetime] = {}

    def settled(self, sid: str, made: datetime | None) -> None:
        """Nothing more will be learned of this entry."""
        self._settled[sid] = self.seen(made)

    def still_open(self, made: datetime | None) -> None:
        """More is to come of this entry."""
        made = self.seen(made)
        self._oldest_open = min(made, self._oldest_open or made)

    def seen(self, made: datetime | None) -> datetime:
        """An entry is there; when it was made, not later than now."""
        made = min(made or self._now, self._now)
        self._newest = max(self._newest, made)
        return made

    def cursor(self) -> str:
        """Where the next read begins: the company's times against its own, as our clock may be wrong."""
        newest = self._newest
        back_to = min(newest - OVERLAP, self._oldest_open or newest)
        floor = max(back_to, self._cursor.floor, newest - self._longest_open)
        return Cursor(floor, frozenset(sid for sid, made in self._settled.items() if made >= floor)).write()
