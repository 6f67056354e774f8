"""One request that goes wrong, carried out: what is done of it and what the asker hears.
Knows ASGI and the connection's end, not why or how often (`faults`) nor any company."""

from collections.abc import Awaitable, Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcdesk.simulator.faults import Fault

_PAGE = b"<!doctype html><title>Welcome</title><p>Please sign in to use this network.</p>"
_DRIPS = 12

#: ends the connection of a request; gently: what was sent still arrives
Cut = Callable[[Scope, bool], Awaitable[None]]


class Failing:
    """The ways a server fails. `wait` ends early when the server stops."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        error_body: Callable[[int], bytes],
        cut: Cut,
        wait: Callable[[float], Awaitable[None]],
    ) -> None:
        self._app = app
        self._error_body = error_body
        self._cut = cut
        self._wait = wait
        #: Requests that were read and whose work is still to come.
        self.held_up = 0

    async def __call__(self, fault: Fault, *, scope: Scope, receive: Receive, send: Send) -> None:
        match fault.kind:
            case "delay":
                await self._hold_up(fault.seconds)
                await self._app(scope, receive, send)
            case "late":
                await self._late(fault, scope=scope, receive=receive, send=send)
            case "status":
                await self._refuse(fault, send)
            case "status-after":
                await self._app(scope, receive, _swallow)
                await self._refuse(fault, send)
            case "drop" | "hang-up":
                await self._cut(scope, False)
            case "drop-after":
                await self._app(scope, receive, _swallow)
                await self._cut(scope, False)
            case "silence":
                await self._app(scope, receive, _swallow)
                await _until_gone(receive)
            case "silence-before":
                await _until_gone(receive)
            case "bad-json":
                await self._app(scope, receive, _halving(send))
            case "truncated":
                await self._truncate(scope, receive, send)
            case "page":
                await _answer(send, 200, _PAGE, b"text/html; charset=utf-8")
            case "wrong-type":
                await self._app(scope, receive, _as_text(send))
            case "slow":
                await self._app(scope, receive, self._dripping(send, fault.seconds))

    async def _hold_up(self, seconds: float) -> None:
        self.held_up += 1
        try:
            await self._wait(seconds)
        finally:
            self.held_up -= 1

    async def _late(self, fault: Fault, *, scope: Scope, receive: Receive, send: Send) -> None:
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        await self._app(scope, receive, keep)
        await self._wait(fault.seconds)
        for message in answer:
            await send(message)

    async def _refuse(self, fault: Fault, send: Send) -> None:
        retry = [(b"retry-after", str(fault.retry_after).encode())] if fault.retry_after is not None else []
        await _answer(send, fault.status, self._error_body(fault.status), b"application/json", *retry)

    async def _truncate(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def half(message: Message) -> None:
            if message["type"] == "http.response.body":
                body = message.get("body", b"")
                message = {**message, "body": body[: len(body) // 2], "more_body": True}
            await send(message)

        await self._app(scope, receive, half)
        await self._cut(scope, True)

    def _dripping(self, send: Send, seconds: float) -> Send:
        async def drip(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
                return
            body = message.get("body", b"")
            size = max(1, -(-len(body) // _DRIPS))
            for at in range(0, len(body), size):
                await self._wait(seconds / _DRIPS)
                await send({**message, "body": body[at : at + size], "more_body": at + size < len(body)})

        return drip


async def _answer(
    send: Send, status: int, body: bytes, content_type: bytes, *more: tuple[bytes, bytes]
) -> None:
    headers = [(b"content-type", content_type), (b"content-length", b"%d" % len(body)), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _swallow(message: Message) -> None:
    """The answer that is never sent."""


def _halving(send: Send) -> Send:
    async def halved(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(k, v) for k, v in message["headers"] if k.lower() != b"content-length"]
            await send({**message, "headers": headers})
            return
        body = message.get("body", b"")
        await send({**message, "body": body[: len(body) // 2]})

    return halved


def _as_text(send: Send) -> Send:
    async def as_text(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(k, v) for k, v in message["headers"] if k.lower() != b"content-type"]
            message = {**message, "headers": [*headers, (b"content-type", b"text/plain")]}
        await send(message)

    return as_text
