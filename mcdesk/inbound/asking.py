"""Answers one web request: finds its connection, lets it in within limits, hands it over as a hook.

Must not: listen, or repeat anything of a request in an answer or a log.
"""

import ipaddress
import logging
from collections import Counter
from collections.abc import Callable
from urllib.parse import unquote

from mcdesk.inbound.answers import (
    FORGED,
    HEALTHY,
    NOT_FOUND,
    NOT_NOW,
    NOT_STORED,
    TOO_LARGE,
    TOO_MANY,
    Answer,
)
from mcdesk.inbound.heads import Head
from mcdesk.inbound.limits import Allowance, Entry, Limits
from mcdesk.inbound.routes import Accepting, HookRoutes
from mcdesk.ports.hooks import Hook
from mcdesk.ports.provider import Forged
from mcdesk.store.transaction import StoreTrouble

log = logging.getLogger(__name__)

#: What tunnels and proxies add.
PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host")


class Asking:
    """The web application. `routes` is asked for every request; None: which there are is not known yet."""

    def __init__(self, routes: Callable[[], HookRoutes | None], limits: Limits) -> None:
        self._routes = routes
        self._limits = limits
        self.allowance = Allowance(limits)
        #: How many requests got which answer other than 200.
        self.refused: Counter[int] = Counter()

    def begin(self, head: Head, peer: str) -> Accepting | Answer:
        """Who takes the body; or an answer that needs none."""
        connection, secret = _parts(head.path)
        routes = self._routes()
        accepting = routes(connection, secret) if routes is not None else None
        if head.method == "GET" and head.path == b"/healthz" and _is_from_this_pc(head, peer):
            return HEALTHY
        if routes is None and connection and head.method == "POST":
            return NOT_NOW
        if accepting is None or head.method != "POST":
            return NOT_FOUND
        is_too_large = head.length is not None and head.length > self._limits.body
        if is_too_large or self.allowance.is_full:
            accepting.not_taken()
            return TOO_LARGE if is_too_large else NOT_NOW
        return accepting

    async def take(self, accepting: Accepting, head: Head, body: bytes) -> Answer:
        """Store a whole request, if one more may come in now."""
        answer = await self._taken(accepting, head, body)
        if answer.status in (TOO_MANY.status, NOT_NOW.status):
            accepting.not_taken()
        return answer

    async def _taken(self, accepting: Accepting, head: Head, body: bytes) -> Answer:
        match self.allowance.enter(accepting.connection):
            case Entry.TOO_MANY:
                return TOO_MANY
            case Entry.FULL:
                return NOT_NOW
        query = head.query.decode("ascii")
        url = f"{accepting.url}?{query}" if query else accepting.url
        try:
            return await self._accepted(accepting, Hook("POST", url, head.headers, body))
        finally:
            self.allowance.leave()

    async def _accepted(self, accepting: Accepting, hook: Hook) -> Answer:
        try:
            answer = await accepting.accept(hook)
        except Forged:
            self.allowance.give_back(accepting.connection)
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


def _parts(path: bytes) -> tuple[str, str]:
    """Connection and secret of a hook's path; what no connection has for any other."""
    match path.decode("ascii").split("/"):
        case ["", "hooks", connection, secret] if connection and secret:
            return unquote(connection), unquote(secret)
        case _:
            return "", ""


def _is_from_this_pc(head: Head, peer: str) -> bool:
    """Asked on loopback, and not by a tunnel that passes on what it got from outside."""
    if not peer or not ipaddress.ip_address(peer).is_loopback:
        return False
    return not any(name in head.headers for name in PASSED_ON)
