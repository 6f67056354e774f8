"""What staff see: queue rows with what happens next and when, timer states, conversations, health.

Must not: read tables (`store/queries` fills these) or draw (`ui` does).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mcdesk.domain import shown
from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.leads import Stage
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.numbers import Number


class View(StrEnum):
    """A slice of the queue."""

    OPEN = "open"
    NEEDS_REPLY = "needs-reply"
    CALL_NOW = "call-now"
    WAITING = "waiting"
    HELD = "held"
    BOOKED = "booked"
    CLOSED = "closed"
    MINE = "mine"
    UNCLAIMED = "unclaimed"


class NextWhat(StrEnum):
    """What happens next with a lead."""

    #: A person answers the caller's text; `due` is the escalation time.
    REPLY = "reply"
    #: A person phones.
    CALL = "call"
    #: A person looks whether a text arrived.
    CHECK = "check"
    #: A text goes out by itself.
    TEXT = "text"
    #: A text wanted to go out and waits for its hours; `due` is when they begin.
    HELD = "held"
    #: A text waits for its provider (sign-in, outage).
    STUCK = "stuck"
    #: A call task is made by itself.
    CALL_TASK = "call-task"
    #: The lead is closed by itself.
    CLOSE = "close"
    #: Nothing: the caller's turn, or closed.
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Next:
    """What happens next, and when."""

    what: NextWhat
    due: datetime | None = None
    #: When an open escalation turns amber; None where no timer runs.
    amber_at: datetime | None = None
    #: 2 for the second text.
    ordinal: int = 0
    #: Why it is held or stuck, in words; empty otherwise.
    why: str = ""


class Urgency(StrEnum):
    """State of an escalation timer."""

    NONE = "none"
    IN_TIME = "in-time"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One lead in the queue: who, why, what happens next, when, whose."""

    lead: int
    #: None where the caller hid the number.
    number: Number | None
    #: None while nobody knows it.
    name: str | None
    line: Number | None
    line_label: str
    practice_area: str
    stage: Stage
    #: Received texts nobody has opened yet.
    unread: int
    owner: str | None
    #: How often the caller rang in this lead.
    calls: int
    opened_at: datetime
    last_at: datetime
    #: Last thing said or done, one line.
    preview: str
    #: Whether `preview` is the caller's own words.
    preview_is_theirs: bool
    next: Next
    last_text_status: DeliveryStatus | None
    after_hours: bool = False
    language: str = "en"
    opted_out: bool = False
    #: What the office says of the number; of several marks the most telling.
    mark: MarkKind | None = None
    disposition: str | None = None

    @property
    def who(self) -> str:
        """Name, or number, or words for a hidden one."""
        if self.name:
            return shown.one_line(self.name)
        return self.number.spoken if self.number else "Hidden number"


def urgency(next_step: Next, now: datetime) -> Urgency:
    """Green, amber or red; none where no person is on the clock."""
    if next_step.due is None or next_step.amber_at is None:
        return Urgency.NONE
    if now >= next_step.due:
        return Urgency.LATE
    return Urgency.SOON if now >= next_step.amber_at else Urgency.IN_TIME


class ItemKind(StrEnum):
    """What one entry of a conversation is."""

    CALL = "call"
    TEXT_IN = "text-in"
    TEXT_OUT = "text-out"
    NOTE = "note"
    #: The system did or decided something: "Second text not sent: they replied."
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a conversation."""

    #: Unique within the conversation and stable, e.g. ``message:17``.
    id: str
    kind: ItemKind
    at: datetime
    text: str
    #: Who wrote it; None for the caller and for automation.
    author: str | None = None
    automatic: bool = False
    #: Of a text we sent: its state. None while it is still in line.
    status: DeliveryStatus | None = None
    status_at: datetime | None = None
    #: Why a text failed, waits or was not sent, in words with the fix.
    why: str = ""
    #: A text that will never go out.
    withheld: bool = False
    #: Pictures that came with it.
    media: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerCard:
    """The person beside the conversation."""

    number: Number | None
    name: str | None
    #: The caller's possible zones; more than one where the area code spans several.
    zones: tuple[str, ...]
    #: What people call the CRM; None where the office has none.
    crm_title: str | None
    #: The caller's name there; None while they have no record.
    crm_name: str | None
    crm_url: str | None
    #: "Saved to Clio 10:11", "Waiting for Clio: sign in again", "Two records have this number".
    crm_state: str
    earlier_leads: int
    #: May a person's text be sent now? Words: "Quiet hours till Mon 8:00 am".
    may_text: str
    #: Whether it is their texting hours now.
    in_texting_hours: bool
    #: None: typed texts are fine. Else why the reply box is locked.
    locked: str | None
    practice_area: str
    language: str
    #: What they wrote may mean stop: undecided by then, it counts as an opt-out. None where it is clear.
    review_due: datetime | None = None
    #: Why to think before one texts, in their quiet hours; empty in texting hours.
    think_first: str = ""
    #: What the office says of the number, and why; what tells most comes first.
    marks: tuple[tuple[MarkKind, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One lead opened."""

    row: QueueRow
    card: CallerCard
    items: tuple[Item, ...]
    #: More, older items exist.
    has_earlier: bool
    #: Give it back with a reply: the last thing the writer had on screen.
    last_seen: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionHealth:
    """How one connection is doing, in words."""

    name: str
    title: str
    ok: bool
    #: "Twilio refuses our sign-in since 10:24."
    sentence: str
    #: Signing in through the browser mends it.
    wants_sign_in: bool = False
    last_success_at: datetime | None = None
    last_event_at: datetime | None = None
    #: How long the newest event took from the provider to here.
    lag: timedelta | None = None
    #: While it fails: when it is tried again.
    next_try_at: datetime | None = None
    #: The sign-in ends then, unless somebody signs in again.
    sign_in_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindPeriod:
    """When a connection's events did not reach us, and what came of what happened meanwhile."""

    #: What people call the connection's company.
    title: str
    began_at: datetime
    ended_at: datetime
    why: str
    #: Unanswered calls of that time, found in the log afterwards.
    calls: int
    #: Those of them that were too old for a text: a person was asked to call.
    too_late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The frame around the queue."""

    office: str
    counts: dict[View, int]
    #: When the engine last had news from every phone connection (poll or hook channel alive).
    live_as_of: datetime | None
    #: Older than this and the stamp says stale.
    stale_after: timedelta
    connections: tuple[ConnectionHealth, ...]
    #: Texts that wait for a provider.
    texts_in_line: int
    #: Leads whose escalation is late or due now: the number on the tray icon.
    needing_people: int
    #: Blind periods that ended within the last 24 h, newest first.
    blind: tuple[BlindPeriod, ...] = ()
    #: Who does the work while the engine here stands by; None while it works itself.
    worker_elsewhere: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something a person should be told; the in-app list is the truth, notifications are extra."""

    id: int
    at: datetime
    lead: int | None
    kind: str
    title: str
    text: str
    owner: str | None
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Done:
    """A verb's answer. `ok` False is a "no, because …": `sentence` says why and names the next step."""

    ok: bool
    sentence: str
    #: It would be done if asked again with the question answered: the sentence is that question.
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class CallBack:
    """How a call back goes: bridged by the provider, or `tel` for the office's own phone."""

    sentence: str
    #: ``tel:+1…`` to open, or None when the provider rings the desk's phone.
    tel: str | None = None
