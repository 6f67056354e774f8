"""Texts at the pretend Twilio: accepting, delivering, receiving, and its own STOP handling.
No HTTP routes here; hooks go out through the account."""

import re
from collections.abc import Mapping

from mcdesk.simulator.phones import normalized, pretty
from mcdesk.simulator.twilio.account import Account
from mcdesk.simulator.twilio.errors import Refusal, message_of
from mcdesk.simulator.twilio.ledger import Message, now
from mcdesk.simulator.twilio.segments import segments
from mcdesk.simulator.twilio.shapes import VERSION, city_fields
from mcdesk.simulator.twilio.twiml import BadTwiml, Verb, parsed

Field = tuple[str, str]

_LONGEST_BODY = 1600
_TEST_SENDER = "+15005550006"
#: Numbers with a fixed answer, from the page on test credentials.
_MAGIC_TO = {"+15005550001": 21211, "+15005550002": 21612, "+15005550003": 21408, "+15005550004": 21610,
             "+15005550009": 21614}  # fmt: skip
_MAGIC_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}

_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
_START = frozenset({"START", "UNSTOP"})
_HELP = frozenset({"HELP", "INFO"})
_STOPPED = (
    "You have successfully been unsubscribed. You will not receive any more messages from this number."
    " Reply START to resubscribe."
)
_STARTED = (
    "You have successfully been re-subscribed to messages from this number. Reply HELP for help."
    " Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)
_HELPED = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


def accept(account: Account, form: Mapping[str, str]) -> Message:
    """A text asked for over REST: checked, stored, on its way. Raises Refusal."""
    message = _checked(account, form)
    account.ledger.messages[message.sid] = message
    account.on_event("text", f"Text to {pretty(message.to)}: {message.body}")
    account.in_background(account.tell_waiters())
    if account.delivery_seconds is not None:
        account.in_background(_deliver(account, message))
    return message


def _checked(account: Account, form: Mapping[str, str]) -> Message:
    to, body, media = form.get("To", ""), form.get("Body", ""), form.get("MediaUrl", "")
    if not to:
        raise Refusal(21604)
    recipient = normalized(to)
    code = _MAGIC_TO.get(to) if recipient else 21211
    if code is not None:
        raise Refusal(code)
    sender = _sender(account, form)
    if not body and not media:
        raise Refusal(21602)
    if len(body) > _LONGEST_BODY:
        raise Refusal(21617)
    assert recipient is not None
    if (recipient, sender) in account.ledger.opted_out:
        raise Refusal(21610)
    if account.ledger.line_types.get(recipient) in ("tollFree", "premium"):
        raise Refusal(21614)
    return Message(
        to=recipient, from_=sender, body=body, direction="outbound-api", status="queued",
        status_callback=form.get("StatusCallback", ""), service_sid=form.get("MessagingServiceSid") or None,
        media=(media,) if media else (),
    )  # fmt: skip


def _sender(account: Account, form: Mapping[str, str]) -> str:
    written = form.get("From", "")
    if not written:
        if not form.get("MessagingServiceSid"):
            raise Refusal(21603)
        return next(iter(account.ledger.numbers), _TEST_SENDER)
    sender = normalized(written)
    if written in _MAGIC_FROM:
        raise Refusal(_MAGIC_FROM[written])
    if sender is None:
        raise Refusal(21212)
    if account.number(sender) is None and sender != _TEST_SENDER:
        raise Refusal(21606)
    return sender


async def _deliver(account: Account, message: Message) -> None:
    """queued → sending → sent → delivered, or failed where the number cannot be reached."""
    step = (account.delivery_seconds or 0.0) / 3
    await account.wait(step)
    await _move(account, message, "sending")
    await account.wait(step)
    message.sent = now()
    await _move(account, message, "sent")
    await account.wait(step)
    ledger = account.ledger
    code = ledger.failing.get(message.to) or (30006 if message.to in ledger.landlines else None)
    if code is None:
        await _move(account, message, "delivered")
        account.on_event("delivered", f"Text delivered to {pretty(message.to)}")
        return
    message.error_code = code
    await _move(account, message, "failed")
    account.on_event("failed", f"Text to {pretty(message.to)} failed: {message_of(code)} ({code})")


async def _move(account: Account, message: Message, status: str) -> None:
    message.status, message.updated = status, now()
    if message.status_callback and status in account.reported:
        await account.post(message.status_callback, status_fields(account, message), answer_wanted=False)


def status_fields(account: Account, message: Message) -> list[Field]:
    """A status callback's form, in the message's present state."""
    failed = [("ErrorCode", str(message.error_code))] if message.error_code else []
    service = [("MessagingServiceSid", message.service_sid)] if message.service_sid else []
    done = now().strftime("%y%m%d%H%M")
    dlr = [("RawDlrDoneDate", done)] if message.status in ("delivered", "failed", "undelivered") else []
    return [
        *failed, *service, *dlr, ("SmsSid", message.sid), ("SmsStatus", message.status),
        ("MessageStatus", message.status), ("To", message.to), ("MessageSid", message.sid),
        ("AccountSid", account.sid), ("From", message.from_), ("ApiVersion", VERSION),
    ]  # fmt: skip


async def receive(account: Account, message: Message) -> None:
    """A text from outside: keywords first, as the company does, then the office's hook."""
    account.ledger.messages[message.sid] = message
    account.on_event("reply", f"{pretty(message.from_)} texts: {message.body}")
    _answer_keyword(account, message)
    number = account.number(message.to)
    if number is None or not number.sms_url:
        return
    fields = inbound_fields(account, message)
    answer = await account.post(number.sms_url, fields, answer_wanted=False)
    url = number.sms_url
    if (answer is None or answer.status >= 400) and number.sms_fallback_url:
        url = number.sms_fallback_url
        answer = await account.post(url, fields)
    if answer is None or answer.status >= 400:
        return
    try:
        verbs = parsed(answer.body) if answer.body.lstrip().startswith("<") else ()
    except BadTwiml as trouble:
        account.on_event("hook", f"The answer to a text is no TwiML: {trouble}")
        return
    for verb in verbs:
        if verb.name == "Message":
            _reply(account, message, _words_of(verb))


def inbound_fields(account: Account, message: Message) -> list[Field]:
    media = [(f"MediaUrl{i}", url) for i, url in enumerate(message.media)]
    kinds = [(f"MediaContentType{i}", "image/jpeg") for i in range(len(message.media))]
    return [
        *city_fields("To", message.to), *city_fields("From", message.from_), *media, *kinds,
        ("SmsMessageSid", message.sid), ("NumMedia", str(len(message.media))), ("SmsSid", message.sid),
        ("SmsStatus", "received"), ("Body", message.body), ("To", message.to),
        ("NumSegments", str(segments(message.body))), ("MessageSid", message.sid),
        ("AccountSid", account.sid), ("From", message.from_), ("ApiVersion", VERSION),
    ]  # fmt: skip


def _answer_keyword(account: Account, message: Message) -> None:
    word = re.sub(r"[^A-Z]", "", message.body.upper()) if len(message.body.split()) == 1 else ""
    pair = (message.from_, message.to)
    if word in _STOP:
        account.ledger.opted_out.add(pair)
        account.on_event("opt-out", f"{pretty(message.from_)} opted out; further texts are blocked")
        _reply(account, message, _STOPPED)
    elif word in _START and pair in account.ledger.opted_out:
        account.ledger.opted_out.discard(pair)
        account.on_event("opt-out", f"{pretty(message.from_)} opted in again")
        _reply(account, message, _STARTED)
    elif word in _HELP:
        _reply(account, message, _HELPED)


def _reply(account: Account, to: Message, body: str) -> None:
    """A text the company sends as the answer to one: its own keyword reply, or the office's TwiML."""
    reply = Message(to=to.from_, from_=to.to, body=body, direction="outbound-reply", status="delivered")
    reply.sent = now()
    account.ledger.messages[reply.sid] = reply


def _words_of(verb: Verb) -> str:
    return verb.text or " ".join(part.text for part in verb.inside if part.name == "Body")
