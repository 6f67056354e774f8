"""The door while an office starts: open before its addresses are known, it sends no hook away for good.

Must not: know a company.
"""

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcdesk import app
from mcdesk.app.running import FIRST_READ_SECONDS
from mcdesk.inbound.receiver import Receiver
from mcdesk.inbound.routes import Accepting, HookRoutes
from mcdesk.ports.signin import SignsIn
from tests.inbound.lines import HOME, PUBLIC, Taker, ask, request


def test_until_its_addresses_are_known_a_hook_is_told_to_come_again() -> None:
    known: list[HookRoutes] = []
    taker = Taker()

    async def story() -> None:
        receiver = Receiver(routes=lambda: known[-1] if known else None)
        port = int((await receiver.start("127.0.0.1", 0)).rpartition(":")[2])
        try:
            for path in (HOME, "/hooks/twilio/wrong", "/hooks/absent/s3cret"):
                reply = await ask(port, request(path, body=b"CallSid=CA1"))
                assert (reply.status, reply.headers["retry-after"], reply.body) == (503, "2", b"")
            for raw in (request("/x"), request("/hooks/twilio"), request(method="GET")):
                assert (await ask(port, raw)).status == 404
            assert (await ask(port, request("/healthz", method="GET"))).status == 200
            known.append(HookRoutes([Accepting("twilio", "s3cret", PUBLIC, taker.accept)]))
            assert (await ask(port, request())).status == 200
            assert (await ask(port, request("/hooks/twilio/wrong"))).status == 404
            # an office without any such connection
            known.append(HookRoutes([]))
            assert (await ask(port, request())).status == 404
        finally:
            await receiver.stop()

    asyncio.run(story())


#: Before an office is at work it reads the log of {provider}.
OFFICE = """
[office]
name = "Rivera & Cole"
timezone = "America/Los_Angeles"
[[lines]]
number = "+14155550100"
label = "Main line"
calls = "twilio"
texts = "twilio"
[connections.twilio]
provider = "twilio"
account_sid = "AC00000000000000000000000000000000"
base_url = "{provider}"
lookup_url = "{provider}"
hook_secret = "s3cret-path"
poll_seconds = 0
"""


async def nobody_signs_in(provider: SignsIn) -> None:
    raise AssertionError("nobody was asked to sign in")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[app.Place]:
    monkeypatch.setenv("MCDESK_OFFICE_KEY", "A" * 43 + "=")
    monkeypatch.setenv("MCDESK_SECRET_TWILIO_AUTH_TOKEN", "x")
    place = app.open_place(tmp_path)
    yield place
    place.close()


def test_an_office_that_starts_never_says_that_its_own_address_is_none(place: app.Place) -> None:
    app.apply_configuration(place, OFFICE.format(provider="http://127.0.0.1:9"), by="test")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    said: list[int] = []

    async def knock() -> None:
        while True:
            try:
                said.append((await ask(port, request(f"{HOME}-path", body=b"CallSid=CA1"))).status)
            except ConnectionRefusedError:
                await asyncio.sleep(0.001)

    async def story() -> None:
        knocking = asyncio.create_task(knock())
        async with app.run_office(place, listen=("127.0.0.1", port), sign_in=nobody_signs_in):
            while not said or said[-1] == 503:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
            knocking.cancel()
            await asyncio.gather(knocking, return_exceptions=True)

    asyncio.run(story())
    # it is not signed
    assert set(said) <= {503, 403}
    assert said[-1] == 403


def test_asked_to_stop_a_start_does_not_wait_for_its_first_read(place: app.Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        provider = f"http://127.0.0.1:{silent.getsockname()[1]}"
        app.apply_configuration(place, OFFICE.format(provider=provider), by="test")

        async def story() -> None:
            asked = asyncio.Event()
            asyncio.get_running_loop().call_later(1, asked.set)
            async with app.run_office(place, sign_in=nobody_signs_in, asked_to_stop=asked) as running:
                assert asked.is_set()
                assert not running.engine.is_at_work

        began = time.monotonic()
        asyncio.run(story())
        assert time.monotonic() - began < FIRST_READ_SECONDS / 2
