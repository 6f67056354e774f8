"""Everything the gate looks at before a text goes out, and what it answers.

Must not: decide (`policy` does), or look anything up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeAlias

from mcdesk.domain.leads import EndReason
from mcdesk.domain.line_types import LineType
from mcdesk.domain.numbers import Number
from mcdesk.domain.places import Place
from mcdesk.domain.quiet_hours import QuietHours


class TextClass(StrEnum):
    """What a text is for (rule T-2). Marketing is not among them."""

    #: The immediate answer to the caller's own call.
    ACK = "ack"
    FOLLOWUP = "followup"
    #: Typed by a person.
    SERVICE = "service"
    HELP = "help"
    OPTOUT_CONFIRM = "optout-confirm"


#: Texts of a sequence: nobody asked for them just now.
AUTOMATIC = frozenset({TextClass.ACK, TextClass.FOLLOWUP})
#: Answers to the person's own text a moment ago (rule Q-3).
ANSWERS = frozenset({TextClass.HELP, TextClass.OPTOUT_CONFIRM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The text itself."""

    text_class: TextClass
    body: str
    #: What is wrong with the wording by the rules for it, each in words; a text with any is not sent.
    problems: tuple[str, ...] = ()
    #: What whoever typed it is asked about, likewise.
    warnings: tuple[str, ...] = ()
    #: The same words went to them before in this pursuit.
    repeats: bool = False
    #: Of a typed text: its writer agreed to quiet hours, or is asked just now (rule Q-4).
    agreed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who would get it."""

    number: Number
    place: Place
    opted_out: bool = False
    #: Until when a person may say whether something they wrote meant stop; None where that is no question.
    review_due: datetime | None = None
    #: Why the office never texts this number; None where it may.
    never: str | None = None
    #: Why a person deals with them and no automation (VIP, sensitive matter); else None.
    by_hand: str | None = None
    #: Why the number is blocked as spam; None where it is not.
    blocked: str | None = None
    #: What kind of line it is, where somebody has told lately.
    line_type: LineType | None = None
    #: The table of US area codes that the number's is not in; None where it is.
    not_in_table: str | None = None
    #: The phone network says the number was forged (rule R-3).
    forged: bool = False
    #: They answer like a machine: texting them would go round in circles.
    machine: bool = False
    #: They are calling the office at this moment.
    on_the_line: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A text handed over, or possibly so."""

    at: datetime
    text_class: TextClass
    #: It did not arrive, as far as the carrier knows. It counts: nobody can be sure.
    failed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What went before."""

    #: Of the call being answered; None where there is none.
    call_at: datetime | None = None
    #: When they last called or wrote, about whatever; None where nobody knows.
    heard_at: datetime | None = None
    #: When they wrote what this text answers; None where it answers nothing.
    wrote_at: datetime | None = None
    #: When a person typed this text, and whether something of theirs came since; None where nobody did.
    typed_at: datetime | None = None
    wrote_since: bool = False
    #: Why the lead's automation ended; None while it goes on.
    ended: EndReason | None = None
    #: Somebody of the office spoke with them after the last call that nobody answered.
    spoken_to: bool = False
    #: To this number in the last 24 h, oldest first.
    sent: tuple[Sent, ...] = ()
    #: Automatic texts of this lead so far.
    of_lead: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """The office's own choices."""

    name: str
    quiet: QuietHours
    #: A call older than this is no longer texted but phoned (rule T-1).
    acknowledge_within: timedelta = timedelta(minutes=10)
    #: First texts wait for the hours too, instead of going out at once (rules Q-2, Q-5).
    holds_first_text: bool = False
    #: No automatic text so soon after any other.
    cooldown: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """How things stand now."""

    now: datetime
    #: Something arrived that nobody has read; it may be an opt-out.
    unread: bool = False
    #: Something arrived that mcdesk could not take in; it may be an opt-out.
    unreadable: bool = False
    #: A copy of the data was put back, and opt-outs of after it may be missing.
    opt_outs_unsure: bool = False
    #: How wrong this PC's clock is by the provider's; zero where it is right or nobody knows.
    clock_off: timedelta = timedelta(0)
    #: Why nothing is texted over this connection before somebody mends it; None where that is not so.
    stopped: str | None = None
    #: The office's texts of today cost as much as it allows.
    spent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The question."""

    wording: Wording
    person: Person
    history: History
    firm: Firm
    moment: Moment


Answer: TypeAlias = Literal["send", "hold", "no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """*send now*, *hold until*, or *no, because*."""

    answer: Answer
    #: Plain sentences, the deciding one first.
    why: tuple[str, ...]
    #: Of the rule that decided, as the compliance rules number them; empty where none has one.
    rule: str = ""
    until: datetime | None = None
    #: Sent later than this, it would come too late.
    not_after: datetime | None = None
    #: With a *send*: it must not reach its phone later.
    good_until: datetime | None = None
    #: A person should phone instead.
    call_instead: bool = False
    #: With a *no*: why the lead's automation ends.
    ends: EndReason = EndReason.BLOCKED
    #: What a person must agree to before their own text goes out; empty where nothing.
    ask: str = ""
    zones: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    #: The day's hours by rule and zone, and how many texts went before: the record of what was looked at.
    windows: Mapping[str, str] = field(default_factory=dict)
    counters: Mapping[str, int] = field(default_factory=dict)
    rules_version: str = ""
    #: Who answers for what the rules warn of in its wording, and for which rules.
    answered_for: str = ""
