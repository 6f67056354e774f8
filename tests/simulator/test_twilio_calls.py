"""Calls at the pretend Twilio: hooks, TwiML carried out, legs, the call log."""

import asyncio
import time

import pytest

from mcdesk.simulator import CallPlan, PretendTwilio, signature
from tests.simulator.stage import CALLER, LINE, OfficeAddress, played, twilio_client, until

_DIAL = '<Response><Dial timeout="20" action="/dialled"><Number>+14155550111</Number></Dial></Response>'
_TAPE = (
    "<Response><Say>Leave a message.</Say>"
    '<Record action="/recorded" recordingStatusCallback="/tape"/></Response>'
)


@pytest.mark.parametrize(
    ("plan", "dialled", "parent", "child"),
    [
        (CallPlan(), "no-answer", "completed", "no-answer"),
        (CallPlan(office="busy"), "busy", "completed", "busy"),
        (CallPlan(office="failed"), "failed", "completed", "failed"),
        (CallPlan(answers_after=3, talks_for=10), "completed", "completed", "completed"),
        (CallPlan(hangs_up_after=5), "canceled", "completed", "canceled"),
    ],
)
@played
async def test_a_dialled_office_phone_is_reported_as_it_went(
    plan: CallPlan, dialled: str, parent: str, child: str
) -> None:
    async with OfficeAddress() as office, PretendTwilio(pace=100) as twilio:
        twilio.point_hooks_at(office.url("/voice"))
        twilio.ledger.numbers[LINE].status_callback = office.url("/status")
        office.twiml["/voice"] = _DIAL
        call = await twilio.call(CALLER, plan=plan)
        first, action, status = (
            office.forms("/voice")[0],
            office.forms("/dialled")[0],
            office.forms("/status")[0],
        )
        assert (first["CallStatus"], first["From"], first["Direction"]) == ("ringing", CALLER, "inbound")
        assert action["DialCallStatus"] == dialled
        assert action["CallSid"] == call.sid
        assert (status["CallStatus"], status["CallbackSource"]) == (parent, "call-progress-events")
        (leg,) = twilio.ledger.legs_of(call)
        assert (leg.direction, leg.status, leg.to) == ("outbound-dial", child, "+14155550111")
        assert twilio.ledger.answered(call) is (plan.answers_after is not None)


@played
async def test_every_voice_hook_is_signed_over_its_exact_address_and_fields() -> None:
    async with OfficeAddress() as office, PretendTwilio(pace=100) as twilio:
        twilio.point_hooks_at(office.url("/voice?line=main"))
        await twilio.call(CALLER)
        assert twilio.hooks
        for hook in twilio.hooks:
            assert hook.signature == signature(twilio.account.auth_token, hook.url, hook.fields)
        sent = office.server.recorder.requests(path="/voice")[0]
        assert list(sent.form.items()) == [(name, value) for name, value in twilio.hooks[0].fields]


@played
async def test_a_hook_can_be_sent_again_unchanged() -> None:
    async with OfficeAddress() as office, PretendTwilio(pace=100) as twilio:
        twilio.point_hooks_at(office.url("/voice"))
        await twilio.call(CALLER)
        assert await twilio.send_again(twilio.hooks[0]) == 200
        forms = office.forms("/voice")
        assert forms[0] == forms[-1]
        assert twilio.hooks[0].signature == twilio.hooks[-1].signature


@played
async def test_a_voicemail_is_recorded_reported_and_listed() -> None:
    async with OfficeAddress() as office, PretendTwilio(pace=100) as twilio, twilio_client(twilio) as client:
        twilio.point_hooks_at(office.url("/voice"))
        office.twiml["/voice"] = _TAPE
        call = await twilio.call(CALLER, plan=CallPlan(voicemail=14))
        await until(lambda: bool(office.forms("/tape")))
        action, tape = office.forms("/recorded")[0], office.forms("/tape")[0]
        assert (action["RecordingDuration"], action["Digits"]) == ("14", "hangup")
        assert tape["RecordingStatus"] == "completed"
        listed = (await client.get(f"/Calls/{call.sid}/Recordings.json")).json()["recordings"]
        assert [one["duration"] for one in listed] == ["14"]
        assert (await client.get(action["RecordingUrl"])).content.startswith(b"RIFF")


@played
async def test_silence_at_the_beep_makes_no_recording() -> None:
    async with OfficeAddress() as office, PretendTwilio(pace=100) as twilio:
        twilio.point_hooks_at(office.url("/voice"))
        office.twiml["/voice"] = _TAPE
        await twilio.call(CALLER)
        assert twilio.recordings() == []
        assert office.forms("/recorded") == []


@played
async def test_an_action_answer_is_carried_out_and_redirects_are_followed() -> None:
    async with OfficeAddress() as office, PretendTwilio(pace=100) as twilio:
        twilio.point_hooks_at(office.url("/voice"))
        office.twiml["/voice"] = _DIAL
        office.twiml["/dialled"] = (
            "<Response><Pause length='1'/><Redirect>/more</Redirect><Hangup/></Response>"
        )
        office.twiml["/more"] = _TAPE
        await twilio.call(CALLER, plan=CallPlan(voicemail=9))
        assert len(twilio.recordings()) == 1


