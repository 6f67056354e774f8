"""The pretend Twilio's answers against the official description: every field there, and of its type."""

from email.utils import parsedate_to_datetime

from mcdesk.simulator import CallPlan, PretendTwilio
from tests.simulator.contracts import Json, check, schemas
from tests.simulator.stage import CALLER, LINE, OfficeAddress, played, twilio_client

_API = "twilio/twilio_api_v2010.json"


def _fields(described: Json, name: str) -> set[str]:
    schema = described[name]
    assert isinstance(schema, dict)
    return set(schema["properties"])


def _same_fields(answer: Json, name: str) -> None:
    described = schemas(_API)
    check(answer, name, described)
    assert set(answer) == _fields(described, name)
    for field, value in answer.items():
        if field.startswith("date_") or field in ("start_time", "end_time"):
            assert value is None or parsedate_to_datetime(str(value)).utcoffset() is not None


@played
async def test_messages_have_the_official_shape() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        sent = await client.post("/Messages.json", data={"To": CALLER, "From": LINE, "Body": "Hello"})
        _same_fields(sent.json(), "api.v2010.account.message")
        await twilio.text(CALLER, "Hello back", media=("https://example.com/a.jpg",))
        page = (await client.get("/Messages.json")).json()
        for message in page["messages"]:
            _same_fields(message, "api.v2010.account.message")


@played
async def test_calls_and_recordings_have_the_official_shapes() -> None:
    async with OfficeAddress() as office, PretendTwilio(pace=100) as twilio, twilio_client(twilio) as client:
        twilio.point_hooks_at(office.url("/voice"))
        office.twiml["/voice"] = "<Response><Record action='/after'/></Response>"
        call = await twilio.call(CALLER, plan=CallPlan(voicemail=5))
        (listed,) = (await client.get("/Calls.json")).json()["calls"]
        _same_fields(listed, "api.v2010.account.call")
        (recording,) = (await client.get("/Recordings.json")).json()["recordings"]
        _same_fields(recording, "api.v2010.account.recording")
        (of_call,) = (await client.get(f"/Calls/{call.sid}/Recordings.json")).json()["recordings"]
        _same_fields(of_call, "api.v2010.account.call.call_recording")


@played
async def test_numbers_and_the_account_have_the_official_shapes() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        (number,) = (await client.get("/IncomingPhoneNumbers.json")).json()["incoming_phone_numbers"]
        _same_fields(number, "api.v2010.account.incoming_phone_number")
        account = (await client.get(f"{twilio.url}/2010-04-01/Accounts/{twilio.account.sid}.json")).json()
        _same_fields(account, "api.v2010.account")


@played
async def test_a_page_has_the_official_frame() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        page = (await client.get("/Messages.json")).json()
        assert set(page) == {
            "end",
            "first_page_uri",
            "messages",
            "next_page_uri",
            "page",
            "page_size",
            "previous_page_uri",
            "start",
            "uri",
        }


@played
async def test_lookups_have_the_official_fields() -> None:
    described = schemas("twilio/twilio_lookups_v2.json")
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        url = f"{twilio.url}/v2/PhoneNumbers/{CALLER}?Fields=line_type_intelligence"
        answer = (await client.get(url)).json()
        assert set(answer) == _fields(described, "LookupResponse")
        assert set(answer["line_type_intelligence"]) == _fields(described, "LineTypeIntelligenceInfo")
