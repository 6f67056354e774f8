"""What the office says of a number: never texted, a VIP, a sensitive matter, blocked.

Must not: decide what follows (`policy` and the engine do).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from mcdesk.domain.numbers import Number


class MarkKind(StrEnum):
    """Kinds of marks; a number may have several."""

    #: No text of any kind, not even a typed one: courts, opposing counsel, vendors.
    NEVER = "never"
    #: No automatic text: a person calls them at once.
    VIP = "vip"
    SENSITIVE = "sensitive"
    #: Spam: its calls and texts are kept and bother nobody.
    BLOCKED = "blocked"


#: Whom the office minds: a person deals with them.
BY_HAND = (MarkKind.VIP, MarkKind.SENSITIVE)
#: Nothing is texted by itself: somebody calls at once. What tells most comes first.
CALLED_AT_ONCE = (*BY_HAND, MarkKind.NEVER)
#: All kinds in that order, as a queue row shows one of several.
MOST_TELLING = (*CALLED_AT_ONCE, MarkKind.BLOCKED)
#: What people read.
MARK_WORDS = {
    MarkKind.NEVER: "Never texted",
    MarkKind.VIP: "VIP",
    MarkKind.SENSITIVE: "Sensitive matter",
    MarkKind.BLOCKED: "Blocked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One mark; with `ended_at` it is history."""

    number: Number
    kind: MarkKind
    why: str
    by: str
    at: datetime
    ended_at: datetime | None = None
    ended_by: str | None = None
