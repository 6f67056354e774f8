"""What is known of an engine that gives no sign of life, for whoever has to be told.

Must not: import what the engine works with: a window that is being painted reads this.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Why(StrEnum):
    """What is wrong with an engine."""

    #: It was asked and does not answer.
    SILENT = "silent"
    #: A part of it failed again and again.
    BROKEN = "broken"
    #: It ended by itself.
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Silence:
    """An engine that does not do its work."""

    why: Why
    #: The last sign of life, or when it was noticed.
    since: datetime
    #: Which part, for the log.
    part: str
