"""Twilio's words about calls → our events, for hooks. The mapping tables come first.

Must not: ask Twilio anything; the same request always means the same.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, TypedDict

from mcdesk.domain.events import (
    AnyCall,
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallMissed,
    CallRinging,
    Unknown,
    VoicemailLeft,
)
from mcdesk.domain.numbers import Number
from mcdesk.providers.twilio import reading
from mcdesk.providers.twilio.options import Options
from mcdesk.providers.twilio.requests import OVER, Request

#: What the end of an inbound call says by itself. `completed` only says that Twilio did something with it:
#: a greeting, a recording or a person (telephony contract §1.1).
PARENT_STATUS: Mapping[str, type[AnyCall]] = {
    "queued": CallRinging,
    "initiated": CallRinging,
    "ringing": CallRinging,
    "in-progress": CallRinging,
    "answered": CallRinging,
    "completed": CallEnded,
    "busy": CallMissed,
    "no-answer": CallMissed,
    "failed": CallMissed,
    "canceled": CallAbandoned,
}
#: `<Dial action>`: these mean somebody picked up; every other status means nobody did.
PICKED_UP = frozenset({"completed", "answered"})
#: A message this short is a breath and a hang-up.
NO_MESSAGE_SECONDS = 2
SPOOFED, ATTESTED = "TN-Validation-Failed", "TN-Validation-Passed"


class Common(TypedDict):
    """What every call event carries."""

    call_id: str
    caller: Number | None
    line: Number | None
    direction: Literal["inbound", "outbound"]
    started_at: datetime | None
    ended_at: datetime | None
    spoofed: bool
    attested: bool
    name: str | None


def is_forwarded(form: Mapping[str, str], options: Options) -> bool:
    """Whether this call rang elsewhere before and nobody answered, so that it is a missed one already."""
    if options.forwarded == "auto":
        return bool(form.get("ForwardedFrom")) and not options.ring
    return options.forwarded == "yes"


def events_of(
    form: Mapping[str, str], request: Request, *, options: Options, lines: tuple[Number, ...]
) -> AnyCall | Unknown:
    """The event in a request about a call."""
    match request:
        case Request.CALL:
            return _arrived(form, options=options, lines=lines)
        case Request.DIALED:
            return _dialed(form, options=options, lines=lines)
        case Request.RECORDED | Request.RECORDING:
            return _recorded(form, lines=lines)
        case _:
            return _status(form, lines=lines)


def missed_or_abandoned(call_status: str, common: Common, *, voicemail_within: timedelta) -> AnyCall:
    """Nobody picked up. The caller is gone already (abandoned) or hears the greeting now (missed)."""
    if call_status in OVER:
        return CallAbandoned(**common)
    return CallMissed(**common, voicemail_within=voicemail_within)


def voicemail_or_end(length: int | None, url: str | None, common: Common) -> AnyCall:
    """A recording: a message where it is long enough, else the caller hung up."""
    if url and length is not None and length > NO_MESSAGE_SECONDS:
        return VoicemailLeft(**common, seconds=length, recording_url=url)
    return CallEnded(**common)


def _arrived(form: Mapping[str, str], *, options: Options, lines: tuple[Number, ...]) -> AnyCall:
    common = _common(form, lines)
    if common["direction"] == "inbound" and is_forwarded(form, options):
        return CallMissed(**common, voicemail_within=options.voicemail_within)
    return CallRinging(**common)


def _dialed(form: Mapping[str, str], *, options: Options, lines: tuple[Number, ...]) -> AnyCall:
    common = _common(form, lines)
    if form["DialCallStatus"] in PICKED_UP:
        return CallAnswered(**common)
    if common["direction"] == "outbound":
        return CallEnded(**common)
    return missed_or_abandoned(form.get("CallStatus", ""), common, voicemail_within=options.voicemail_within)


def _recorded(form: Mapping[str, str], *, lines: tuple[Number, ...]) -> AnyCall | Unknown:
    if form.get("RecordingStatus", "completed") not in {"completed", "absent"}:
        return Unknown(why=f"a recording is {form['RecordingStatus']}")
    return voicemail_or_end(
        reading.seconds(form.get("RecordingDuration")), form.get("RecordingUrl"), _common(form, lines)
    )


def _status(form: Mapping[str, str], *, lines: tuple[Number, ...]) -> AnyCall | Unknown:
    status = form.get("CallStatus", "")
    meaning = PARENT_STATUS.get(status)
    if meaning is None:
        return Unknown(why=f"a call status mcdesk does not know: {status[:40]!r}")
    at = reading.moment(form.get("Timestamp"))
    length = reading.seconds(form.get("CallDuration"))
    over = status in OVER
    common = _common(form, lines)
    common["started_at"] = reading.before(at, length) if over else at
    common["ended_at"] = at if over else None
    leg = bool(form.get("ParentCallSid"))
    if not leg and common["direction"] == "inbound":
        return meaning(**common)
    if status == "completed" and (bool(length) if leg else length != 0):
        # A leg completes only where somebody picked up.
        return CallAnswered(**common)
    if leg and common["direction"] == "inbound":
        # One phone of several did not answer: says nothing of the call, and the call goes on.
        common["ended_at"] = None
        return CallRinging(**common)
    return CallEnded(**common) if over else CallRinging(**common)


def _common(form: Mapping[str, str], lines: tuple[Number, ...]) -> Common:
    source, target = reading.party(form.get("From")), reading.party(form.get("To"))
    parent = form.get("ParentCallSid")
    caller, line, direction = ends(
        form.get("Direction", "inbound"), source=source, target=target, leg=bool(parent), lines=lines
    )
    return Common(
        call_id=parent or form["CallSid"],
        caller=caller,
        line=line,
        direction=direction,
        started_at=None,
        ended_at=None,
        spoofed=form.get("StirVerstat", "").startswith(SPOOFED),
        attested=form.get("StirVerstat", "").startswith(ATTESTED),
        name=form.get("CallerName") or None,
    )


def ends(
    direction: str,
    *,
    source: Number | None,
    target: Number | None,
    leg: bool,
    lines: tuple[Number, ...],
) -> tuple[Number | None, Number | None, Literal["inbound", "outbound"]]:
    """(the person outside, our line, direction). A leg to a phone of the office shows that phone as its
    target and, mostly, the caller as its source; a leg to a client shows our line as its source."""
    if direction == "inbound":
        return source, target, "inbound"
    if leg and source not in lines:
        return source, None, "inbound"
    return target, source, "outbound"
