"""What a stranger's request may cost: processor, memory, and the time of others.

Must not: know a company, or measure seconds; pieces are counted, and costs compared.
"""

import asyncio
import contextlib
import gc
import time
from collections.abc import Iterator

import pytest

from mcdesk.inbound.incoming import Incoming
from mcdesk.inbound.limits import Limits
from mcdesk.inbound.receiver import Receiver
from mcdesk.inbound.speaking import Speaking
from mcdesk.ports.hooks import Hook, HookAnswer
from tests.inbound.lines import HOME, Line, Taker, ask, chunk, read_reply, request, tell

CHUNKED = ("Transfer-Encoding: chunked",)
#: Written in the smallest pieces there are.
CRUMBS = chunk(b"x") * 40_000 + chunk(b"")


@pytest.fixture
def nothing_is_swept() -> Iterator[None]:
    """What is left behind stays, where only the collector would find it."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_a_body_in_chunks_that_nobody_wants_is_not_waited_for() -> None:
    """Answered and closed at the head alone, on every address that is none in the same words."""

    async def story(port: int, receiver: Receiver) -> None:
        answers = set()
        wrong = [request(path, headers=CHUNKED) for path in ("/x", f"{HOME}x", "/hooks/absent/s3cret")]
        for raw in (*wrong, request(method="PUT", headers=CHUNKED)):
            async with Line(port) as line, asyncio.timeout(10):
                line.writer.write(raw)
                answers.add(await line.reader.read())
        (answer,) = answers
        assert answer.startswith(b"HTTP/1.1 404")
        assert b"connection: close" in answer

    tell(story, Taker().accept)


def test_chunks_that_nobody_wants_cost_no_more_than_as_many_bytes_at_once() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        async def cost(raw: bytes) -> float:
            before = time.process_time()
            async with Line(port) as line:
                assert (await line.ask(raw)).status == 404
                with contextlib.suppress(ConnectionError):
                    line.writer.write_eof()
                    await line.reader.read()
            return time.process_time() - before

        chunks = request("/x", headers=CHUNKED) + CRUMBS
        plain = request("/x", body=CRUMBS)
        # read by h11 it was hundreds of times as much
        assert min([await cost(chunks) for _ in range(5)]) < 10 * min([await cost(plain) for _ in range(5)])

    tell(story, Taker().accept)


def test_a_body_comes_in_so_many_chunks_and_with_so_much_around_them_and_no_more() -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        head = request(headers=CHUNKED)
        assert (await ask(port, head + chunk(b"x") * 1000 + chunk(b""))).status == 200
        assert (await ask(port, head + chunk(b"x") * 1001 + chunk(b""))).status == 413
        padded = b"32;" + b"p" * 57 + b"\r\n" + b"x" * 50 + b"\r\n"
        assert (await ask(port, head + padded * 700 + chunk(b""))).status == 200
        assert (await ask(port, head + padded * 750 + chunk(b""))).status == 413
        assert [len(hook.body) for hook in taker.hooks] == [1000, 35_000]

    tell(story, taker.accept)


def test_a_thousand_requests_sent_in_one_go_do_not_go_before_the_next_sender() -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as stranger, Line(port) as provider:
            await stranger.ask(request("/x"))
            await provider.ask(request("/x"))
            stranger.writer.write(b"POST /x HTTP/1.1\r\nHost: a\r\n\r\n" * 2500)
            assert (await provider.ask(request())).status == 200
            assert receiver.refused[404] < 500
            async with asyncio.timeout(30):
                assert {(await read_reply(stranger.reader)).status for _ in range(2500)} == {404}
            assert receiver.refused[404] == 2502

    tell(story, taker.accept)


def test_a_long_body_in_chunks_does_not_go_before_the_next_sender() -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as long, Line(port) as short:
            await long.ask(request("/x"))
            await short.ask(request("/x"))
            long.writer.write(request(headers=CHUNKED) + chunk(b"x" * 60) * 400 + chunk(b""))
            assert (await short.ask(request(body=b"short"))).status == 200
            assert (await long.ask(b"")).status == 200
        assert [len(hook.body) for hook in taker.hooks] == [5, 24_000]

    tell(story, taker.accept)


def test_who_sends_on_after_being_turned_away_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcdesk.inbound.speaking.LINGER_SECONDS", 60.0)

    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line, asyncio.timeout(10):
            line.writer.write(request("/x", headers=CHUNKED))
            with contextlib.suppress(ConnectionError):
                while True:
                    line.writer.write(CRUMBS)
                    await line.writer.drain()

    tell(story, Taker().accept)


#: A head of a good 10,000 bytes, cut in two.
LONG_HEAD = request(headers=("X-Long: " + "x" * 10_000,))
HALF, REST = LONG_HEAD[:-3], LONG_HEAD[-3:]


def test_half_sent_heads_are_bounded_together_and_the_oldest_go() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        # twice: who went is not counted any more
        for _ in range(2):
            async with contextlib.AsyncExitStack() as stack:
                lines = [await stack.enter_async_context(Line(port)) for _ in range(40)]
                for line in lines:
                    line.writer.write(HALF)
                    await line.writer.drain()
                for line in lines[:31]:
                    async with asyncio.timeout(5):
                        with contextlib.suppress(ConnectionResetError):
                            assert await line.reader.read() == b""
                for line in lines[31:]:
                    assert (await line.ask(REST)).status == 200

    tell(story, Taker().accept, limits=Limits(unread=100_000))


def test_what_waits_for_its_turn_behind_a_request_counts_as_well() -> None:
    inside, going_on = asyncio.Event(), asyncio.Event()

    async def accept(hook: Hook) -> HookAnswer:
        inside.set()
        await going_on.wait()
        return HookAnswer()

    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as first, Line(port) as second, asyncio.timeout(10):
            first.writer.write(request() + HALF)
            await inside.wait()
            second.writer.write(HALF)
            with contextlib.suppress(ConnectionResetError):
                assert await first.reader.read() == b""
            going_on.set()
            assert (await second.ask(REST)).status == 200

    tell(story, accept, limits=Limits(unread=15_000))


@pytest.mark.usefixtures("nothing_is_swept")
def test_of_who_was_turned_away_nothing_is_kept() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(5):
                line = await stack.enter_async_context(Line(port))
                assert (await line.ask(b"POST /x HTTP/1.1\r\nX: " + b"x" * 60_000)).status == 431
            assert sum(len(each) for each in gc.get_objects() if isinstance(each, Incoming)) == 0

    tell(story, Taker().accept)


@pytest.mark.usefixtures("nothing_is_swept")
def test_a_line_that_is_gone_is_gone_at_once() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        for raw in (HALF, request(), request("/x", headers=CHUNKED), request(body=b"x" * 100)[:-50]):
            async with Line(port) as line:
                line.writer.write(raw)
                await line.writer.drain()
                await asyncio.sleep(0.02)
        for _ in range(100):
            if not any(isinstance(each, Speaking) for each in gc.get_objects()):
                return
            await asyncio.sleep(0.02)
        pytest.fail("kept until the collector comes")

    tell(story, Taker().accept)
