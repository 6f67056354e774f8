"""Hooks that may be genuine and are refused: whoever reads the log instead is told; nobody else's are.

Must not: know what is done about it.
"""

import asyncio
import contextlib

import pytest

from mcdesk.inbound.limits import Limits
from mcdesk.inbound.receiver import Receiver
from mcdesk.ports.hooks import Hook, HookAnswer
from mcdesk.ports.provider import Forged
from mcdesk.store.transaction import StoreTrouble
from tests.inbound.lines import HOME, Line, Taker, ask, chunk, read_reply, request, tell


class Told:
    """Counts, and can be waited for."""

    def __init__(self) -> None:
        self.times = 0
        self.once = asyncio.Event()

    def __call__(self) -> None:
        self.times += 1
        self.once.set()


@pytest.mark.parametrize("trouble", [StoreTrouble("the disk is full"), TypeError("a mistake of ours")])
def test_a_hook_that_could_not_be_stored_is_told_of(trouble: Exception) -> None:
    told = Told()

    async def story(port: int, receiver: Receiver) -> None:
        assert (await ask(port, request())).status == 503
        assert told.times == 1

    tell(story, Taker(trouble=trouble).accept, not_taken=told)


def test_a_hook_over_the_rate_is_told_of() -> None:
    told = Told()

    async def story(port: int, receiver: Receiver) -> None:
        assert [(await ask(port, request())).status for _ in range(4)] == [200, 200, 429, 429]
        assert told.times == 2

    tell(story, Taker().accept, limits=Limits(rate=0.01, burst=2), not_taken=told)


@pytest.mark.parametrize("limits", [Limits(at_once=1), Limits(bytes_at_once=100)])
def test_a_hook_there_is_no_place_for_is_told_of(limits: Limits) -> None:
    told, inside, going_on = Told(), asyncio.Event(), asyncio.Event()

    async def accept(hook: Hook) -> HookAnswer:
        inside.set()
        await going_on.wait()
        return HookAnswer()

    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as first:
            first.writer.write(request(body=b"x" * 80))
            await inside.wait()
            assert (await ask(port, request(body=b"x" * 80))).status == 503
            assert told.times == 1
            going_on.set()
            assert (await read_reply(first.reader)).status == 200
        assert told.times == 1

    tell(story, accept, limits=limits, not_taken=told)


@pytest.mark.parametrize(
    "raw",
    [
        request(body=b"x" * 70_000),
        request(headers=("Transfer-Encoding: chunked",)) + chunk(b"x" * 70_000) + chunk(b""),
        request(headers=("Transfer-Encoding: chunked",)) + b"no size\r\n",
        request(body=b"x" * 100)[:-50],
    ],
    ids=["announced-too-large", "too-large", "broken", "too-slow"],
)
def test_a_hook_that_did_not_come_whole_is_told_of_once(raw: bytes) -> None:
    told = Told()

    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line, asyncio.timeout(10):
            line.writer.write(raw)
            assert (await read_reply(line.reader)).status in (400, 408, 413)
        await asyncio.sleep(0.05)
        assert told.times == 1

    tell(story, Taker().accept, limits=Limits(seconds=0.4), not_taken=told)


def test_a_hook_whose_line_broke_is_told_of() -> None:
    told = Told()

    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line:
            line.writer.write(request(body=b"x" * 100)[:-50])
            await line.writer.drain()
            await asyncio.sleep(0.05)
            assert told.times == 0
        async with asyncio.timeout(10):
            await told.once.wait()
        assert told.times == 1

    tell(story, Taker().accept, not_taken=told)


def test_what_was_taken_and_what_strangers_send_is_not_told_of() -> None:
    told, taker = Told(), Taker()

    async def story(port: int, receiver: Receiver) -> None:
        assert (await ask(port, request())).status == 200
        taker.trouble = Forged("no")
        assert (await ask(port, request())).status == 403
        for path in ("/", "/hooks/twilio/wrong", f"{HOME}/x"):
            assert (await ask(port, request(path, body=b"x" * 70_000))).status == 404
            async with Line(port) as line:
                line.writer.write(request(path, body=b"x" * 100)[:-50])
                with contextlib.suppress(ConnectionError):
                    await line.writer.drain()
        assert (await ask(port, request(method="GET"))).status == 404
        await asyncio.sleep(0.05)
        assert told.times == 0

    tell(story, taker.accept, not_taken=told)
