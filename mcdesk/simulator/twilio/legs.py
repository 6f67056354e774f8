"""The hooks one call leg causes, field by field as the company names them.
Fields only; when they go out is decided by the walk through the TwiML."""

from email.utils import format_datetime

from mcdesk.simulator.twilio.account import Account
from mcdesk.simulator.twilio.ledger import Call, Recording, now
from mcdesk.simulator.twilio.shapes import VERSION, account_uri, city_fields

Field = tuple[str, str]


def voice_fields(account: Account, call: Call) -> list[Field]:
    """What every voice hook begins with; the status is the call's present one."""
    extra: list[Field] = []
    if call.parent_sid:
        extra.append(("ParentCallSid", call.parent_sid))
    if call.forwarded_from:
        extra.append(("ForwardedFrom", call.forwarded_from))
    return [
        ("ApiVersion", VERSION), ("AccountSid", account.sid), ("CallSid", call.sid),
        ("Direction", call.direction), ("From", call.from_), ("Caller", call.from_), ("To", call.to),
        ("Called", call.to), *city_fields("From", call.from_), *city_fields("Caller", call.from_),
        *city_fields("To", call.to), *city_fields("Called", call.to), ("CallStatus", call.status), *extra,
    ]  # fmt: skip


def status_fields(account: Account, call: Call, *, sequence: int) -> list[Field]:
    """A StatusCallback of one leg."""
    seconds = call.seconds
    ended: list[Field] = []
    if seconds is not None:
        minutes = -(-seconds // 60)
        ended = [("CallDuration", str(seconds)), ("Duration", str(minutes))]
        if call.status in ("busy", "failed", "completed"):
            ended.append(("SipResponseCode", {"busy": "486", "failed": "503"}.get(call.status, "200")))
    answered = [("AnsweredBy", call.answered_by)] if call.answered_by else []
    return [
        *voice_fields(account, call), ("Timestamp", format_datetime(now().replace(microsecond=0))),
        ("CallbackSource", "call-progress-events"), ("SequenceNumber", str(sequence)), *ended, *answered,
    ]  # fmt: skip


def dial_fields(leg: Call | None, *, status: str, bridged: bool, seconds: int) -> list[Field]:
    """What a `<Dial action>` request carries on top."""
    sid = [("DialCallSid", leg.sid)] if leg else []
    duration = [("DialCallDuration", str(seconds))] if status == "completed" else []
    return [*sid, ("DialCallStatus", status), *duration, ("DialBridged", str(bridged).lower())]


def record_fields(account: Account, recording: Recording, *, digits: str) -> list[Field]:
    """What a `<Record action>` request carries on top."""
    return [
        ("RecordingUrl", recording_url(account, recording)), ("RecordingSid", recording.sid),
        ("RecordingDuration", str(recording.seconds)), ("Digits", digits),
    ]  # fmt: skip


def recording_status_fields(account: Account, recording: Recording) -> list[Field]:
    return [
        ("AccountSid", account.sid), ("CallSid", recording.call_sid), ("RecordingSid", recording.sid),
        ("RecordingUrl", recording_url(account, recording)), ("RecordingStatus", "completed"),
        ("RecordingDuration", str(recording.seconds)), ("RecordingChannels", "1"),
        ("RecordingStartTime", format_datetime(recording.created.replace(microsecond=0))),
        ("RecordingSource", recording.source), ("RecordingTrack", "inbound"), ("ErrorCode", "0"),
    ]  # fmt: skip


def recording_url(account: Account, recording: Recording) -> str:
    return f"{account.base_url}{account_uri(account.sid)}/Recordings/{recording.sid}"
