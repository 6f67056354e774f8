"""A connection's tokens as the store keeps them: one row with a lock, seen by several processes.

Must not: be more forgiving than a database; reading and saving take a moment.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from mcdesk.ports.provider import Tokens


@dataclass
class Row:
    """A stored token and its lock."""

    tokens: Tokens | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    #: Every token saved, in order.
    saved: list[Tokens] = field(default_factory=list)
    #: How often a store of it was closed.
    closed: int = 0


class RowStore:
    """One process's TokenStore over a row."""

    def __init__(self, row: Row) -> None:
        self._row = row

    async def load(self) -> Tokens | None:
        await asyncio.sleep(0.001)
        return self._row.tokens

    async def save(self, tokens: Tokens) -> None:
        await asyncio.sleep(0.001)
        self._row.tokens = tokens
        self._row.saved.append(tokens)

    async def refresh(self, stale: Tokens, renew: Callable[[Tokens], Awaitable[Tokens]]) -> Tokens:
        async with self._row.lock:
            tokens = await self.load()
            if tokens is not None and tokens != stale:
                return tokens
            renewed = await renew(stale)
            await self.save(renewed)
            return renewed

    async def close(self) -> None:
        self._row.closed += 1
