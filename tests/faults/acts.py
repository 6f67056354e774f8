"""What may happen to an office, as values: people call, write and act; machines, networks and clocks fail.

Must not: make any of it happen (`playing` does).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeAlias

from mcdesk.simulator import FaultKind

Company: TypeAlias = Literal["twilio", "clio"]


@dataclass(frozen=True, slots=True)
class Call:
    """Someone calls. `who` is the how-manieth caller of the history; -1 hides the number."""

    who: int
    how: Literal["missed", "hangs-up", "voicemail", "answered"]
    #: The history goes on only when the call is over.
    to_its_end: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A caller writes."""

    who: int
    words: str


@dataclass(frozen=True, slots=True)
class Staff:
    """A person at the desk acts on the caller's newest lead, if there is one."""

    verb: Literal["reply", "note", "claim", "close", "call-back", "asked-to-stop"]
    who: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class TimePasses:
    """Hours go by at once; the PC is on."""

    hours: float


@dataclass(frozen=True, slots=True)
class Sleep:
    """The PC sleeps. Someone may call, or write, meanwhile; what they do comes in as it wakes."""

    hours: float
    caller: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class WrongClock:
    """Somebody sets the PC's clock wrong, by so many seconds; 0 sets it right."""

    seconds: float


@dataclass(frozen=True, slots=True)
class BadDay:
    """About `rate` of a company's requests go wrong from now on; 0: none."""

    company: Company
    rate: float
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Glitch:
    """The next `count` requests to addresses with `path` in them go wrong in one way."""

    company: Company
    kind: FaultKind
    path: str
    method: str = "POST"
    count: int = 1
    seconds: float = 0.0
    status: int = 503


@dataclass(frozen=True, slots=True)
class HookTrouble:
    """About `rate` of the hooks come twice, late or never from now on; 0: none."""

    rate: float
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Outage:
    company: Company
    how: Literal["refuse", "drop", "error", "hang-up"]
    seconds: float


@dataclass(frozen=True, slots=True)
class WrongAddress:
    """Somebody mistypes Twilio's address in the settings, and mends it after a while."""

    how: Literal["dns", "tls"]
    seconds: float


@dataclass(frozen=True, slots=True)
class Kill:
    """SIGKILL, and started again after `down` seconds (the second engine never)."""

    engine: Literal["first", "second"] = "first"
    down: float = 0.0


@dataclass(frozen=True, slots=True)
class DieAt:
    """SIGKILL at the n-th commit or request from now on, and started again."""

    kind: Literal["commit", "before", "after"]
    number: int


@dataclass(frozen=True, slots=True)
class Restart:
    """Ended in good order, and started again."""


@dataclass(frozen=True, slots=True)
class SecondEngine:
    """Another engine on the same data."""


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk is full, may not be written, or another program holds the database, for a while."""

    kind: Literal["full", "readonly", "locked"]
    seconds: float


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing happens for so many real seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Settle:
    """Until the office is done with what there is to do now, but no longer than so many real seconds."""

    seconds: float = 10.0


Act: TypeAlias = (
    Call | Text | Staff | TimePasses | Sleep | WrongClock | BadDay | Glitch | HookTrouble | Outage
    | WrongAddress | Kill | DieAt | Restart | SecondEngine | Disk | Pause | Settle
)  # fmt: skip
KINDS: Mapping[str, type[Act]] = {
    kind.__name__: kind
    for kind in (
        Call, Text, Staff, TimePasses, Sleep, WrongClock, BadDay, Glitch, HookTrouble, Outage, WrongAddress,
        Kill, DieAt, Restart, SecondEngine, Disk, Pause, Settle,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class History:
    """What happens, in order, and when it begins."""

    #: ISO instant; "" for now.
    start: str
    #: Area codes of the callers.
    callers: tuple[str, ...]
    acts: tuple[Act, ...]
    #: How the office differs from the usual one.
    voicemail: bool = False
    lookup: bool = False
    hooks: bool = True
    #: How the engine is broken on purpose (`breaking`).
    broken: str = ""


def written(history: History) -> dict[str, Any]:
    """For a file; `read` gives the same history back."""
    acts = [{"act": type(act).__name__, **asdict(act)} for act in history.acts]
    return {**asdict(history), "acts": acts}


def read(document: Mapping[str, Any]) -> History:
    acts = tuple(
        KINDS[act["act"]](**{name: value for name, value in act.items() if name != "act"})
        for act in document["acts"]
    )
    rest = {name: value for name, value in document.items() if name not in {"acts", "callers"}}
    return History(callers=tuple(document["callers"]), acts=acts, **rest)


def told(history: History) -> str:
    """For people: one act per line, and one line to repeat it with."""
    lines = [f"  {number:2} {act}" for number, act in enumerate(history.acts)]
    head = f"start {history.start or 'now'}, callers {', '.join(history.callers)}"
    extra = [name for name in ("voicemail", "lookup") if getattr(history, name)]
    return "\n".join([", ".join([head, *extra, "hooks" if history.hooks else "no hooks"]), *lines])
