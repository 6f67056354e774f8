"""What strangers may try at the door: requests read in two ways, ways around, floods, slowness, no handles.

Must not: know a company.
"""

import asyncio
import contextlib
import logging
import socket
import struct
import sys
import time

import pytest

from mcdesk.inbound.limits import Limits
from mcdesk.inbound.receiver import Receiver
from mcdesk.inbound.room import HOLDS_A_PLACE_SECONDS
from mcdesk.ports.hooks import Hook, HookAnswer
from mcdesk.ports.provider import Forged
from tests.inbound.lines import HOME, Line, Reply, Taker, ask, chunk, read_reply, request, tell

HOST = b"Host: elsewhere.example\r\n"
FIRST = b"POST /hooks/twilio/s3cret HTTP/1.1\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


async def reset(line: Line) -> None:
    """Gone without a goodbye."""
    sock: socket.socket = line.writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.writer.transport.abort()


async def until_cut_off(line: Line, raw: bytes, *, pause: float = 0) -> None:
    """Goes on sending; fails if that is let happen for ten seconds."""
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(10):
            while True:
                line.writer.write(raw)
                await line.writer.drain()
                await asyncio.sleep(pause)


async def everything(port: int, raw: bytes) -> bytes:
    """Whatever comes back until the line is closed."""
    async with Line(port) as line, asyncio.timeout(10):
        line.writer.write(raw)
        with contextlib.suppress(ConnectionResetError):
            return await line.reader.read()
    return b""


AMBIGUOUS = {
    "length-and-chunks": FIRST + HOST + CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n",
    "chunks-and-length": FIRST + HOST + b"Content-Length: 5\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
    "two-lengths": FIRST + HOST + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
    "the-same-length-twice": FIRST + HOST + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
    "a-list-of-lengths": FIRST + HOST + b"Content-Length: 0, 5\r\n\r\n",
    "a-signed-length": FIRST + HOST + b"Content-Length: +5\r\n\r\nhello",
    "a-negative-length": FIRST + HOST + b"Content-Length: -5\r\n\r\nhello",
    "an-empty-length": FIRST + HOST + b"Content-Length:\r\n\r\n",
    "a-length-in-hex": FIRST + HOST + b"Content-Length: 0x5\r\n\r\nhello",
    "an-endless-length": FIRST + HOST + b"Content-Length: " + b"9" * 40 + b"\r\n\r\n",
    "chunked-twice": FIRST + HOST + CHUNKED + CHUNKED + b"\r\n0\r\n\r\n",
    "another-coding": FIRST + HOST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "chunked-with-a-sign": FIRST + HOST + b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "a-space-before-the-colon": FIRST + HOST + b"Content-Length : 5\r\n\r\nhello",
    "a-header-over-two-lines": FIRST + HOST + b"X-Odd: a\r\n Content-Length: 5\r\n\r\n",
    "two-hosts": FIRST + HOST + HOST + b"\r\n",
    "no-host": FIRST + b"\r\n",
    "a-lone-line-feed": FIRST + HOST + b"X-Odd: a\nContent-Length: 5\r\n\r\n",
    "a-lone-carriage-return": FIRST + HOST + b"X-Odd: a\rContent-Length: 5\r\n\r\n",
    "a-null": FIRST + HOST + b"X-Odd: a\x00b\r\n\r\n",
    "a-null-in-the-path": b"POST /hooks/twilio/s3cret\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "no-name": FIRST + HOST + b": odd\r\n\r\n",
    "no-colon": FIRST + HOST + b"odd\r\n\r\n",
    "a-space-in-the-path": b"POST /hooks/twilio/s3cret x HTTP/1.1\r\n" + HOST + b"\r\n",
    "not-ascii-in-the-path": b"POST /hooks/twilio/s3cr\xc3\xa9t HTTP/1.1\r\n" + HOST + b"\r\n",
    "http-0.9": b"GET /healthz\r\n\r\n",
    "http-2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "http-1.2": b"POST /hooks/twilio/s3cret HTTP/1.2\r\n" + HOST + b"\r\n",
    "chunks-in-http-1.0": b"POST /hooks/twilio/s3cret HTTP/1.0\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "an-empty-line-first": b"\r\n" + FIRST + HOST + b"Content-Length: 0\r\n\r\n",
    "a-long-extension": FIRST + HOST + CHUNKED + b"\r\n3;" + b"x" * 5000 + b"\r\nabc\r\n0\r\n\r\n",
    "no-chunk-size": FIRST + HOST + CHUNKED + b"\r\n\r\n",
    "a-chunk-size-in-words": FIRST + HOST + CHUNKED + b"\r\n-3\r\nabc\r\n0\r\n\r\n",
    "a-chunk-that-goes-on": FIRST + HOST + CHUNKED + b"\r\n3\r\nabcd\r\n0\r\n\r\n",
    "a-header-after-the-chunks": FIRST + HOST + CHUNKED + b"\r\n0\r\nX-Late: 1\r\n\r\n",
}


