"""A receiver with one connection, and a raw line to it.

Must not: hold tests.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field

from mcdesk.inbound.limits import Limits
from mcdesk.inbound.receiver import Receiver
from mcdesk.inbound.routes import Accept, Accepting, HookRoutes
from mcdesk.ports.hooks import Hook, HookAnswer

PUBLIC = "https://desk.example/hooks/twilio/s3cret"
HOME = "/hooks/twilio/s3cret"


@dataclass
class Taker:
    """Stands for the engine: remembers what it was handed."""

    hooks: list[Hook] = field(default_factory=list)
    answer: HookAnswer = field(default_factory=HookAnswer)
    trouble: Exception | None = None

    async def accept(self, hook: Hook) -> HookAnswer:
        if self.trouble is not None:
            raise self.trouble
        self.hooks.append(hook)
        return self.answer


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes


def request(
    path: str = HOME, *, method: str = "POST", body: bytes = b"", headers: tuple[str, ...] = ()
) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: elsewhere.example", *headers]
    if not any(line.lower().startswith("transfer-encoding") for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


async def read_reply(reader: asyncio.StreamReader) -> Reply:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Reply(int(head[0].split()[1]), headers, body)


class Line:
    """One connection to the receiver."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> "Line":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *error: object) -> None:
        self.writer.close()

    async def ask(self, raw: bytes) -> Reply:
        self.writer.write(raw)
        async with asyncio.timeout(10):
            return await read_reply(self.reader)


async def ask(port: int, raw: bytes) -> Reply:
    async with Line(port) as line:
        return await line.ask(raw)


Story = Callable[[int, Receiver], Coroutine[None, None, None]]


def tell(
    story: Story,
    accept: Accept,
    *,
    limits: Limits | None = None,
    not_taken: Callable[[], None] = lambda: None,
) -> None:
    """Run `story` against a receiver with one connection, "twilio"."""

    async def told() -> None:
        routes = HookRoutes([Accepting("twilio", "s3cret", PUBLIC, accept, not_taken)])
        receiver = Receiver(routes=lambda: routes, limits=limits)
        base = await receiver.start("127.0.0.1", 0)
        try:
            await story(int(base.rpartition(":")[2]), receiver)
        finally:
            await receiver.stop()

    asyncio.run(told())
