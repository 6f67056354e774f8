"""Posts one form to an address and reads the answer: how a pretend company calls hooks.
One connection per request, as a company outside would; the product's own web client is not used."""

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import h11

Fields = Sequence[tuple[str, str]]


class HookFailed(Exception):
    """No whole answer came: refused, cut, or later than the company waits."""


@dataclass(frozen=True)
class HookAnswer:
    """What the office's address answered."""

    status: int
    body: str


async def post_form(url: str, fields: Fields, *, headers: Mapping[str, str], seconds: float) -> HookAnswer:
    """Posts url-encoded fields; raises HookFailed when no whole answer arrives in `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            return await _exchange(url, urlencode(list(fields)).encode(), headers)
    except TimeoutError as error:
        raise HookFailed(f"no answer within {seconds:g} s") from error
    except (OSError, h11.ProtocolError) as error:
        raise HookFailed(str(error) or type(error).__name__) from error


async def _exchange(url: str, body: bytes, headers: Mapping[str, str]) -> HookAnswer:
    parts = urlsplit(url)
    secure = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure)
    try:
        connection = h11.Connection(h11.CLIENT)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [
            ("Host", parts.netloc.rpartition("@")[2]),
            ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),
            ("Content-Length", str(len(body))),
            ("Connection", "close"),
            *headers.items(),
        ]
        writer.write(connection.send(h11.Request(method="POST", target=target, headers=lines)) or b"")
        writer.write(connection.send(h11.Data(data=body)) or b"")
        writer.write(connection.send(h11.EndOfMessage()) or b"")
        await writer.drain()
        return await _answer(reader, connection)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader, connection: h11.Connection) -> HookAnswer:
    status, body = 0, bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            return HookAnswer(status, body.decode("utf-8", "replace"))
        elif isinstance(event, h11.ConnectionClosed):
            raise HookFailed("the connection was closed without an answer")
