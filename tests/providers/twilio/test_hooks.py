"""What Twilio's requests mean, and when two are the same one."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.domain.events import (
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallEvent,
    CallMissed,
    CallRinging,
    DeliveryStatus,
    Event,
    TextReceived,
    TextStatus,
    Unknown,
    VoicemailLeft,
)
from mcdesk.domain.numbers import Number
from mcdesk.ports.hooks import Hook
from mcdesk.providers.twilio import texts
from tests.providers.twilio.office import CALL, CALLER, LINE, call_fields, hook, hook_of, sample, twilio


def only(arrived: Hook, **settings: str) -> Event:
    (event,) = twilio(settings).parse(arrived)
    return event


def heard(**fields: str) -> Event:
    return only(hook(call_fields(**fields)))


# calls


def test_a_call_that_comes_in_rings() -> None:
    event = only(sample("CONSTRUCTED-voice-inbound-ringing"), ring="+14155550199")
    assert event == CallRinging(call_id=CALL, caller=CALLER, line=LINE, direction="inbound")


def test_a_forwarded_call_is_missed_already() -> None:
    event = only(sample("CONSTRUCTED-voice-inbound-forwarded"))
    assert isinstance(event, CallMissed)
    assert (event.caller, event.line) == (CALLER, LINE)
    assert event.voicemail_within == timedelta(0)


def test_a_forwarded_call_may_still_leave_a_voicemail() -> None:
    event = only(sample("CONSTRUCTED-voice-inbound-forwarded"), voicemail="on")
    assert isinstance(event, CallMissed)
    assert event.voicemail_within > timedelta(seconds=120)


@pytest.mark.parametrize(
    ("forwarded", "ring", "name", "expected"),
    [
        ("auto", "", "forwarded", CallMissed),
        ("auto", "", "ringing", CallRinging),
        ("auto", "+14155550199", "forwarded", CallRinging),
        ("yes", "+14155550199", "ringing", CallMissed),
        ("no", "", "forwarded", CallRinging),
    ],
)
def test_the_setting_decides_what_counts_as_forwarded(
    forwarded: str, ring: str, name: str, expected: type[CallEvent]
) -> None:
    event = only(sample(f"CONSTRUCTED-voice-inbound-{name}"), forwarded=forwarded, ring=ring)
    assert type(event) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("completed", CallAnswered),
        ("busy", CallMissed),
        ("no-answer", CallMissed),
        ("failed", CallMissed),
        ("canceled", CallMissed),
    ],
)
def test_after_the_phones_rang(status: str, expected: type[CallEvent]) -> None:
    event = only(sample(f"CONSTRUCTED-dial-action-{status}"))
    assert type(event) is expected
    assert isinstance(event, CallEvent)
    assert (event.call_id, event.caller, event.line) == (CALL, CALLER, LINE)


@pytest.mark.parametrize("gone", ["completed", "no-answer", "canceled"])
def test_a_caller_who_hung_up_while_it_rang_abandoned_the_call(gone: str) -> None:
    assert isinstance(heard(DialCallStatus="no-answer", CallStatus=gone), CallAbandoned)


def test_a_recording_is_a_voicemail() -> None:
    event = heard(CallStatus="completed", RecordingUrl="https://api.twilio.com/RE1", RecordingDuration="14")
    assert isinstance(event, VoicemailLeft)
    assert (event.seconds, event.recording_url) == (14, "https://api.twilio.com/RE1")


@pytest.mark.parametrize("duration", ["0", "2", "", "x"])
def test_a_breath_is_no_voicemail(duration: str) -> None:
    event = heard(
        CallStatus="completed", RecordingUrl="https://api.twilio.com/RE1", RecordingDuration=duration
    )
    assert type(event) is CallEnded


def test_the_recording_callback_says_the_same_without_the_caller() -> None:
    fields = {"CallSid": CALL, "RecordingUrl": "https://x.example/RE1", "RecordingDuration": "9"}
    event = only(hook({**fields, "RecordingSid": "RE1", "RecordingStatus": "completed"}))
    assert isinstance(event, VoicemailLeft)
    assert (event.call_id, event.caller, event.line) == (CALL, None, None)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("ringing", CallRinging),
        ("in-progress", CallRinging),
        ("initiated", CallRinging),
        ("completed", CallEnded),
        ("no-answer", CallMissed),
        ("busy", CallMissed),
        ("failed", CallMissed),
        ("canceled", CallAbandoned),
    ],
)
def test_the_status_of_an_inbound_call_never_says_answered(status: str, expected: type[CallEvent]) -> None:
    event = heard(CallStatus=status, CallbackSource="call-progress-events", CallDuration="40")
    assert type(event) is expected


def test_a_status_carries_when_the_call_began_and_ended() -> None:
    event = only(sample("voice-status-completed"))
    ended = datetime(2018, 3, 25, 9, 53, 19, tzinfo=UTC)
    assert isinstance(event, CallAnswered)
    assert (event.started_at, event.ended_at) == (ended - timedelta(seconds=49), ended)
    assert (event.direction, event.caller, event.line) == (
        "outbound",
        Number("+15005550006"),
        Number("+15005550001"),
    )


def test_a_phone_of_the_office_that_did_not_answer_concludes_nothing() -> None:
    event = heard(
        CallSid="CA9",
        ParentCallSid=CALL,
        Direction="outbound-dial",
        To="+14155550199",
        CallStatus="no-answer",
    )
    assert type(event) is CallRinging
    assert (event.call_id, event.caller, event.line) == (CALL, CALLER, None)


def test_a_phone_of_the_office_that_was_picked_up_answered_the_call() -> None:
    event = heard(
        CallSid="CA9",
        ParentCallSid=CALL,
        Direction="outbound-dial",
        To="+14155550199",
        CallStatus="completed",
        CallDuration="31",
    )
    assert type(event) is CallAnswered
    assert (event.call_id, event.caller, event.direction) == (CALL, CALLER, "inbound")


@pytest.mark.parametrize(
    ("status", "duration", "expected"),
    [("completed", "31", CallAnswered), ("completed", "0", CallEnded), ("busy", "0", CallEnded)],
)
def test_the_clients_leg_of_a_call_back_tells_whether_they_spoke(
    status: str, duration: str, expected: type[CallEvent]
) -> None:
    event = heard(
        CallSid="CA9",
        ParentCallSid=CALL,
        Direction="outbound-dial",
        From=LINE.e164,
        To=CALLER.e164,
        CallStatus=status,
        CallDuration=duration,
    )
    assert type(event) is expected
    assert isinstance(event, CallEvent)
    assert (event.call_id, event.caller, event.line, event.direction) == (CALL, CALLER, LINE, "outbound")


@pytest.mark.parametrize("hidden", ["anonymous", "Restricted", "+266696687", "", "client:desk"])
def test_a_hidden_caller_has_no_number(hidden: str) -> None:
    event = heard(From=hidden)
    assert isinstance(event, CallEvent)
    assert event.caller is None


def test_a_caller_by_sip_has_the_number_in_the_address() -> None:
    event = heard(From="sip:+15105550145@pbx.example")
    assert isinstance(event, CallEvent)
    assert event.caller == CALLER


@pytest.mark.parametrize("channel", ["rcs:", "whatsapp:"])
def test_o2_a_stop_over_another_channel_is_of_the_number(channel: str) -> None:
    written = {"From": f"{channel}{CALLER.e164}", "To": f"{channel}{LINE.e164}", "Body": "STOP"}
    event = texts.received({"MessageSid": "SM1", **written})
    assert (event.sender, event.to, event.provider_opt_out) == (CALLER, LINE, "STOP")
    assert event.sender_text == f"{channel}{CALLER.e164}"
    assert texts.logged({"sid": "SM1", "from": f"{channel}{CALLER.e164}", "body": "STOP"}).sender == CALLER
    assert texts.received({"MessageSid": "SM1", "From": f"{channel}firm_agent"}).sender is None


@pytest.mark.parametrize(
    ("verdict", "spoofed"), [("TN-Validation-Failed-C", True), ("TN-Validation-Passed-A", False), ("", False)]
)
def test_a_number_that_fails_the_check_is_marked(verdict: str, spoofed: bool) -> None:
    event = heard(StirVerstat=verdict)
    assert isinstance(event, CallEvent)
    assert event.spoofed is spoofed


# texts


def test_a_text_arrives() -> None:
    assert only(sample("inbound-sms")) == TextReceived(
        message_id="SMe287d7109a5a925f182f0e07fe5b223b",
        sender=Number("+14135550111"),
        sender_text="+14135550111",
        to=Number("+12025550111"),
        body="Msg",
        at=None,
    )


def test_a_text_to_a_short_code_has_no_line() -> None:
    event = only(sample("inbound-sms-shortcode"))
    assert isinstance(event, TextReceived)
    assert (event.sender, event.to, event.body) == (Number("+14135550111"), None, "Hello")


def test_a_text_from_a_short_code_keeps_it_as_text() -> None:
    event = only(hook({"MessageSid": "SM1", "From": "384387", "To": LINE.e164, "Body": "Code 1"}))
    assert isinstance(event, TextReceived)
    assert (event.sender, event.sender_text) == (None, "384387")


@pytest.mark.parametrize(
    ("body", "more", "expected"),
    [
        ("STOP", {}, "STOP"),
        (" stop\n", {}, "STOP"),
        ("OptOut", {}, "STOP"),
        ("revoke", {}, "STOP"),
        ("start", {}, "START"),
        ("Unstop", {}, "START"),
        ("info", {}, "HELP"),
        ("stop it", {}, None),
        ("yes", {}, None),
        ("please stop", {"OptOutType": "STOP"}, "STOP"),
        ("ayuda", {"OptOutType": "help"}, "HELP"),
    ],
)
def test_keywords_twilio_answered_by_itself(body: str, more: dict[str, str], expected: str | None) -> None:
    event = only(
        hook({"MessageSid": "SM1", "From": CALLER.e164, "Body": body, "SmsStatus": "received", **more})
    )
    assert isinstance(event, TextReceived)
    assert event.provider_opt_out == expected


def test_what_became_of_a_text() -> None:
    delivered, failed = only(sample("status-delivered")), only(sample("status-failed-21610"))
    assert delivered == TextStatus(
        message_id="SMe287d7109a5a925f182f0e07fe5b223b", status=DeliveryStatus.DELIVERED
    )
    assert isinstance(failed, TextStatus)
    assert (failed.status, failed.code, failed.opted_out) == (DeliveryStatus.FAILED, "21610", True)
    assert failed.why
    assert "START" in failed.why
    sent = only(sample("status-sent-messaging-service"))
    assert isinstance(sent, TextStatus)
    assert (sent.status, sent.recipient) == (DeliveryStatus.SENT, None)


@pytest.mark.parametrize(
    ("code", "landline"), [("30006", True), ("21635", True), ("21614", True), ("30003", False)]
)
def test_landlines_are_told_by_their_codes(code: str, landline: bool) -> None:
    event = only(hook({"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": code}))
    assert isinstance(event, TextStatus)
    assert (event.landline, event.opted_out) == (landline, False)


def test_a_code_nobody_listed_still_says_what_to_do() -> None:
    event = only(hook({"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "39999"}))
    assert isinstance(event, TextStatus)
    assert event.why == (
        "Twilio could not deliver it (error 39999). "
        "Look at the message in the Twilio console, or ask Twilio support."
    )


# everything else


@pytest.mark.parametrize(
    "arrived",
    [
        hook_of(b""),
        hook_of(b"\xff"),
        hook_of(b'{"a": 1}', content_type="application/json"),
        hook({"MessageSid": "SM1", "MessageStatus": "teleported"}),
        hook(call_fields(CallStatus="teleported", Timestamp="yesterday")),
        hook({"Something": "else"}),
    ],
    ids=["empty", "no-utf8", "json", "text-status", "call-status", "else"],
)
def test_what_is_not_understood_is_said_so(arrived: Hook) -> None:
    assert isinstance(only(arrived), Unknown)


FIELDS = [
    *("CallSid", "ParentCallSid", "CallStatus", "DialCallStatus", "Direction", "From", "To", "Timestamp"),
    *(
        "CallDuration",
        "RecordingUrl",
        "RecordingStatus",
        "RecordingDuration",
        "SequenceNumber",
        "StirVerstat",
    ),
    *("MessageSid", "MessageStatus", "SmsStatus", "ErrorCode", "Body", "NumMedia", "OptOutType"),
    "RawDlrDoneDate",
]
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["completed", "in-progress", "inbound", "outbound-dial", "+15105550145", "9" * 5000]),
    st.sampled_from(
        ["Sun, 25 Mar 2018 09:53:19 +0000", "Sun, 00 Mar 0000 99:99:99 +9999", "sip:@", "received"]
    ),
)


@given(st.one_of(st.binary(max_size=300), st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=8)))
def test_no_bytes_whatever_make_it_stumble(content: bytes | dict[str, str]) -> None:
    if isinstance(content, dict):
        content = {name: value.encode("utf-8", "replace").decode() for name, value in content.items()}
        arrived = hook(content)
    else:
        arrived = hook_of(content)
    provider = twilio()
    assert len(provider.parse(arrived)) == 1
    assert provider.key(arrived) == provider.key(arrived)
    assert len(provider.key(arrived).event_id) <= 200
    provider.answer(arrived)


# the same one twice


def test_a_redelivered_hook_is_the_same_and_the_next_state_is_not() -> None:
    provider = twilio()
    sent = hook({"MessageSid": "SM1", "MessageStatus": "sent"})
    assert provider.key(sent) == provider.key(hook({"MessageStatus": "sent", "MessageSid": "SM1"}))
    for other in (
        {"MessageSid": "SM1", "MessageStatus": "delivered"},
        {"MessageSid": "SM2", "MessageStatus": "sent"},
        {"MessageSid": "SM1", "MessageStatus": "sent", "ErrorCode": "30008"},
        {"MessageSid": "SM1", "SmsStatus": "received", "Body": "sent"},
    ):
        assert provider.key(sent) != provider.key(hook(other))
    first = hook(call_fields(CallStatus="ringing", SequenceNumber="1"))
    assert provider.key(first) != provider.key(hook(call_fields(CallStatus="ringing", SequenceNumber="2")))


def test_the_requests_of_one_call_are_all_different() -> None:
    provider = twilio()
    requests = [
        hook(call_fields()),
        hook(call_fields(CallStatus="ringing", SequenceNumber="1")),
        hook(call_fields(CallStatus="in-progress", SequenceNumber="2")),
        hook(call_fields(CallStatus="in-progress", DialCallStatus="no-answer", DialCallSid="CA2")),
        hook(call_fields(CallStatus="completed", RecordingUrl="https://x.example/RE1")),
        hook({"CallSid": CALL, "RecordingSid": "RE1", "RecordingStatus": "completed"}),
        hook(call_fields(CallStatus="completed", SequenceNumber="3")),
    ]
    assert len({provider.key(request) for request in requests}) == len(requests)
