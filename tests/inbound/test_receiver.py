"""The hook receiver over real sockets: every answer it gives, what it takes no more of, and how it stops.

Must not: know a company; what accepts hooks is a function here.
"""

import asyncio
import contextlib
import socket

import pytest

from mcdesk.inbound.limits import Limits
from mcdesk.inbound.receiver import CannotListen, Receiver
from mcdesk.inbound.routes import Accepting, HookRoutes
from mcdesk.ports.hooks import Hook, HookAnswer
from mcdesk.ports.provider import Forged
from mcdesk.store.transaction import StoreTrouble
from tests.inbound.lines import HOME, PUBLIC, Line, Taker, ask, chunk, request, tell


def test_a_hook_is_handed_over_whole_and_answered_as_the_engine_says() -> None:
    taker = Taker(answer=HookAnswer("text/xml", b"<Response/>"))

    async def story(port: int, receiver: Receiver) -> None:
        raw = request(
            f"{HOME}?x=1&y=%20", body=b"CallSid=CA1", headers=("X-Twilio-Signature: abc", "X-Odd: a: b")
        )
        reply = await ask(port, raw)
        assert (reply.status, reply.body) == (200, b"<Response/>")
        assert reply.headers == {"content-type": "text/xml", "content-length": "11"}
        (hook,) = taker.hooks
        assert (hook.method, hook.body) == ("POST", b"CallSid=CA1")
        assert hook.headers["x-twilio-signature"] == "abc"
        assert hook.headers["x-odd"] == "a: b"

    tell(story, taker.accept)


def test_the_address_is_the_configured_one_whatever_the_headers_say() -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        await ask(port, request(headers=("X-Forwarded-Host: evil.example", "X-Forwarded-Proto: http")))
        await ask(port, request(f"{HOME}?a=b%2Fc&d"))
        assert [hook.url for hook in taker.hooks] == [PUBLIC, f"{PUBLIC}?a=b%2Fc&d"]

    tell(story, taker.accept)


def test_a_body_in_chunks_and_many_requests_on_one_line_are_taken() -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        raw = request(headers=("Transfer-Encoding: chunked",)) + chunk(b"a=1") + chunk(b"&b=2") + chunk(b"")
        async with Line(port) as line:
            assert (await line.ask(raw)).status == 200
            assert (await line.ask(request(body=b"x" * 65_536))).status == 200
        assert [len(hook.body) for hook in taker.hooks] == [7, 65_536]
        assert taker.hooks[0].body == b"a=1&b=2"

    tell(story, taker.accept)


@pytest.mark.parametrize(
    "raw",
    [
        request("/hooks/twilio/wrong"),
        request("/hooks/twilio/s3cre"),
        request("/hooks/twilio/s3cret/"),
        request("/hooks/twilio/s3cret/more"),
        request("/hooks/absent/s3cret"),
        request("/hooks/twilio"),
        request("/hooks/twilio/"),
        request("/hooks//"),
        request("/HOOKS/twilio/s3cret"),
        request("/hooks/twilio%2Fs3cret/x"),
        request("/"),
        request("/<script>"),
        request(HOME, method="GET"),
        request(HOME, method="PUT"),
        request(HOME, method="OPTIONS"),
        request("/healthz"),
        request("/hooks/twilio/wrong", body=b"x" * 100_000),
    ],
)
def test_whatever_is_no_hook_address_gets_the_same_answer(raw: bytes) -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        reply = await ask(port, raw)
        expected = {"content-type": "text/plain", "content-length": "9"}
        assert (reply.status, reply.headers, reply.body) == (404, expected, b"Not found")
        assert receiver.refused == {404: 1}
        assert taker.hooks == []

    tell(story, taker.accept)