@pytest.mark.parametrize("raw", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_what_can_be_read_in_two_ways_is_read_in_none_and_nothing_behind_it(raw: bytes) -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        answer = await everything(port, raw + request(body=b"smuggled"))
        assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
        assert answer.count(b"HTTP/1.1") == 1
        assert b"connection: close" in answer.lower()
        assert taker.hooks == []

    tell(story, taker.accept)


@pytest.mark.parametrize(
    "target",
    [
        "http://elsewhere.example/hooks/twilio/s3cret",
        "//hooks/twilio/s3cret",
        "/./hooks/twilio/s3cret",
        "/x/../hooks/twilio/s3cret",
        "/hooks/twilio/../twilio/s3cret",
        "/hooks/twilio/%2e/s3cret",
        "/hooks%2Ftwilio%2Fs3cret",
        "/hooks/twilio%2Fs3cret",
        "/hooks/twilio/s3cret%00",
        "/hooks/twilio/s3cret%ff",
        "/hooks/twilio/s3cret#x",
        "/hooks/twilio/s3cret;x",
        "/hooks/6:twilio/s3cret",
        "/hooks/twilio//s3cret",
        "*",
        "elsewhere.example:443",
        "/?" + "x" * 12_000,
    ],
)
@pytest.mark.parametrize("method", ["POST", "GET", "OPTIONS", "TRACE", "CONNECT", "DELETE", "hello"])
def test_no_way_around_leads_in_and_all_are_told_the_same(method: str, target: str) -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        raw = request(target, method=method, headers=("X-Echo: <script>", "Max-Forwards: 0"))
        reply = await ask(port, raw)
        expected = {"content-type": "text/plain", "content-length": "9"}
        assert reply == Reply(404, expected, b"Not found")
        assert taker.hooks == []

    tell(story, taker.accept)


def test_only_how_it_is_written_may_differ() -> None:
    """The same address, some signs of it percent-encoded, is the same address."""
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        assert (await ask(port, request("/hooks/twilio/s3cre%74"))).status == 200

    tell(story, taker.accept)


def test_asking_for_the_head_alone_gets_no_body() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line:
            line.writer.write(request(method="HEAD") + request("/x"))
            await line.reader.readuntil(b"content-length: 9\r\n\r\n")
            reply = await read_reply(line.reader)
            assert (reply.status, reply.body) == (404, b"Not found")

    tell(story, Taker().accept)


def test_a_giant_query_is_refused_and_a_large_one_is_part_of_the_address() -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        assert (await ask(port, request(f"{HOME}?{'x' * 17_000}"))).status == 431
        assert (await ask(port, request(f"{HOME}?{'x' * 15_000}"))).status == 200
        assert len(taker.hooks) == 1

    tell(story, taker.accept)


def test_too_many_headers_are_refused_however_small() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        many = tuple(f"a{number}: b" for number in range(200))
        assert (await ask(port, request(headers=many))).status == 431
        assert (await ask(port, request(headers=many[:90]))).status == 200

    tell(story, Taker().accept)


def test_who_waits_to_be_asked_for_the_body_is_asked_only_where_it_is_wanted() -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        expecting = ("Expect: 100-continue",)
        async with Line(port) as line:
            line.writer.write(request(body=b"x" * 10, headers=expecting)[:-10])
            assert await line.reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
            assert (await line.ask(b"y" * 10)).status == 200
        for head in (
            request("/x", body=b"x" * 10, headers=expecting)[:-10],
            request(body=b"x" * 70_000, headers=expecting)[:-70_000],
        ):
            answer = await everything(port, head)
            assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 413"))
            assert b"connection: close" in answer, "or what comes next would be taken for the body"
        assert [hook.body for hook in taker.hooks] == [b"y" * 10]

    tell(story, taker.accept)


def test_requests_sent_ahead_are_answered_in_order() -> None:
    async def accept(hook: Hook) -> HookAnswer:
        await asyncio.sleep(0.01 if hook.body == b"0" else 0)
        return HookAnswer("text/plain", hook.body)

    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line:
            ahead = b"".join(request(body=b"%d" % number) for number in range(20))
            line.writer.write(
                ahead + request("/x") + request(headers=CHUNKED_LINE) + chunk(b"!") + chunk(b"")
            )
            bodies = [(await read_reply(line.reader)).body for _ in range(22)]
        assert bodies == [*(b"%d" % number for number in range(20)), b"Not found", b"!"]

    tell(story, accept)


CHUNKED_LINE = ("Transfer-Encoding: chunked",)


#: Behind each, the time h11 takes for a line grows with the square of the blanks.
BLANKS = {
    "in-a-header": FIRST + HOST + b"X-Odd:" + b" " * 15_000 + b"\x00\r\n\r\n",
    "in-the-line-before-a-chunk": FIRST + HOST + CHUNKED + b"\r\n3;" + b" " * 100_000 + b"\n\r\n",
    "in-a-header-after-the-chunks": FIRST
    + HOST
    + CHUNKED
    + b"\r\n0\r\na:"
    + b" " * 100_000
    + b"\x00\r\n\r\n",
}


@pytest.mark.parametrize("raw", BLANKS.values(), ids=BLANKS)
def test_many_blanks_before_something_wrong_are_refused_at_once(raw: bytes) -> None:
    async def story(port: int, receiver: Receiver) -> None:
        before = time.process_time()
        async with Line(port) as line:
            assert (await line.ask(raw)).status == 400
        assert time.process_time() - before < 0.1

    tell(story, Taker().accept)


def test_who_asks_for_another_protocol_gets_this_one() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line:
            raw = request(headers=("Connection: Upgrade", "Upgrade: websocket"))
            assert [(await line.ask(raw)).status for _ in range(2)] == [200, 200]

    tell(story, Taker().accept)


def test_who_sends_on_and_on_ahead_of_the_answer_is_cut_off() -> None:
    going_on = asyncio.Event()

    async def accept(hook: Hook) -> HookAnswer:
        await going_on.wait()
        return HookAnswer()

    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line:
            line.writer.write(request())
            await until_cut_off(line, request(body=b"x" * 1000) * 100)
        going_on.set()

    tell(story, accept)


def test_who_does_not_read_the_answers_is_cut_off() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
        line = Line(port)
        line.reader, line.writer = await asyncio.open_connection(sock=sock, limit=1)
        await until_cut_off(line, request() * 5, pause=0.01)
        line.writer.close()

    # large answers, so that the system's own buffers are full soon
    tell(story, Taker(answer=HookAnswer("text/plain", b"x" * 20_000)).accept)


def test_the_unwanted_rest_of_a_refused_request_is_thrown_away_but_not_for_ever() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line:
            assert (await line.ask(request("/x", body=b"x" * 200_000))).status == 404
            assert (await line.ask(request())).status == 200
        announced = request("/x").replace(b"Content-Length: 0", b"Content-Length: 99999999")
        assert b"connection: close" in await everything(port, announced)
        async with Line(port) as line:
            line.writer.write(request("/x", headers=CHUNKED_LINE))
            await until_cut_off(line, chunk(b"x" * 10_000))

    tell(story, Taker().accept)


def test_a_line_reset_in_the_middle_leaves_nothing_behind(caplog: pytest.LogCaptureFixture) -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        wholes = [request(body=b"x" * 1000), request(headers=CHUNKED_LINE) + chunk(b"x" * 1000)]
        for raw in wholes:
            for cut in range(0, len(raw) - 10, 60):
                async with Line(port) as line:
                    line.writer.write(raw[:cut])
                    await line.writer.drain()
                    await reset(line)
        await asyncio.sleep(0.1)
        assert taker.hooks == []
        assert (await ask(port, request(body=b"x" * 900))).status == 200

    tell(story, taker.accept, limits=Limits(at_once=1, bytes_at_once=1000))
    assert caplog.text == ""


def test_who_stops_sending_still_gets_the_answer() -> None:
    async def accept(hook: Hook) -> HookAnswer:
        await asyncio.sleep(0.05)
        return HookAnswer("text/plain", b"taken")

    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line:
            line.writer.write(request())
            line.writer.write_eof()
            assert (await read_reply(line.reader)).body == b"taken"

    tell(story, accept)


def test_what_its_sender_left_is_stored_all_the_same_and_counts_until_it_is() -> None:
    going_on, stored = asyncio.Event(), []

    async def accept(hook: Hook) -> HookAnswer:
        await going_on.wait()
        stored.append(hook.body)
        return HookAnswer()

    async def story(port: int, receiver: Receiver) -> None:
        for _ in range(3):
            async with Line(port) as line:
                line.writer.write(request(body=b"left"))
                await line.writer.drain()
                await asyncio.sleep(0.02)
                await reset(line)
        assert (await ask(port, request())).status == 503
        going_on.set()
        await asyncio.sleep(0.05)
        assert stored == [b"left"] * 3
        assert (await ask(port, request())).status == 200

    tell(story, accept, limits=Limits(at_once=3))


def test_bodies_in_memory_are_bounded_together() -> None:
    going_on = asyncio.Event()

    async def accept(hook: Hook) -> HookAnswer:
        await going_on.wait()
        return HookAnswer()

    async def story(port: int, receiver: Receiver) -> None:
        held = [asyncio.create_task(ask(port, request(body=b"x" * 60_000))) for _ in range(3)]
        await asyncio.sleep(0.1)
        assert (await ask(port, request(body=b"x" * 60_000))).status == 503
        small = asyncio.create_task(ask(port, request(body=b"x" * 100)))
        await asyncio.sleep(0.05)
        going_on.set()
        assert [(await each).status for each in [*held, small]] == [200] * 4
        assert (await ask(port, request(body=b"x" * 60_000))).status == 200

    tell(story, accept, limits=Limits(bytes_at_once=200_000))


def test_who_only_holds_a_place_never_keeps_a_provider_out() -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        async with contextlib.AsyncExitStack() as stack:
            half = request(body=b"x" * 100)
            for number in range(20):
                line = await stack.enter_async_context(Line(port))
                line.writer.write(half[: number * 9])
                await line.writer.drain()
            assert (await ask(port, request())).status == 503
            await asyncio.sleep(HOLDS_A_PLACE_SECONDS)
            for _ in range(10):
                assert (await ask(port, request(body=b"a call"))).status == 200
        assert len(taker.hooks) == 10

    tell(story, taker.accept, limits=Limits(open=20))


def test_with_every_place_taken_by_requests_the_next_is_told_to_come_again_at_once() -> None:
    going_on = asyncio.Event()

    async def accept(hook: Hook) -> HookAnswer:
        await going_on.wait()
        return HookAnswer()

    async def story(port: int, receiver: Receiver) -> None:
        held = [asyncio.create_task(ask(port, request())) for _ in range(5)]
        await asyncio.sleep(0.1)
        began = time.monotonic()
        reply = await ask(port, request())
        assert (reply.status, reply.headers["retry-after"]) == (503, "2")
        assert time.monotonic() - began < 1
        going_on.set()
        assert [(await each).status for each in held] == [200] * 5

    tell(story, accept, limits=Limits(open=5))


def test_a_head_that_dribbles_is_cut_off_however_lively() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line:
            line.writer.write(request(headers=("X-Slow: ",))[:-4])
            began = time.monotonic()
            await until_cut_off(line, b"x", pause=0.01)
            assert time.monotonic() - began < 3

    tell(story, Taker().accept, limits=Limits(seconds=0.3))


def test_forged_requests_do_not_use_up_what_the_provider_may_send() -> None:
    taker = Taker(trouble=Forged("no"))

    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line:
            assert {(await line.ask(request())).status for _ in range(20)} == {403}
            taker.trouble = None
            statuses = [(await line.ask(request())).status for _ in range(4)]
            assert statuses == [200, 200, 200, 429]

    tell(story, taker.accept, limits=Limits(rate=0.01, burst=3))


def test_without_handles_senders_are_turned_away_and_nothing_is_logged_in_a_loop(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """More connections than this process may open: each gets an answer, and those after the flood get in."""
    resource = pytest.importorskip("resource")
    taker = Taker()
    caplog.set_level(logging.WARNING)

    async def story(port: int, receiver: Receiver) -> None:
        flood = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", FLOOD, str(port)), stdout=asyncio.subprocess.PIPE
        )
        said, _ = await flood.communicate()
        mute, slowest = said.split()
        assert int(mute) == 0, "left without an answer"
        assert float(slowest) < 3, "told at once"
        assert (await ask(port, request())).status == 200

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)

    async def with_few(port: int, receiver: Receiver) -> None:
        # Only now: the start would have taken fewer connections.
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, hard))
        await story(port, receiver)

    try:
        tell(with_few, taker.accept)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1
    assert "ulimit -n" in caplog.text
    assert "Traceback" not in caplog.text


#: 300 lines at once, each with a whole request; how many were closed without an answer.
FLOOD = """
import resource, socket, sys, time
resource.setrlimit(resource.RLIMIT_NOFILE, (1000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
lines = []
for _ in range(300):
    line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    line.settimeout(10)
    line.sendall(b"POST /hooks/twilio/s3cret HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 0\\r\\n\\r\\n")
    lines.append(line)
mute, began = 0, time.monotonic()
for line in lines:
    try:
        mute += not line.recv(100).startswith((b"HTTP/1.1 200", b"HTTP/1.1 503"))
    except ConnectionError:
        pass
print(mute, time.monotonic() - began)
"""
