"""A loopback HTTP server that can be told to fail: listens, records, breaks, hands on.
Knows nothing of any company; what is answered comes from the ASGI app it is given."""

import asyncio
import socket
import time
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from mcdesk.simulator.failing import Failing
from mcdesk.simulator.faults import Faults
from mcdesk.simulator.recorder import RecordedRequest, Recorder

CONTROL = "/_pretend/"
HOST = "127.0.0.1"
#: Longer than any client's pool keeps a connection, so that reuse never races with our closing.
KEEP_ALIVE_SECONDS = 120
#: in a request's scope: the wall clock time (seconds since 1970) at which its head was read
ASKED_AT = "mcdesk.asked_at"
QUIET_TURNS = 4
TURN_SECONDS = 0.002


class _HangsUp(asyncio.Protocol):
    """Takes a connection in and closes it at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()


class PretendServer:
    """One port of one company. `error_body` writes that company's error for a status code."""

    def __init__(self, app: ASGIApp, *, port: int, error_body: Callable[[int], bytes]) -> None:
        self.faults = Faults()
        self.recorder = Recorder()
        self._app = app
        self._port = port
        self._failing = Failing(app, error_body=error_body, cut=self._cut, wait=self._wait)
        self._state = ServerState()
        self._stopping = asyncio.Event()
        self._listening: asyncio.Server | None = None
        self._reopening: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    @property
    def held_up(self) -> int:
        """How many requests a fault holds up before their work is done."""
        return self._failing.held_up

    async def start(self) -> None:
        config = uvicorn.Config(
            self, http="h11", ws="none", lifespan="off", log_config=None, access_log=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )  # fmt: skip
        config.load()
        # with the protocol named, asyncio sets TCP_NODELAY; without it every answer waits 40 ms for an ACK
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((HOST, self._port))
        except OSError:
            sock.close()
            raise
        self._port = int(sock.getsockname()[1])

        def protocol() -> asyncio.Protocol:
            if self.faults.take_connection():
                return _HangsUp()
            return H11Protocol(config=config, server_state=self._state, app_state={})

        self._listening = await asyncio.get_running_loop().create_server(protocol, sock=sock, backlog=2048)

    async def stop(self) -> None:
        self._stopping.set()
        if self._reopening is not None:
            self._reopening.cancel()
            with suppress(asyncio.CancelledError):
                await self._reopening
        await self._close()
        if self._state.tasks:
            await asyncio.wait(set(self._state.tasks), timeout=2.0)
        # a connection taken in as we closed shows up only on the loop's next turns
        quiet = 0
        while quiet < QUIET_TURNS:
            self._cut_all()
            await asyncio.sleep(TURN_SECONDS)
            quiet = 0 if self._state.connections else quiet + 1

    def refuse(self, seconds: float) -> None:
        """Nobody listens for a while: new connections are refused, open ones are cut."""
        self._reopening = asyncio.get_running_loop().create_task(self._refuse(seconds))

    async def _refuse(self, seconds: float) -> None:
        await self._close()
        await asyncio.sleep(seconds)
        await self.start()

    async def _close(self) -> None:
        if self._listening is not None:
            listening, self._listening = self._listening, None
            # asyncio loses a connection whose taking in has begun when the server closes: they come first
            for sock in listening.sockets:
                asyncio.get_running_loop().remove_reader(sock.fileno())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            listening.close()
        self._cut_all()
        await asyncio.sleep(0)

    def _cut_all(self) -> None:
        for protocol in list(self._state.connections):
            if isinstance(protocol, H11Protocol):
                protocol.transport.abort()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        at, path, method = time.time(), str(scope["path"]), str(scope["method"])
        if path.startswith(CONTROL):
            await self._app(scope, receive, send)
            return
        fault = self.faults.take(method=method, path=path)
        dropped = fault is not None and fault.kind == "drop"
        scope[ASKED_AT] = at
        body = b"" if dropped else await _whole_body(receive)
        query = bytes(scope["query_string"]).decode("latin-1")
        self.recorder.add(RecordedRequest(at, method, path, query, body, fault.kind if fault else ""))
        handed_on = _replay(body, receive)
        if fault is None:
            await self._app(scope, handed_on, send)
        else:
            await self._failing(fault, scope=scope, receive=handed_on, send=send)

    async def _wait(self, seconds: float) -> None:
        """A delay that does not outlive the server."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _cut(self, scope: Scope, gently: bool) -> None:
        """Ends the connection, gently or with a reset; waits for the server to notice, else it would
        answer 500."""
        for protocol in list(self._state.connections):
            if isinstance(protocol, H11Protocol) and protocol.client == scope["client"]:
                (protocol.transport.close if gently else protocol.transport.abort)()
        await asyncio.sleep(0.001)


async def _whole_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body already read, then goes on with the connection."""
    waiting = [body]

    async def replayed() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return replayed
