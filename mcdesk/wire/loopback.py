"""Waits on this computer for the browser to come back from a sign-in, and tells it how the sign-in ended.

Must not: know what the code is exchanged for (`oauth` does), or listen longer than the sign-in takes.
"""

import asyncio
import hmac
import html
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from mcdesk.ports.provider import BadLogin, ProviderError

#: An address, not a name: `localhost` may be IPv6, and some companies refuse it.
HOST = "127.0.0.1"
PATH = "/callback"
#: A request head may be this long and may take this long to arrive.
HEAD_BYTES = 16 * 1024
HEAD_SECONDS = 10.0
#: How long the browser may take to fetch the last page.
GOODBYE_SECONDS = 2.0

NOT_FOUND = "There is nothing here."
NOT_OURS = "This is not the sign-in mcdesk is waiting for. Close this window and start the sign-in again."


class Loopback:
    """Listens for one sign-in, while entered. `again` is the sentence that says how to start over.

    The browser's window stays busy until the block is left; then it shows whether that was with an error.
    """

    def __init__(self, company: str, *, state: str, again: str, port: int = 0) -> None:
        self._company = company
        self._state = state
        self._again = again
        self._port = port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._answering: set[asyncio.Task[None]] = set()

    @property
    def redirect(self) -> str:
        """The address the company must send the browser to."""
        return f"http://{HOST}:{self._port}{PATH}"

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._code: asyncio.Future[str] = loop.create_future()
        self._ending: asyncio.Future[str] = loop.create_future()
        try:
            self._server = await asyncio.start_server(self._serve, HOST, self._port, limit=HEAD_BYTES)
        except OSError as error:
            raise BadLogin(
                f"Port {self._port} of this computer is used by another program. Close that program, or "
                f"choose another redirect port and register it at {self._company}. {self._again}"
            ) from error
        self._port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set_result(self._last_words(error))
        if self._server is not None:
            self._server.close()
        if self._answering:
            await asyncio.wait(set(self._answering), timeout=GOODBYE_SECONDS)
        for connection in set(self._open):
            connection.cancel()
        if self._code.done() and not self._code.cancelled():
            self._code.exception()

    async def code(self, *, within: timedelta) -> str:
        """The code the company sent the browser back with. `BadLogin` where it refused or nobody came."""
        try:
            async with asyncio.timeout(within.total_seconds()):
                return await asyncio.shield(self._code)
        except TimeoutError:
            minutes = max(1, round(within / timedelta(minutes=1)))
            raise BadLogin(
                f"Nobody finished the sign-in to {self._company} within {_counted(minutes)}. {self._again}"
            ) from None

    def _last_words(self, error: BaseException | None) -> str:
        match error:
            case None:
                return f"You are signed in to {self._company}. You can close this window."
            case ProviderError():
                return error.why
            case _:
                return f"The sign-in did not finish. {self._again}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # One task per connection: browsers open spare connections and never use them; those must not block.
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            target = await _target(reader)
            self._answering.add(task)
            status, words = await self._answer(target)
            writer.write(_page(status, words))
            with suppress(OSError):
                await writer.drain()
        finally:
            self._open.discard(task)
            self._answering.discard(task)
            writer.close()

    async def _answer(self, target: str | None) -> tuple[str, str]:
        if target is None:
            return "400 Bad Request", NOT_FOUND
        address = urlsplit(target)
        if address.path != PATH:
            return "404 Not Found", NOT_FOUND
        asked = dict(parse_qsl(address.query))
        if not hmac.compare_digest(asked.get("state", "").encode(), self._state.encode()):
            return "400 Bad Request", NOT_OURS
        self._conclude(asked)
        return "200 OK", await asyncio.shield(self._ending)

    def _conclude(self, asked: Mapping[str, str]) -> None:
        if self._code.done():
            return
        if code := asked.get("code"):
            self._code.set_result(code)
        elif asked.get("error") == "access_denied":
            self._code.set_exception(
                BadLogin(f"{self._company} was not allowed to let mcdesk in. {self._again}")
            )
        else:
            why = asked.get("error_description") or asked.get("error") or "no reason given"
            self._code.set_exception(BadLogin(f"{self._company} refused the sign-in ({why}). {self._again}"))


async def _target(reader: asyncio.StreamReader) -> str | None:
    """What a GET request asks for; None for anything else."""
    try:
        async with asyncio.timeout(HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        return None
    match head.partition(b"\r\n")[0].decode("latin-1").split(" "):
        case ["GET", target, version] if version.startswith("HTTP/1.") and target.startswith("/"):
            return target
        case _:
            return None


def _page(status: str, words: str) -> bytes:
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>mcdesk</title>'
        f"<h1>mcdesk</h1><p>{html.escape(words)}</p></html>"
    ).encode()
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
        "Content-Security-Policy: default-src 'none'\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def _counted(minutes: int) -> str:
    return "one minute" if minutes == 1 else f"{minutes} minutes"
