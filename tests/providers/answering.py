"""A company on a loopback socket that answers what it is told to, or misbehaves.

Must not: know any company, or import an HTTP library (it must be able to break HTTP).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

#: Of the loop, until a connection just taken in is one that can be closed, and closed.
TURNS = 4


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    """What to answer. `raw` replaces everything; `hang` and `drop` answer nothing."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    raw: bytes | None = None
    hang: bool = False
    drop: bool = False

    @property
    def written(self) -> bytes:
        if self.raw is not None:
            return self.raw
        lines = {"Content-Type": self.content_type, "Content-Length": str(len(self.body)), **self.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"HTTP/1.1 {self.status} Told\r\n{head}\r\n".encode() + self.body


def told(data: object, *, status: int = 200) -> Reply:
    """A JSON answer."""
    return Reply(status, json.dumps(data).encode())


@dataclass
class Company:
    """The server: its address, what it was asked, and how many sockets were opened."""

    answer: Callable[[Asked], Reply]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    sockets: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.sockets += 1
        self._open.add(writer)
        try:
            while asked := await _read(reader):
                self.asked.append(asked)
                reply = self.answer(asked)
                if reply.drop:
                    break
                if reply.hang:
                    await reader.read()
                    break
                writer.write(reply.written)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    def hang_up(self) -> None:
        """Close every open socket."""
        for writer in list(self._open):
            writer.close()


@asynccontextmanager
async def answering(answer: Callable[[Asked], Reply]) -> AsyncIterator[Company]:
    """A company that answers so, for as long as the block lasts."""
    company = Company(answer)
    server = await asyncio.start_server(company.serve, "127.0.0.1", 0)
    company.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield company
    finally:
        # asyncio loses a connection whose taking in has begun when the server closes: they come first
        for sock in server.sockets:
            asyncio.get_running_loop().remove_reader(sock.fileno())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        server.close()
        for _ in range(TURNS):
            company.hang_up()
            await asyncio.sleep(0)


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
    }
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    method, target, _ = first.split(" ", 2)
    return Asked(method, target, headers, body)
