"""Texts at the pretend Twilio: what it accepts, refuses, delivers, lists and forwards."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.simulator import PretendTwilio, signature
from mcdesk.simulator.twilio.segments import segments
from tests.simulator.stage import CALLER, LINE, OfficeAddress, played, twilio_client, until

_TEXT = {"To": CALLER, "From": LINE, "Body": "Sorry we missed your call."}


@pytest.mark.parametrize(
    ("changed", "code", "status"),
    [
        ({"To": ""}, 21604, 400),
        ({"To": "+1415"}, 21211, 400),
        ({"To": "nobody"}, 21211, 400),
        ({"To": "+15005550001"}, 21211, 400),
        ({"To": "+15005550002"}, 21612, 400),
        ({"To": "+15005550003"}, 21408, 400),
        ({"To": "+15005550004"}, 21610, 400),
        ({"To": "+15005550009"}, 21614, 400),
        ({"From": "+14155550199"}, 21606, 400),
        ({"From": ""}, 21603, 400),
        ({"Body": ""}, 21602, 400),
        ({"Body": "x" * 1601}, 21617, 400),
    ],
)
@played
async def test_a_wrong_text_is_refused_with_the_published_code(
    changed: dict[str, str], code: int, status: int
) -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        answer = await client.post("/Messages.json", data={**_TEXT, **changed})
        assert answer.status_code == status
        assert set(answer.json()) == {"code", "message", "more_info", "status"}
        assert answer.json()["code"] == code
        assert twilio.texts() == []


@played
async def test_a_wrong_password_is_refused_with_20003() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio, password="wrong") as client:
        answer = await client.post("/Messages.json", data=_TEXT)
        assert (answer.status_code, answer.json()["code"]) == (401, 20003)


@played
async def test_an_unknown_message_is_20404() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        answer = await client.get("/Messages/SM00000000000000000000000000000000.json")
        assert (answer.status_code, answer.json()["code"]) == (404, 20404)


@played
async def test_a_text_is_queued_then_sent_then_delivered_and_each_step_is_reported_signed() -> None:
    async with OfficeAddress() as office, PretendTwilio(pace=50) as twilio, twilio_client(twilio) as client:
        url = office.url("/status")
        answer = await client.post("/Messages.json", data={**_TEXT, "StatusCallback": url})
        assert (answer.status_code, answer.json()["status"]) == (201, "queued")
        await until(lambda: len(office.forms("/status")) == 2)
        forms = office.forms("/status")
        assert [form["MessageStatus"] for form in forms] == ["sent", "delivered"]
        assert {form["MessageSid"] for form in forms} == {answer.json()["sid"]}
        hook = twilio.hooks[-1]
        assert hook.signature == signature(twilio.account.auth_token, url, hook.fields)


@played
async def test_a_text_to_a_landline_is_accepted_and_fails_with_30006() -> None:
    async with OfficeAddress() as office, PretendTwilio(pace=50) as twilio, twilio_client(twilio) as client:
        twilio.mark_landline(CALLER)
        data = {**_TEXT, "StatusCallback": office.url("/status")}
        sid = (await client.post("/Messages.json", data=data)).json()["sid"]
        await until(lambda: len(office.forms("/status")) == 2)
        assert office.forms("/status")[-1]["ErrorCode"] == "30006"
        stored = (await client.get(f"/Messages/{sid}.json")).json()
        assert (stored["status"], stored["error_code"]) == ("failed", 30006)


@played
async def test_stop_is_answered_by_the_company_forwarded_and_blocks_until_start() -> None:
    async with OfficeAddress() as office, PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.point_hooks_at(office.url("/hook"))
        await twilio.text(CALLER, " Stop. ")
        assert office.forms("/hook")[-1]["Body"] == " Stop. "
        replies = [m for m in twilio.ledger.messages.values() if m.direction == "outbound-reply"]
        assert "unsubscribed" in replies[0].body
        assert twilio.texts() == []
        refused = await client.post("/Messages.json", data=_TEXT)
        assert refused.json()["code"] == 21610
        await twilio.text(CALLER, "START")
        assert (await client.post("/Messages.json", data=_TEXT)).status_code == 201


@played
async def test_stop_inside_a_sentence_blocks_nothing() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        await twilio.text(CALLER, "please stop the foreclosure")
        assert (await client.post("/Messages.json", data=_TEXT)).status_code == 201


@played
async def test_lists_are_newest_first_filtered_and_paged_without_shifting() -> None:
    async with PretendTwilio(delivery_seconds=None) as twilio, twilio_client(twilio) as client:
        for number in range(5):
            await client.post("/Messages.json", data={**_TEXT, "Body": str(number)})
        await client.post("/Messages.json", data={**_TEXT, "To": "+14155550143"})
        page = (await client.get("/Messages.json", params={"To": CALLER, "PageSize": 2})).json()
        bodies = [message["body"] for message in page["messages"]]
        await client.post("/Messages.json", data={**_TEXT, "Body": "later"})
        while page["next_page_uri"]:
            page = (await client.get(twilio.url + page["next_page_uri"])).json()
            bodies += [message["body"] for message in page["messages"]]
        assert bodies == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("name", "days", "found"),
    [
        ("DateSent", 0, 1),
        ("DateSent", -1, 0),
        ("DateSent>", 0, 1),
        ("DateSent>", 1, 0),
        ("DateSent<", 0, 0),
        ("DateSent<", 1, 1),
    ],
)
@played
async def test_day_filters_are_whole_utc_days(name: str, days: int, found: int) -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        await twilio.text(CALLER, "hello")
        asked = (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
        page = (await client.get("/Messages.json", params={name: asked})).json()
        assert len(page["messages"]) == found


@played
async def test_the_arrival_of_every_text_is_kept_by_recipient_and_body() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        before = datetime.now(UTC).timestamp()
        await asyncio.gather(*(client.post("/Messages.json", data=_TEXT) for _ in range(2)))
        times = twilio.ledger.arrivals[CALLER, _TEXT["Body"]]
        assert len(times) == 2
        assert before <= min(times) <= datetime.now(UTC).timestamp()


@pytest.mark.parametrize(
    ("body", "count"),
    [("a" * 160, 1), ("a" * 161, 2), ("é" * 160, 1), ("á" * 71, 2), ("€" * 80, 1), ("€" * 81, 2)],
)
def test_segments_are_counted_as_the_networks_do(body: str, count: int) -> None:
    assert segments(body) == count
