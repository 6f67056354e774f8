"""How far the logs of an account were read, as text the office keeps for us.

Must not: read logs.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

#: What a first read looks back at.
FIRST_READ = timedelta(days=1)
#: Nothing older is read again, however long it stays open.
LONGEST_OPEN = timedelta(hours=24)


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
