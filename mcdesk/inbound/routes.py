"""Which hook addresses exist, found without telling by its time how close a guess was.

Must not: know the web server.
"""

import hmac
import os
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from mcdesk.ports.hooks import Hook, HookAnswer

#: Verifies and stores a hook. Raises Forged or StoreTrouble.
Accept = Callable[[Hook], Awaitable[HookAnswer]]


@dataclass(frozen=True, slots=True)
class Accepting:
    """One connection's hook address and who takes what arrives there."""

    connection: str
    secret: str = field(repr=False)
    #: The address as the provider was told it, from configuration.
    url: str = field(repr=False)
    accept: Accept = field(repr=False)
    #: Told when a hook at this address is refused that may be genuine, and may never be sent again.
    not_taken: Callable[[], None] = field(default=lambda: None, repr=False)


class HookRoutes:
    """The addresses of an office; a new configuration makes a new one."""

    def __init__(self, accepting: Iterable[Accepting]) -> None:
        # Digests under a key of this start: of equal length, and no guess can be made to share a beginning.
        self._key = os.urandom(32)
        self._known = [(self._digest(each.connection, each.secret), each) for each in accepting]

    def __call__(self, connection: str, secret: str) -> Accepting | None:
        """The same work for a hit, a wrong secret and an unknown connection."""
        asked = self._digest(connection, secret)
        found = None
        for digest, each in self._known:
            if hmac.compare_digest(digest, asked):
                found = each
        return found

    def _digest(self, connection: str, secret: str) -> bytes:
        # With its length the name ends where it ends, whatever signs are in it.
        written = f"{len(connection)}:{connection}/{secret}".encode()
        return blake2b(written, key=self._key, digest_size=32).digest()
