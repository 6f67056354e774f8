"""What callers and staff do, and which texts came of it: plain values both sides understand.

Must not: import anything of the program.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

#: Minutes of a day, the end not included; None where the day is closed.
Day: TypeAlias = tuple[int, int] | None
Reach: TypeAlias = Literal[
    "texts", "landline", "forged", "abroad", "toll-free", "premium", "never", "by hand", "spam", "machine"
]  # fmt: skip
Kind: TypeAlias = Literal["ack", "followup", "service", "help", "optout-confirm"]
Does: TypeAlias = Literal[
    "calls", "gets through", "writes", "asks for help", "stops", "opts in", "typed", "closed"
]  # fmt: skip
#: What may stand in the way of a text for a while.
Hindrance: TypeAlias = Literal["clock wrong", "unread", "on the line"]
AUTOMATIC: frozenset[Kind] = frozenset({"ack", "followup"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Office:
    """What a firm chose."""

    name: str
    #: Of each follow-up: how long after the text before.
    steps: tuple[timedelta, ...]
    holds: bool = False
    hours: tuple[Day, ...] | None = None
    blocked: Mapping[str, date] = field(default_factory=dict)
    within: timedelta = timedelta(minutes=10)
    cooldown: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something the caller or the staff did."""

    at: datetime
    does: Does
    #: Until the office takes notice of it, or answers it.
    delay: timedelta = timedelta(0)
    #: With a typed text: whether its writer sends it although it is night there.
    insists: bool = True
    #: Whether the office takes notice of it twice, as of a request that is repeated.
    twice: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """A while in which something stands in the way; the end not included."""

    what: Hindrance
    start: datetime
    end: datetime
    #: How far ahead a wrong clock is; negative where it is behind.
    off: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody with a phone, and all they will do."""

    number: str
    #: Where people said they are; empty where nobody did.
    said: str
    reach: Reach
    office: Office
    acts: tuple[Act, ...]
    spells: tuple[Spell, ...] = ()

    @property
    def code(self) -> str:
        return self.number[2:5]

    def hindered(self, what: Hindrance, at: datetime) -> Spell | None:
        """What of that kind stands in the way then."""
        return next((each for each in self.spells if each.what == what and each.start <= at < each.end), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text, sent, refused, or told to wait."""

    kind: Kind
    #: When the office wanted it out.
    due: datetime
    #: When it went out, was refused, or was told to wait.
    at: datetime
    lead: int
    #: Of the call it rests on.
    call_at: datetime | None
    #: Of the text it answers.
    wrote_at: datetime | None
    #: Whether a person was asked if it should go out at this hour.
    asked: bool = False
    #: Of a refused one.
    why: str = ""
    #: Of one told to wait: how long.
    until: datetime | None = None
    #: When it would be too late, as the gate told; None where that is no question.
    not_after: datetime | None = None
    #: Of one sent: until when it may still arrive, as the gate told.
    good_until: datetime | None = None


@dataclass(slots=True)
class Story:
    """All that became of one caller."""

    caller: Caller
    sent: list[Text] = field(default_factory=list)
    refused: list[Text] = field(default_factory=list)
    #: Each time the gate said *hold*.
    held: list[Text] = field(default_factory=list)
    #: How often the gate was asked.
    questions: int = 0
