"""What Twilio is told to do with calls and texts."""

from xml.etree import ElementTree

import pytest

from mcdesk.domain.numbers import Number
from mcdesk.ports.hooks import Hook
from mcdesk.ports.phone import Bridge
from mcdesk.providers.twilio import twiml
from tests.providers.twilio.office import CALLER, LINE, URL, call_fields, hook, sample, twilio

PHONES = {"ring": "(415) 555-0199, sip:front@pbx.example", "ring_seconds": "25"}


def verbs(arrived: Hook, settings: dict[str, str]) -> list[ElementTree.Element]:
    answer = twilio(settings).answer(arrived)
    assert answer.content_type == "text/xml"
    root = ElementTree.fromstring(answer.body)
    assert root.tag == "Response"
    return list(root)


def names(arrived: Hook, settings: dict[str, str]) -> list[str]:
    return [verb.tag for verb in verbs(arrived, settings)]


def test_a_call_rings_the_offices_phones_and_comes_back_to_us() -> None:
    (dial,) = verbs(sample("CONSTRUCTED-voice-inbound-ringing"), PHONES)
    assert dial.attrib == {"action": URL, "timeout": "25", "answerOnBridge": "true"}
    assert [(phone.tag, phone.text) for phone in dial] == [
        ("Number", "+14155550199"),
        ("Sip", "sip:front@pbx.example"),
    ]


@pytest.mark.parametrize("settings", [{}, {**PHONES, "forwarded": "yes"}])
def test_where_nobody_is_to_ring_the_greeting_is_spoken(settings: dict[str, str]) -> None:
    say, hang_up = verbs(sample("CONSTRUCTED-voice-inbound-ringing"), settings)
    assert (say.tag, hang_up.tag) == ("Say", "Hangup")
    assert "Rivera & Cole" in (say.text or "")


def test_with_voicemail_the_caller_may_leave_a_message() -> None:
    say, record, hang_up = verbs(sample("CONSTRUCTED-voice-inbound-forwarded"), {"voicemail": "on"})
    assert (say.tag, record.tag, hang_up.tag) == ("Say", "Record", "Hangup")
    assert record.attrib["action"] == record.attrib["recordingStatusCallback"] == URL
    assert (record.attrib["maxLength"], record.attrib["playBeep"]) == ("120", "true")


@pytest.mark.parametrize(
    ("status", "voicemail", "expected"),
    [
        ("no-answer", "off", ["Say", "Hangup"]),
        ("busy", "on", ["Say", "Record", "Hangup"]),
        ("completed", "on", ["Hangup"]),
    ],
)
def test_after_the_phones_rang(status: str, voicemail: str, expected: list[str]) -> None:
    assert names(sample(f"CONSTRUCTED-dial-action-{status}"), {**PHONES, "voicemail": voicemail}) == expected


def test_a_caller_who_is_gone_is_told_nothing() -> None:
    assert (
        names(hook(call_fields(DialCallStatus="no-answer", CallStatus="completed")), {"voicemail": "on"})
        == []
    )


def test_after_the_message_the_call_ends() -> None:
    assert names(hook(call_fields(CallStatus="in-progress", RecordingUrl="https://x.example/1")), {}) == [
        "Hangup"
    ]


def test_a_text_is_not_answered_by_twilio_itself() -> None:
    assert names(sample("inbound-sms"), {}) == []


@pytest.mark.parametrize("name", ["status-delivered", "voice-status-completed"])
def test_news_needs_no_answer(name: str) -> None:
    assert twilio().answer(sample(name)).body == b""


def test_a_greeting_cannot_break_out_of_the_document() -> None:
    greeting = 'Rivera & Cole </Say><Dial>+1</Dial> "quoted" \x00\x0b\ud800 ñ'
    settings = {"greeting": greeting, "greeting_language": 'es-US" voice="x'}
    say, hang_up = verbs(sample("CONSTRUCTED-voice-inbound-ringing"), settings)
    assert hang_up.tag == "Hangup"
    assert say.text == 'Rivera & Cole </Say><Dial>+1</Dial> "quoted"  ñ'
    assert say.attrib == {"language": 'es-US" voice="x'}


def test_calling_back_shows_the_line_and_only_the_clients_leg_reports() -> None:
    document = twiml.bridge(
        Bridge(staff=Number("+14155550111"), client=CALLER, line=LINE), url=URL + "?a=1&b=2"
    )
    (dial,) = ElementTree.fromstring(document)
    (number,) = dial
    assert (dial.attrib["callerId"], number.text) == (LINE.e164, CALLER.e164)
    assert number.attrib == {"statusCallback": URL + "?a=1&b=2", "statusCallbackEvent": "completed"}
    assert len(document) < 4000
