"""What the pretend account holds: numbers, calls, recordings, messages, opt-outs.
Records change as calls and deliveries go on, so these are not frozen; no wire format here."""

import secrets
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime


def new_sid(prefix: str) -> str:
    return prefix + secrets.token_hex(16)


def now() -> datetime:
    """Wall clock: the company lives in real time, whatever the office rehearses."""
    return datetime.now(UTC)


@dataclass(slots=True)
class OfficeNumber:
    """A number the account owns. `twiml` stands for a fixed TwiML document hosted at the company."""

    number: str
    friendly_name: str = ""
    voice_url: str = ""
    voice_fallback_url: str = ""
    sms_url: str = ""
    sms_fallback_url: str = ""
    status_callback: str = ""
    twiml: str = ""
    sid: str = field(default_factory=lambda: new_sid("PN"))
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)


@dataclass(slots=True)
class Message:
    """A text, in or out."""

    to: str
    from_: str
    body: str
    direction: str  #: inbound, outbound-api, outbound-reply
    status: str
    status_callback: str = ""
    service_sid: str | None = None
    media: tuple[str, ...] = ()
    error_code: int | None = None
    sent: datetime | None = None
    #: when the request for it reached the company; later than that is the company's own delay
    asked: datetime | None = None
    sid: str = field(default_factory=lambda: new_sid("SM"))
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)


@dataclass(slots=True)
class Call:
    """One leg. `talked` is true once two people were connected on it."""

    to: str
    from_: str
    direction: str  #: inbound, outbound-dial, outbound-api
    status: str
    parent_sid: str | None = None
    forwarded_from: str | None = None
    number_sid: str | None = None
    answered_by: str | None = None
    talked: bool = False
    ended: datetime | None = None
    sid: str = field(default_factory=lambda: new_sid("CA"))
    started: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)

    def move(self, status: str) -> None:
        self.status, self.updated = status, now()
        if status in FINAL_CALL:
            self.ended = self.updated

    @property
    def seconds(self) -> int | None:
        """Whole seconds the leg lasted; None while it goes on, 0 when nobody picked up."""
        if self.ended is None:
            return None
        if self.status != "completed":
            return 0
        # At a high pace a long talk takes no time, and people talked all the same.
        return max(round((self.ended - self.started).total_seconds()), int(self.talked))


FINAL_CALL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(slots=True)
class Recording:
    """A voicemail. `seconds` is how long the caller spoke in the story, whatever the pace."""

    call_sid: str
    seconds: int
    source: str = "RecordVerb"
    sid: str = field(default_factory=lambda: new_sid("RE"))
    created: datetime = field(default_factory=now)


@dataclass(slots=True)
class Ledger:
    """Everything, in the order it happened."""

    numbers: dict[str, OfficeNumber] = field(default_factory=dict)  #: by E.164
    calls: dict[str, Call] = field(default_factory=dict)
    recordings: dict[str, Recording] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    opted_out: set[tuple[str, str]] = field(default_factory=set)  #: (caller, our number)
    landlines: set[str] = field(default_factory=set)
    line_types: dict[str, str] = field(default_factory=dict)
    failing: dict[str, int] = field(default_factory=dict)  #: number → error code its texts end with
    #: wall clock times at which a text with this (To, Body) was asked for, refused ones included
    arrivals: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    def legs_of(self, call: Call) -> list[Call]:
        return [leg for leg in self.calls.values() if leg.parent_sid == call.sid]

    def answered(self, call: Call) -> bool:
        """Whether somebody of the office talked with the caller."""
        return call.talked or any(leg.talked for leg in self.legs_of(call))

    def forget(self) -> None:
        """Back to an account on which nothing happened yet; numbers and kinds of lines stay."""
        for held in (self.calls, self.recordings, self.messages, self.opted_out, self.arrivals):
            held.clear()
