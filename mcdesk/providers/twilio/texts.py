"""Twilio's words about texts → our events, for hooks and for the message log. The mapping tables come first.

Must not: ask Twilio anything.
"""

from collections.abc import Mapping
from datetime import datetime

from mcdesk.domain.events import DeliveryStatus, TextReceived, TextStatus, Unknown
from mcdesk.providers.twilio import errors, reading
from mcdesk.providers.twilio.requests import message_sid, text_status

STATUS: Mapping[str, DeliveryStatus] = {
    "accepted": DeliveryStatus.ACCEPTED,
    "scheduled": DeliveryStatus.ACCEPTED,
    "queued": DeliveryStatus.ACCEPTED,
    "sending": DeliveryStatus.ACCEPTED,
    "sent": DeliveryStatus.SENT,
    # Some parts arrived: not proof that it can be read.
    "partially_delivered": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.DELIVERED,
    "undelivered": DeliveryStatus.FAILED,
    "failed": DeliveryStatus.FAILED,
    "canceled": DeliveryStatus.FAILED,
}
#: Nothing more comes after these.
FINAL = frozenset({DeliveryStatus.DELIVERED, DeliveryStatus.FAILED})
#: Words Twilio answers by itself where a text holds nothing else (default opt-out handling, 2026).
KEYWORDS: Mapping[str, str] = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), "STOP"),
    **dict.fromkeys(("START", "UNSTOP"), "START"),
    **dict.fromkeys(("HELP", "INFO"), "HELP"),
}


def received(form: Mapping[str, str]) -> TextReceived:
    """A text somebody sent us, as the hook tells it."""
    sender, body = form.get("From", ""), form.get("Body", "")
    return TextReceived(
        message_id=message_sid(form),
        sender=reading.party(sender),
        sender_text=sender,
        to=reading.party(form.get("To")),
        body=body,
        at=None,
        media=reading.seconds(form.get("NumMedia")) or 0,
        provider_opt_out=form.get("OptOutType", "").upper() or answered_keyword(body),
    )


def logged(message: reading.Row) -> TextReceived:
    """The same as the message log tells it."""
    sender, body = reading.text(message, "from"), reading.text(message, "body")
    return TextReceived(
        message_id=reading.text(message, "sid"),
        sender=reading.party(sender),
        sender_text=sender,
        to=reading.party(reading.text(message, "to")),
        body=body,
        at=reading.moment(message.get("date_sent")) or reading.moment(message.get("date_created")),
        media=reading.seconds(message.get("num_media")) or 0,
        provider_opt_out=answered_keyword(body),
    )


def answered_keyword(body: str) -> str | None:
    """The class of a lone keyword, which Twilio has answered before we see it."""
    return KEYWORDS.get(body.strip().upper())


def status(form: Mapping[str, str]) -> TextStatus | Unknown:
    """What became of a text of ours, as the hook tells it."""
    word = text_status(form)
    known = STATUS.get(word)
    if known is None:
        return Unknown(why=f"a text status mcdesk does not know: {word[:40]!r}")
    return _status(
        message_sid(form),
        known,
        code=reading.code(form, "ErrorCode"),
        at=reading.carrier_moment(form.get("RawDlrDoneDate")),
        recipient=form.get("To"),
    )


def logged_status(message: reading.Row) -> TextStatus | None:
    """The same as the message log tells it; None for a status nobody documented."""
    known = STATUS.get(reading.text(message, "status"))
    if known is None:
        return None
    return _status(
        reading.text(message, "sid"),
        known,
        code=reading.code(message, "error_code"),
        at=reading.moment(message.get("date_updated")),
        recipient=reading.text(message, "to"),
    )


def _status(
    message_id: str, known: DeliveryStatus, *, code: str | None, at: datetime | None, recipient: str | None
) -> TextStatus:
    kind = errors.kind_of(code)
    return TextStatus(
        message_id=message_id,
        status=known,
        code=code,
        why=errors.why(code) if known is DeliveryStatus.FAILED else None,
        at=at,
        opted_out=kind is errors.Kind.OPTED_OUT,
        landline=kind is errors.Kind.LANDLINE,
        cause=errors.CAUSES.get(kind),
        recipient=reading.party(recipient),
    )
