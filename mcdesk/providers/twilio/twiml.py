"""What Twilio is told to do with a call, as TwiML.

Must not: decide whether a call was missed (`calls` does).
"""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from mcdesk.domain.numbers import Number
from mcdesk.ports.hooks import HookAnswer
from mcdesk.ports.phone import Bridge
from mcdesk.providers.twilio.calls import PICKED_UP, is_forwarded
from mcdesk.providers.twilio.options import RECORDING, Options
from mcdesk.providers.twilio.requests import OVER, Request

#: XML 1.0 has no place for these, escaped or not.
IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CONTENT_TYPE = "text/xml"
#: This much silence ends a caller's message.
SILENCE_SECONDS = 6
#: The office's phone rings this long when we call back, and so does the client's.
BRIDGE_RING_SECONDS = 30
HANG_UP = "<Hangup/>"


def answer(form: Mapping[str, str], request: Request, *, options: Options, url: str) -> HookAnswer:
    """What to answer to a request; `url` is where everything of this connection arrives."""
    match request:
        case Request.TEXT:
            return _response("")
        case Request.CALL:
            rings = options.ring and not is_forwarded(form, options)
            return _response(_ring(options, url) if rings else _nobody_there(options, url))
        case Request.DIALED:
            return _response(_after_dial(form, options, url))
        case Request.RECORDED:
            return _response(HANG_UP)
        case _:
            return HookAnswer()


def bridge(calls: Bridge, *, url: str | None) -> str:
    """For the office's phone once it is picked up: call the client, showing the line."""
    # Only the client's leg reports: the other one would make the office's own phone look like a client.
    news = {"statusCallback": url, "statusCallbackEvent": "completed"} if url else {}
    number = _element("Number", calls.client.e164, **news)
    dial = _element(
        "Dial",
        markup=number,
        callerId=calls.line.e164,
        timeout=str(BRIDGE_RING_SECONDS),
        answerOnBridge="true",
    )
    return f"<Response>{dial}</Response>"


def _ring(options: Options, url: str) -> str:
    phones = "".join(_element("Number" if Number.parse(p) else "Sip", p) for p in options.ring)
    return _element(
        "Dial", markup=phones, action=url, timeout=str(options.ring_seconds), answerOnBridge="true"
    )


def _after_dial(form: Mapping[str, str], options: Options, url: str) -> str:
    if form.get("CallStatus") in OVER:
        return ""
    return HANG_UP if form.get("DialCallStatus") in PICKED_UP else _nobody_there(options, url)


def _nobody_there(options: Options, url: str) -> str:
    say = _element("Say", options.greeting, language=options.greeting_language)
    if not options.voicemail:
        return say + HANG_UP
    record = _element(
        "Record",
        action=url,
        recordingStatusCallback=url,
        maxLength=str(int(RECORDING.total_seconds())),
        timeout=str(SILENCE_SECONDS),
        playBeep="true",
    )
    # After a recording of nothing but silence Twilio goes on here instead of asking `action`.
    return say + record + HANG_UP


def _element(name: str, text: str = "", *, markup: str = "", **attributes: str) -> str:
    written = "".join(f" {key}={quoteattr(_possible(value))}" for key, value in attributes.items())
    content = escape(_possible(text)) + markup
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _possible(text: str) -> str:
    return IMPOSSIBLE.sub("", text)


def _response(verbs: str) -> HookAnswer:
    document = f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'
    return HookAnswer(CONTENT_TYPE, document.encode())