@played
async def test_screening_that_is_not_accepted_is_completed_but_not_bridged() -> None:
    async with OfficeAddress() as office, PretendTwilio(pace=100) as twilio:
        twilio.point_hooks_at(office.url("/voice"))
        office.twiml["/voice"] = _DIAL.replace("<Number>", '<Number url="/screen">')
        office.twiml["/screen"] = '<Response><Gather numDigits="1" action="/ok"/><Hangup/></Response>'
        office.twiml["/ok"] = "<Response/>"
        declined = await twilio.call(CALLER, plan=CallPlan(answers_after=2))
        accepted = await twilio.call(CALLER, plan=CallPlan(answers_after=2, presses="1"))
        first, second = office.forms("/dialled")
        assert (first["DialCallStatus"], first["DialBridged"]) == ("completed", "false")
        assert (second["DialCallStatus"], second["DialBridged"]) == ("completed", "true")
        assert not twilio.ledger.answered(declined)
        assert twilio.ledger.answered(accepted)


@played
async def test_a_number_without_an_address_rings_out_into_the_call_log() -> None:
    async with PretendTwilio(pace=20) as twilio, twilio_client(twilio) as client:
        await twilio.call(CALLER)
        (call,) = (await client.get("/Calls.json", params={"To": LINE})).json()["calls"]
        assert (call["status"], call["duration"], call["direction"]) == ("no-answer", "0", "inbound")
        assert not twilio.hooks


@played
async def test_a_call_in_progress_has_no_end_in_the_log() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        ringing = asyncio.create_task(twilio.call(CALLER, plan=CallPlan(hangs_up_after=0.3)))
        await until(lambda: bool(twilio.calls()))
        (call,) = (await client.get("/Calls.json")).json()["calls"]
        assert (call["status"], call["end_time"], call["duration"]) == ("ringing", None, None)
        await ringing


@played
async def test_a_hook_is_tried_once_and_the_caller_hears_an_apology() -> None:
    async with OfficeAddress() as office, PretendTwilio(pace=100) as twilio:
        twilio.point_hooks_at(office.url("/voice"))
        office.server.faults.outage(0.2, status=500)
        call = await twilio.call(CALLER)
        assert len(office.server.recorder.requests(path="/voice")) == 2  # the call and its final status
        assert call.status == "completed"


@played
async def test_times_on_the_wire_are_the_wall_clock_whatever_the_pace() -> None:
    async with PretendTwilio(pace=1000) as twilio:
        before = time.time()
        call = await twilio.call(CALLER)
        assert call.ended is not None
        assert before <= call.started.timestamp() <= call.ended.timestamp() <= time.time()


@played
async def test_a_call_back_rings_the_staff_then_the_client_and_reports_the_events_asked_for() -> None:
    async with OfficeAddress() as office, PretendTwilio(pace=100) as twilio, twilio_client(twilio) as client:
        twiml = f'<Response><Dial callerId="{LINE}"><Number>{CALLER}</Number></Dial></Response>'
        data = {
            "To": "+14155550111",
            "From": LINE,
            "Twiml": twiml,
            "StatusCallback": office.url("/status"),
            "StatusCallbackEvent": ["initiated", "ringing", "answered", "completed"],
        }
        answer = await client.post("/Calls.json", data=data)
        assert (answer.status_code, answer.json()["status"]) == (201, "queued")
        await until(lambda: len(office.forms("/status")) == 4)
        states = [form["CallStatus"] for form in office.forms("/status")]
        assert states == ["queued", "ringing", "in-progress", "completed"]
        params = {"ParentCallSid": answer.json()["sid"]}
        (leg,) = (await client.get("/Calls.json", params=params)).json()["calls"]
        assert (leg["to"], leg["from"], leg["direction"]) == (CALLER, LINE, "outbound-dial")


@pytest.mark.parametrize(
    ("changed", "code"), [({"From": "+14155550199"}, 21210), ({"To": "x"}, 21211), ({"Twiml": ""}, 21205)]
)
@played
async def test_a_wrong_call_back_is_refused(changed: dict[str, str], code: int) -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        data = {"To": "+14155550111", "From": LINE, "Twiml": "<Response/>", **changed}
        answer = await client.post("/Calls.json", data=data)
        assert (answer.status_code, answer.json()["code"]) == (400, code)


@played
async def test_a_numbers_addresses_can_be_set_over_rest() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        (number,) = (await client.get("/IncomingPhoneNumbers.json")).json()["incoming_phone_numbers"]
        url = f"/IncomingPhoneNumbers/{number['sid']}.json"
        changed = (await client.post(url, data={"VoiceUrl": "https://example.com/v"})).json()
        assert changed["voice_url"] == "https://example.com/v"
        assert twilio.ledger.numbers[LINE].voice_url == "https://example.com/v"
        assert changed["sms_url"] == ""


@played
async def test_lookup_tells_landlines_from_mobiles_when_asked_to() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.mark_landline(CALLER)
        fields = {"Fields": "line_type_intelligence"}
        landline = (await client.get(f"{twilio.url}/v2/PhoneNumbers/{CALLER}", params=fields)).json()
        mobile = (await client.get(f"{twilio.url}/v2/PhoneNumbers/+14155550143", params=fields)).json()
        free = (await client.get(f"{twilio.url}/v2/PhoneNumbers/{CALLER}")).json()
        wrong = (await client.get(f"{twilio.url}/v2/PhoneNumbers/+1415")).json()
        assert landline["line_type_intelligence"]["type"] == "landline"
        assert mobile["line_type_intelligence"]["type"] == "mobile"
        assert free["line_type_intelligence"] is None
        assert (wrong["valid"], wrong["validation_errors"]) == (False, ["TOO_SHORT"])