@pytest.mark.parametrize(
    ("trouble", "status"),
    [
        (Forged("the signature does not verify: secret detail"), 403),
        (StoreTrouble("the disk is full: secret detail"), 503),
        (TypeError("a mistake of ours: secret detail"), 503),
    ],
)
def test_what_the_engine_does_not_take_is_refused_without_a_word(
    trouble: Exception, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    taker = Taker(trouble=trouble)

    async def story(port: int, receiver: Receiver) -> None:
        reply = await ask(port, request(body=b"From=%2B14155550142"))
        assert (reply.status, reply.body) == (status, b"")
        assert receiver.refused == {status: 1}
        taker.trouble = None
        assert (await ask(port, request())).status == 200

    tell(story, taker.accept)
    assert "4155550142" not in caplog.text
    assert "s3cret" not in caplog.text


def test_a_body_announced_too_large_is_refused_before_it_is_sent() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        reply = await ask(port, request().replace(b"Content-Length: 0", b"Content-Length: 65537"))
        assert (reply.status, reply.body) == (413, b"")

    tell(story, Taker().accept)


def test_a_body_in_chunks_is_refused_once_it_is_too_large() -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line:
            line.writer.write(request(headers=("Transfer-Encoding: chunked",)))
            for _ in range(9):
                line.writer.write(chunk(b"x" * 8192))
            assert (await line.ask(b"")).status == 413
            # The rest of it is thrown away, and the line stays good.
            line.writer.write(chunk(b"x" * 200_000) + chunk(b""))
            assert (await line.ask(request(body=b"ok"))).status == 200
        assert [hook.body for hook in taker.hooks] == [b"ok"]

    tell(story, taker.accept)


def test_headers_too_large_are_refused_at_once_or_in_pieces() -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        many = tuple(f"X-{number}: {'x' * 100}" for number in range(200))
        assert (await ask(port, request(headers=many))).status == 431
        async with Line(port) as line:
            line.writer.write(request(headers=("X-Endless: " + "x" * 10_000,))[:9_000])
            await line.writer.drain()
            await asyncio.sleep(0.05)
            assert (await line.ask(b"x" * 20_000)).status == 431
        assert taker.hooks == []

    tell(story, taker.accept)


def test_what_is_no_http_is_refused_without_repeating_it() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line:
            line.writer.write(b"\x16\x03\x01 hello <script>\r\n\r\n")
            answer = await line.reader.read()
        assert answer.startswith(b"HTTP/1.1 400")
        assert b"script" not in answer

    tell(story, Taker().accept)


def test_a_body_that_dribbles_is_cut_off() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line:
            line.writer.write(request(body=b"x" * 100)[:-90])
            reply = await line.ask(b"")
            assert reply.status == 408
            assert await line.reader.read() == b""

    tell(story, Taker().accept, limits=Limits(seconds=0.2))


@pytest.mark.parametrize("begin", [b"", b"POST /hooks/tw", request(method="GET")])
def test_who_neither_asks_nor_leaves_is_shown_out(begin: bytes) -> None:
    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line, asyncio.timeout(3):
            line.writer.write(begin)
            with contextlib.suppress(ConnectionResetError):
                await line.reader.read()

    tell(story, Taker().accept, limits=Limits(seconds=0.2))


def test_a_sender_that_leaves_in_the_middle_leaves_nothing_behind() -> None:
    taker = Taker()

    async def story(port: int, receiver: Receiver) -> None:
        for _ in range(5):
            async with Line(port) as line:
                line.writer.write(request(body=b"x" * 100)[:-50])
                await line.writer.drain()
        await asyncio.sleep(0.05)
        assert (await ask(port, request())).status == 200
        assert len(taker.hooks) == 1

    tell(story, taker.accept, limits=Limits(at_once=1))


def test_too_many_per_second_are_told_to_come_again() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line:
            statuses = [(await line.ask(request())).status for _ in range(5)]
            assert statuses == [200, 200, 200, 429, 429]
            # Other addresses do not use it up, and it fills again.
            assert (await line.ask(request("/hooks/absent/x"))).status == 404
            await asyncio.sleep(0.6)
            assert (await line.ask(request())).status == 200

    tell(story, Taker().accept, limits=Limits(rate=2, burst=3))


def test_too_many_at_once_are_told_to_come_again() -> None:
    going_on = asyncio.Event()

    async def accept(hook: Hook) -> HookAnswer:
        await going_on.wait()
        return HookAnswer()

    async def story(port: int, receiver: Receiver) -> None:
        two = [asyncio.create_task(ask(port, request())) for _ in range(2)]
        await asyncio.sleep(0.1)
        assert (await ask(port, request())).status == 503
        going_on.set()
        assert [(await each).status for each in two] == [200, 200]
        assert (await ask(port, request())).status == 200

    tell(story, accept, limits=Limits(at_once=2))


def test_health_is_told_to_this_pc_alone() -> None:
    async def story(port: int, receiver: Receiver) -> None:
        reply = await ask(port, request("/healthz", method="GET"))
        assert (reply.status, reply.body) == (200, b'{"ok":true}')
        assert reply.headers["content-type"] == "application/json"
        tunnelled = request("/healthz", method="GET", headers=("X-Forwarded-For: 203.0.113.9",))
        assert (await ask(port, tunnelled)).status == 404

    tell(story, Taker().accept)


def test_a_request_on_the_wire_is_finished_at_the_stop_and_no_other_is_taken() -> None:
    inside, going_on = asyncio.Event(), asyncio.Event()

    async def accept(hook: Hook) -> HookAnswer:
        inside.set()
        await going_on.wait()
        return HookAnswer("text/plain", b"done")

    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as idle:
            await idle.ask(request("/"))
            waiting = asyncio.create_task(ask(port, request()))
            await inside.wait()
            stopping = asyncio.create_task(receiver.stop())
            await asyncio.sleep(0.05)
            assert await idle.reader.read() == b""
            with pytest.raises(ConnectionRefusedError):
                await ask(port, request())
            assert not stopping.done()
            going_on.set()
            reply = await waiting
            assert (reply.status, reply.body) == (200, b"done")
            await stopping

    tell(story, accept)


def test_a_stop_does_not_wait_forever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcdesk.inbound.receiver.GRACE_SECONDS", 0.1)

    async def story(port: int, receiver: Receiver) -> None:
        async with Line(port) as line:
            line.writer.write(request(body=b"x" * 100)[:-50])
            await line.writer.drain()
            await asyncio.sleep(0.05)
            async with asyncio.timeout(2):
                await receiver.stop()

    tell(story, Taker().accept)


def test_a_port_in_use_is_told_with_the_next_step() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = rf"port {port} of 127\.0\.0\.1 already.*--listen 127\.0\.0\.1:0"
        with pytest.raises(CannotListen, match=sentence):
            asyncio.run(Receiver(routes=lambda: HookRoutes([])).start("127.0.0.1", port))


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("127.0.0.1", 70_000)])
def test_an_address_that_is_none_is_told_with_the_next_step(host: str, port: int) -> None:
    with pytest.raises(CannotListen, match=r"127\.0\.0\.1"):
        asyncio.run(Receiver(routes=lambda: HookRoutes([])).start(host, port))


def test_a_receiver_starts_again_on_the_port_it_left() -> None:
    async def story() -> None:
        receiver = Receiver(routes=lambda: HookRoutes([]))
        base = await receiver.start("127.0.0.1", 0)
        port = int(base.rpartition(":")[2])
        assert (await ask(port, request("/"))).status == 404
        await receiver.stop()
        await receiver.stop()
        assert await receiver.start("127.0.0.1", port) == base
        await receiver.stop()

    asyncio.run(story())


def test_routes_tell_each_connection_by_its_own_secret_alone() -> None:
    async def nothing(hook: Hook) -> HookAnswer:
        return HookAnswer()

    secrets = {"a": "one", "b": "two", "c": "ñ", "d/e": "f"}
    routes = HookRoutes(Accepting(name, secret, "u", nothing) for name, secret in secrets.items())
    found = {
        pair: routes(*pair)
        for pair in [("a", "one"), ("b", "two"), ("a", "two"), ("", ""), ("c", "ñ"), ("d", "e/f")]
    }
    assert {pair: each.connection for pair, each in found.items() if each is not None} == {
        ("a", "one"): "a",
        ("b", "two"): "b",
        ("c", "ñ"): "c",
    }
