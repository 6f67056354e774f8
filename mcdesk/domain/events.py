"""What happened outside, in the office's words and past tense. Providers turn their words into these.

Must not: hold behaviour; `engine/rules` decides what follows from an event.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeAlias

from mcdesk.domain.numbers import Number

Direction: TypeAlias = Literal["inbound", "outbound"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """Facts about one phone call; `call_id` is the provider's root id, the same for every leg."""

    call_id: str
    #: None where the caller hides the number.
    caller: Number | None
    #: The office number that was called.
    line: Number | None
    direction: Direction
    #: When the call began, as the provider says; None where this event does not carry it.
    started_at: datetime | None = None
    ended_at: datetime | None = None
    #: STIR/SHAKEN said the number is forged, or that it is not; neither where nothing is known.
    spoofed: bool = False
    attested: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRinging(CallEvent):
    """A call is in progress and nothing about it is decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(CallEvent):
    """The caller is off the line; whether a person answered is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMissed(CallEvent):
    """Nobody answered."""

    #: How long a voicemail may still follow (greeting and recording); a hang-up ends the wait earlier.
    voicemail_within: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAbandoned(CallEvent):
    """The caller hung up while it was ringing or in a queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoicemailLeft(CallEvent):
    """The caller left a message after nobody answered."""

    seconds: int | None = None
    recording_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(CallEvent):
    """A person of the office spoke with the caller or, outbound, with the person called."""


class DeliveryStatus(StrEnum):
    """What became of a text. States only move forward; *sent* is not *delivered*."""

    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReceived:
    """Somebody texted one of the office's numbers."""

    message_id: str
    sender: Number | None
    #: The sender as the provider wrote it (short codes are no `Number`).
    sender_text: str
    to: Number | None
    body: str
    at: datetime | None
    media: int = 0
    #: The keyword class the provider already answered by itself, e.g. ``STOP``; None where it did not.
    provider_opt_out: str | None = None


class Cause(StrEnum):
    """What a failure says beyond the one text, or how it may be mended."""

    #: The office may not text at all from there before somebody registers or verifies it.
    UNREGISTERED = "unregistered"
    #: A carrier takes the wording for spam.
    FILTERED = "filtered"
    #: The provider keeps quiet hours of its own.
    QUIET_HOURS = "quiet hours"
    #: The phone is off or out of reach.
    OUT_OF_REACH = "out of reach"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStatus:
    """The provider reports on a text we sent."""

    message_id: str
    status: DeliveryStatus
    code: str | None = None
    #: Why it failed, in plain words with the fix; None otherwise.
    why: str | None = None
    at: datetime | None = None
    #: The code says the recipient opted out at the provider.
    opted_out: bool = False
    #: The code says the recipient is a landline.
    landline: bool = False
    cause: Cause | None = None
    recipient: Number | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingEvent:
    """A consultation in somebody's calendar."""

    booking_id: str
    starts_at: datetime | None
    ends_at: datetime | None = None
    phone: Number | None = None
    email: str | None = None
    name: str | None = None
    #: Our lead id, where the booking link carried it.
    lead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked(BookingEvent):
    """A time was chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingMoved(BookingEvent):
    """The time was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingCanceled(BookingEvent):
    """The time was given back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A request its provider file does not understand; kept, shown to IT, never acted on."""

    why: str


AnyCall: TypeAlias = CallRinging | CallEnded | CallMissed | CallAbandoned | VoicemailLeft | CallAnswered
AnyBooking: TypeAlias = Booked | BookingMoved | BookingCanceled
Event: TypeAlias = AnyCall | TextReceived | TextStatus | AnyBooking | Unknown
