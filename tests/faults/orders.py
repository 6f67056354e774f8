"""What the one who tells a story and the forked engines say to each other, and where.

Must not: do anything with it.
"""

from dataclasses import dataclass, field
from pathlib import Path

CLOCK = "clock"
ERRORS = "errors.txt"
#: Exit status of an engine that found its database unusable at the start: whoever starts it tries again.
CANNOT_START = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Birth:
    """An engine to be forked."""

    folder: str
    #: Distinct for every engine of a folder.
    life: str
    #: The address it listens at; 0: any.
    port: int = 0
    #: Killed at the n-th: "commit", "before" a request that changes something, or "after" any request.
    kind: str = "never"
    number: int = 0
    #: The counts are written down after each, for whoever asks how many there are.
    tally: bool = False
    #: Put in force at the first start: configuration, and the CRM's tokens.
    source: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    #: URL of the database; "": a file in the folder.
    database: str = ""
    #: Seconds; 0: as short as one or two engines bear.
    lease: float = 0
    #: How the engine is broken on purpose; "" not at all.
    broken: str = ""

    @property
    def path(self) -> Path:
        return Path(self.folder)

    @property
    def ready(self) -> Path:
        """Written once it is at work: the hook addresses by connection."""
        return self.path / f"ready-{self.life}.json"

    @property
    def door(self) -> Path:
        return self.path / f"door-{self.life}"

    @property
    def tallied(self) -> Path:
        return self.path / f"tally-{self.life}.json"
