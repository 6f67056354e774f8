"""Answers one web request: finds its connection, reads it within limits, hands it over as a hook.

Must not: listen, or repeat anything of a request in an answer or a log.
"""

import asyncio
import ipaddress
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.types import Receive, Scope, Send

from mcdesk.inbound.limits import Allowance, Limits
from mcdesk.inbound.routes import Accepting
from mcdesk.ports.hooks import Hook
from mcdesk.ports.provider import Forged
from mcdesk.store.transaction import StoreTrouble

log = logging.getLogger(__name__)

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    content_type: str = "text/plain"
    extra: tuple[tuple[bytes, bytes], ...] = ()


HEALTHY = Answer(200, b'{"ok":true}', "application/json")
FORGED = Answer(403)
#: What tunnels and proxies add.
PASSED_ON = frozenset({b"forwarded", b"x-forwarded-for", b"x-forwarded-host"})
#: For every address that is none, so that nobody learns which part of a guess was right.
NOT_FOUND = Answer(404, b"Not found")
#: The sender is cut off, or it would hold its place by sending a byte now and then.
TOO_SLOW = Answer(408, extra=((b"connection", b"close"),))
TOO_LARGE = Answer(413)
TOO_MANY = Answer(429, extra=((b"retry-after", b"2"),))
HEADERS_TOO_LARGE = Answer(431)
NOT_STORED = Answer(503, extra=((b"retry-after", b"5"),))


class Asking:
    """The web application: plain ASGI, since a router and request objects would take longer than the rest."""

    def __init__(self, routes: Callable[[str, str], Accepting | None], limits: Limits) -> None:
        self._routes = routes
        self._limits = limits
        self._allowance = Allowance(limits)
        #: How many requests got which answer other than 200.
        self.refused: Counter[int] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(scope, receive)
        if answer is None:
            return  # the sender has left
        if answer.status != 200:
            self.refused[answer.status] += 1
        headers: Headers = [
            (b"content-type", answer.content_type.encode("latin-1")),
            (b"content-length", b"%d" % len(answer.body)),
            *answer.extra,
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer | None:
        path: bytes = scope["raw_path"]
        accepting = self._routes(*_parts(path))
        if scope["method"] == "GET" and path == b"/healthz" and _is_from_this_pc(scope):
            return HEALTHY
        if accepting is None or scope["method"] != "POST":
            return NOT_FOUND
        if not self._allowance.enter(accepting.connection):
            return TOO_MANY
        try:
            return await self._take(accepting, scope, receive)
        finally:
            self._allowance.leave()

    async def _take(self, accepting: Accepting, scope: Scope, receive: Receive) -> Answer | None:
        headers: Headers = scope["headers"]
        if sum(len(name) + len(value) for name, value in headers) > self._limits.headers:
            return HEADERS_TOO_LARGE
        named = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
        # The web server has checked that a length is a number.
        if int(named.get("content-length", "0")) > self._limits.body:
            return TOO_LARGE
        try:
            async with asyncio.timeout(self._limits.seconds):
                body = await _read(receive, self._limits.body)
        except TimeoutError:
            return TOO_SLOW
        if body is None or isinstance(body, Answer):
            return body
        query: bytes = scope["query_string"]
        url = f"{accepting.url}?{query.decode('latin-1')}" if query else accepting.url
        return await _accepted(accepting, Hook(method="POST", url=url, headers=named, body=body))


async def _accepted(accepting: Accepting, hook: Hook) -> Answer:
    try:
        answer = await accepting.accept(hook)
    except Forged:
        return FORGED
    except StoreTrouble as trouble:
        log.error(
            "A hook could not be stored: %s",
            trouble,
            extra={"action": "hook.not-stored", "connection": accepting.connection},
        )
        return NOT_STORED
    except Exception:
        log.exception(
            "A hook could not be taken in; its sender may send it again",
            extra={"action": "hook.not-taken", "connection": accepting.connection},
        )
        return NOT_STORED
    return Answer(200, answer.body, answer.content_type)


async def _read(receive: Receive, most: int) -> bytes | Answer | None:
    """The whole body; TOO_LARGE past `most` bytes; None where the sender left."""
    body = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        part: bytes = message.get("body", b"")
        body += part
        if len(body) > most:
            return TOO_LARGE
        if not message.get("more_body", False):
            return body


def _parts(path: bytes) -> tuple[str, str]:
    """Connection and secret of a hook's path; what no connection has for any other."""
    match path.decode("latin-1").split("/"):
        case ["", "hooks", connection, secret] if connection and secret:
            return unquote(connection), unquote(secret)
        case _:
            return "", ""


def _is_from_this_pc(scope: Scope) -> bool:
    """Asked on loopback, and not by a tunnel that passes on what it got from outside."""
    client = scope.get("client")
    if client is None or not ipaddress.ip_address(client[0]).is_loopback:
        return False
    return not any(name in PASSED_ON for name, _ in scope["headers"])
