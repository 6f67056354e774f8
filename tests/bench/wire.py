"""Just enough HTTP/1.1 to measure others by: a server and a client that cost next to nothing.

Must not: serve real traffic; it knows lengths and keep-alive and nothing else.
"""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

END = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it arrived, whole."""

    at: float
    method: bytes
    target: str
    body: bytes


#: What to answer; None closes the connection without an answer.
Answer = Callable[[Asked], bytes | None]


def answer(status: int, body: bytes, *, content_type: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status} -\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode("ascii") + body


def request(method: str, target: str, body: bytes, *, host: str, headers: dict[str, str]) -> bytes:
    lines = {
        "Host": host,
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
        **headers,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body


def whole(data: bytearray) -> tuple[bytes, bytes] | None:
    """Head and body of the message at the beginning of `data`, taken out of it; None while not whole."""
    end = data.find(END)
    if end < 0:
        return None
    found = LENGTH.search(data, 0, end + 2)
    size = end + len(END) + (int(found[1]) if found else 0)
    if len(data) < size:
        return None
    head, body = bytes(data[:end]), bytes(data[end + len(END) : size])
    del data[:size]
    return head, body


class Answering(asyncio.Protocol):
    """One connection of the server."""

    def __init__(self, ask: Answer, open_ones: "set[Answering]", *, delay: Callable[[], float]) -> None:
        self._ask = ask
        self._open = open_ones
        self._delay = delay
        self._data = bytearray()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._open.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._open.discard(self)

    def data_received(self, data: bytes) -> None:
        at = time.monotonic()
        self._data += data
        while message := whole(self._data):
            head, body = message
            method, target, _ = head.split(b"\r\n", 1)[0].split(b" ", 2)
            given = self._ask(Asked(at, method, target.decode("latin-1"), body))
            delay = self._delay()
            if delay and given is not None:
                asyncio.get_running_loop().call_later(delay, self._give, given)
            else:
                self._give(given)

    def _give(self, given: bytes | None) -> None:
        assert self.transport is not None
        if given is None:
            self.transport.abort()
        elif not self.transport.is_closing():
            self.transport.write(given)


class Asking(asyncio.Protocol):
    """One connection of the client: a request at a time."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._answered: asyncio.Future[int] | None = None
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(ConnectionResetError("closed without an answer"))

    def data_received(self, data: bytes) -> None:
        self._data += data
        message = whole(self._data)
        if message and self._answered is not None and not self._answered.done():
            self._answered.set_result(int(message[0][9:12]))

    @property
    def is_open(self) -> bool:
        return self.transport is not None and not self.transport.is_closing()

    async def ask(self, written: bytes) -> int:
        """The status of the answer. Raises ConnectionResetError."""
        assert self.transport is not None
        self._answered = asyncio.get_running_loop().create_future()
        self.transport.write(written)
        return await self._answered
