"""Which of Twilio's requests a hook is (all come to one address), and what makes it the same one twice.

Must not: decide what it means for the office (`calls` and `texts` do).
"""

import hashlib
from collections.abc import Mapping
from enum import StrEnum

from mcdesk.ports.hooks import Hook, HookKey
from mcdesk.providers.twilio import reading


class Request(StrEnum):
    """What Twilio may ask or tell."""

    #: A call came in: what should happen with it? (VoiceUrl)
    CALL = "call"
    #: The phones we had ring are through: what now? (`<Dial action>`)
    DIALED = "dialed"
    #: The caller's message is recorded: what now? (`<Record action>`)
    RECORDED = "recorded"
    #: A recording is stored. (recordingStatusCallback)
    RECORDING = "recording"
    #: How far a call is. (StatusCallback)
    CALL_STATUS = "call-status"
    #: Somebody texted. (SmsUrl)
    TEXT = "text"
    #: What became of a text of ours. (StatusCallback of a message)
    TEXT_STATUS = "text-status"
    UNKNOWN = "unknown"


#: Twilio asks what to do in these and waits for TwiML.
QUESTIONS = frozenset({Request.CALL, Request.DIALED, Request.RECORDED})
#: Only status callbacks carry these.
STATUS_FIELDS = frozenset({"CallbackSource", "SequenceNumber", "CallDuration", "Timestamp"})
#: A call in one of these states is over.
OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
ARRIVING = frozenset({"received", "receiving"})


def request_of(form: Mapping[str, str] | None) -> Request:
    """What this request is, told by its fields."""
    if form is None:
        return Request.UNKNOWN
    if form.get("MessageSid") or form.get("SmsSid"):
        return _text_request(form)
    if not form.get("CallSid"):
        return Request.UNKNOWN
    if "DialCallStatus" in form:
        return Request.DIALED
    if "RecordingStatus" in form:
        return Request.RECORDING
    if "RecordingUrl" in form and "CallbackSource" not in form:
        return Request.RECORDED
    if form.get("CallStatus") in OVER or not STATUS_FIELDS.isdisjoint(form):
        return Request.CALL_STATUS
    return Request.CALL if form.get("CallStatus") else Request.UNKNOWN


def key_of(hook: Hook) -> HookKey:
    """The same for every delivery of one request, different for any two requests. Never raises."""
    form = reading.fields(hook)
    request = request_of(form)
    if form is None or request is Request.UNKNOWN:
        return HookKey(Request.UNKNOWN, hashlib.sha256(hook.body).hexdigest())
    call, of = form.get("CallSid", ""), form.get
    parts: tuple[str, ...]
    match request:
        case Request.TEXT:
            parts = (message_sid(form),)
        case Request.TEXT_STATUS:
            parts = (message_sid(form), text_status(form), of("ErrorCode", ""))
        case Request.DIALED:
            parts = (call, of("DialCallSid", ""), of("DialCallStatus", ""))
        case Request.RECORDED:
            parts = (call, of("RecordingSid") or of("RecordingUrl", ""))
        case Request.RECORDING:
            parts = (call, of("RecordingSid") or of("RecordingUrl", ""), of("RecordingStatus", ""))
        case Request.CALL_STATUS:
            parts = (call, of("CallStatus", ""), of("SequenceNumber", ""))
        case _:
            parts = (call,)
    return HookKey(request, _bounded(":".join(parts)))


def message_sid(form: Mapping[str, str]) -> str:
    return form.get("MessageSid") or form.get("SmsSid", "")


def text_status(form: Mapping[str, str]) -> str:
    return form.get("MessageStatus") or form.get("SmsStatus", "")


def _text_request(form: Mapping[str, str]) -> Request:
    status = text_status(form)
    if status in ARRIVING or (not status and "Body" in form):
        return Request.TEXT
    return Request.TEXT_STATUS


def _bounded(event_id: str) -> str:
    return event_id if len(event_id) <= 200 else hashlib.sha256(event_id.encode()).hexdigest()
