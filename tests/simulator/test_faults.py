"""The failure switches, seen from a client: what arrives, what was done all the same."""

import json
import time

import httpx
import pytest

from mcdesk.simulator import Fault, PretendTwilio
from tests.simulator.stage import CALLER, LINE, played, twilio_client

_TEXT = {"To": CALLER, "From": LINE, "Body": "Hello"}


async def _send(client: httpx.AsyncClient, seconds: float = 5.0) -> httpx.Response:
    return await client.post("/Messages.json", data=_TEXT, timeout=seconds)


@played
async def test_a_status_switch_refuses_as_often_as_it_says_and_does_nothing() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("status", path="/Messages.json", status=429, retry_after=7, count=2))
        answers = [await _send(client) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [429, 429, 201]
        assert answers[0].headers["retry-after"] == "7"
        assert answers[0].json()["code"] == 20429
        assert len(twilio.texts()) == 1


@played
async def test_a_dropped_request_was_not_processed() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("drop", path="/Messages.json"))
        with pytest.raises(httpx.TransportError):
            await _send(client)
        assert twilio.texts() == []


@played
async def test_a_request_dropped_after_the_work_was_processed() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("drop-after", path="/Messages.json"))
        with pytest.raises(httpx.TransportError):
            await _send(client)
        assert len(twilio.texts()) == 1


@played
async def test_silence_processes_and_never_answers() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("silence", path="/Messages.json"))
        with pytest.raises(httpx.ReadTimeout):
            await _send(client, 0.2)
        assert len(twilio.texts()) == 1


@played
async def test_bad_json_is_an_answer_that_cannot_be_read() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("bad-json", path="/Messages.json"))
        answer = await _send(client)
        assert answer.status_code == 201
        with pytest.raises(json.JSONDecodeError):
            answer.json()


@played
async def test_a_delay_answers_right_but_late() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("delay", seconds=0.2))
        began = time.monotonic()
        assert (await _send(client)).status_code == 201
        assert time.monotonic() - began >= 0.2


@played
async def test_a_long_delay_does_not_outlive_the_company() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("delay", seconds=60))
        with pytest.raises(httpx.ReadTimeout):
            await _send(client, 0.1)
        began = time.monotonic()
    assert time.monotonic() - began < 1


@played
async def test_a_switch_touches_only_its_path_and_method() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("status", path="/Messages.json", method="POST"))
        assert (await client.get("/Messages.json")).status_code == 200
        assert (await client.get("/Calls.json")).status_code == 200
        assert (await _send(client)).status_code == 503


@pytest.mark.parametrize("status", [None, 503])
@played
async def test_an_outage_ends_by_itself(status: int | None) -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.outage(0.3, status=status)
        failed = 0
        began = time.monotonic()
        while time.monotonic() - began < 5:
            try:
                if (await _send(client)).status_code == 201:
                    break
            except httpx.TransportError:
                pass
            failed += 1
        assert failed
        assert time.monotonic() - began >= 0.3
        assert len(twilio.texts()) == 1


@played
async def test_a_company_that_does_not_listen_refuses_connections_and_comes_back_on_its_port() -> None:
    async with PretendTwilio() as twilio:
        url = twilio.url
        twilio.refuse(0.2)
        refused = False
        began = time.monotonic()
        while time.monotonic() - began < 5:
            async with twilio_client(twilio) as client:
                try:
                    await _send(client)
                    if refused:
                        break
                except httpx.ConnectError:
                    refused = True
        assert refused
        assert twilio.url == url


@pytest.mark.parametrize("status", [500, 503])
@played
async def test_a_refusal_after_the_work_lies_about_it(status: int) -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("status-after", path="/Messages.json", status=status))
        assert (await _send(client)).status_code == status
        assert len(twilio.texts()) == 1


@played
async def test_silence_before_reads_and_does_nothing() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("silence-before", path="/Messages.json"))
        with pytest.raises(httpx.ReadTimeout):
            await _send(client, 0.2)
        assert twilio.texts() == []
        assert twilio.requests(method="POST")[0].form == _TEXT


@played
async def test_a_late_answer_comes_after_the_work_and_maybe_after_the_client_left() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("late", path="/Messages.json", seconds=0.4, count=2))
        with pytest.raises(httpx.ReadTimeout):
            await _send(client, 0.1)
        assert len(twilio.texts()) == 1
        assert (await _send(client)).status_code == 201


@played
async def test_a_truncated_answer_breaks_off_before_its_length() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("truncated", path="/Messages.json"))
        with pytest.raises(httpx.RemoteProtocolError):
            await _send(client)
        assert len(twilio.texts()) == 1
        assert (await _send(client)).status_code == 201


@played
async def test_a_page_stands_before_the_company() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("page", path="/Messages.json"))
        answer = await _send(client)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/html")
        assert twilio.texts() == []


@played
async def test_a_right_answer_may_say_it_is_text() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("wrong-type", path="/Messages.json"))
        answer = await _send(client)
        assert answer.headers["content-type"] == "text/plain"
        assert answer.json()["sid"] == twilio.texts()[0].sid


@played
async def test_a_slow_answer_arrives_whole() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("slow", path="/Messages.json", seconds=0.3))
        began = time.monotonic()
        assert (await _send(client)).json()["sid"] == twilio.texts()[0].sid
        assert time.monotonic() - began >= 0.25


@played
async def test_a_connection_may_be_taken_in_and_closed() -> None:
    async with PretendTwilio() as twilio:
        twilio.faults.add(Fault("hang-up"))
        async with twilio_client(twilio) as client:
            with pytest.raises(httpx.TransportError):
                await _send(client)
            assert twilio.requests() == []
            assert (await _send(client)).status_code == 201


@played
async def test_a_text_knows_when_it_was_asked_for() -> None:
    async with PretendTwilio() as twilio, twilio_client(twilio) as client:
        twilio.faults.add(Fault("delay", path="/Messages.json", seconds=0.3))
        await _send(client)
        (text,) = twilio.texts()
        assert text.asked is not None
        assert (text.created - text.asked).total_seconds() >= 0.29
