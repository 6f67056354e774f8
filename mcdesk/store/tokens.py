"""A connection's sign-in tokens, sealed, and renewed by one engine at a time.

Must not: know a company, or talk to one; `renew` does.
"""

import asyncio
import contextlib
import json
import secrets as random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from mcdesk.ports.provider import BadLogin, Tokens, TokenStore, Unreachable
from mcdesk.store import health, schema
from mcdesk.store.database import Database
from mcdesk.store.secrets import KeyTrouble, Vault
from mcdesk.store.transaction import StoreTrouble, Tx

T = TypeVar("T")
FIELD = "sign-in-tokens"
#: Longer than any renewal takes; after it another engine may try.
HOLD = timedelta(seconds=30)
POLL_SECONDS = 0.1


class StoredTokens(TokenStore):
    """A connection's `TokenStore`. `now` is real time, not a rehearsal's: leases are about machines."""

    def __init__(
        self,
        vault: Vault,
        database: Database,
        connection: str,
        holder: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._vault = vault
        self._database = database
        self._connection = connection
        self._holder = holder
        self._now = now
        #: Renewed, but not saved yet because the disk refused: the only valid ones, and what they replace.
        self._unsaved: tuple[Tokens, Tokens] | None = None

    async def load(self) -> Tokens | None:
        if self._unsaved is not None:
            return await self._save_renewed(*self._unsaved)
        return await self._off_loop(self._read)

    async def save(self, tokens: Tokens) -> None:
        await self._off_loop(lambda: self._vault.set(self._connection, FIELD, _written(tokens)))
        self._unsaved = None
        await self._tell_end(tokens)

    async def forget(self) -> None:
        """Sign out here."""
        await self._off_loop(lambda: self._vault.delete(self._connection, FIELD))
        self._unsaved = None

    async def refresh(self, stale: Tokens, renew: Callable[[Tokens], Awaitable[Tokens]]) -> Tokens:
        # Each refresh holds the lease under a name of its own: two of one engine exclude each other too.
        holder = f"{self._holder}/{random.token_hex(4)}"
        while (stored := await self._still_signed_in()) == stale:
            if await self._off_loop(lambda: self._try_to_take(holder)):
                try:
                    return await self._renew_held(stale, renew)
                finally:
                    await self._release(holder)
            await asyncio.sleep(POLL_SECONDS)
        return stored

    async def _renew_held(self, stale: Tokens, renew: Callable[[Tokens], Awaitable[Tokens]]) -> Tokens:
        # Read again: whoever held the lease before may have renewed between our look and our turn.
        stored = await self._still_signed_in()
        if stored != stale:
            return stored
        return await self._save_renewed(stale, await renew(stale))

    async def _save_renewed(self, stale: Tokens, fresh: Tokens) -> Tokens:
        """On disk before anybody uses them. What a person's new sign-in stored meanwhile wins."""
        self._unsaved = (stale, fresh)
        saved = await self._off_loop(
            lambda: self._vault.swap(self._connection, FIELD, old=_written(stale), new=_written(fresh))
        )
        self._unsaved = None
        if not saved:
            return await self._still_signed_in()
        await self._tell_end(fresh)
        return fresh

    async def _tell_end(self, tokens: Tokens) -> None:
        """When somebody has to sign in again, for the screens."""
        until = tokens.renewable_until

        def change(tx: Tx) -> None:
            health.signed_in(tx, self._connection, until)

        # The tokens are safe already; the screens can do without.
        with contextlib.suppress(Unreachable):
            await self._off_loop(lambda: self._database.write(change).result())

    async def _still_signed_in(self) -> Tokens:
        stored = await self.load()
        if stored is None:
            raise BadLogin(f"Nobody is signed in to {self._connection}. Sign in again in its settings.")
        return stored

    def _read(self) -> Tokens | None:
        words = self._vault.get(self._connection, FIELD)
        return None if words is None else _read_back(words)

    @property
    def _lease(self) -> str:
        return f"refresh:{self._connection}"

    def _take(self, tx: Tx, holder: str) -> bool:
        # By the clock the office shares, as all leases; but never a rehearsal's.
        table, now = schema.leases, self._now() + (tx.lease_now - tx.now)
        mine = {"holder": holder, "until": now + HOLD}
        free = update(table).where(table.c.name == self._lease, table.c.until <= now)
        if tx.run(free.values(fence=table.c.fence + 1, **mine)).rowcount:
            return True
        if tx.first(select(table.c.name).where(table.c.name == self._lease)) is not None:
            return False
        tx.run(insert(table).values(name=self._lease, fence=1, **mine))
        return True

    def _try_to_take(self, holder: str) -> bool:
        try:
            return self._database.write(lambda tx: self._take(tx, holder)).result()
        except IntegrityError:
            return False  # another engine's first row came between our look and ours

    async def _release(self, holder: str) -> None:
        table = schema.leases
        mine = update(table).where(table.c.name == self._lease, table.c.holder == holder)
        ended = mine.values(until=datetime.fromtimestamp(0, UTC))
        # Where the disk refuses, the lease ends by itself; why it refuses was told by the write before.
        with contextlib.suppress(Unreachable):
            await self._off_loop(lambda: self._database.write(lambda tx: tx.run(ended).rowcount).result())

    async def _off_loop(self, work: Callable[[], T]) -> T:
        """Do blocking `work` on a thread; its troubles as the errors a provider may have."""
        try:
            return await asyncio.to_thread(work)
        except KeyTrouble as trouble:
            raise BadLogin(str(trouble)) from trouble
        except StoreTrouble as trouble:
            raise Unreachable(str(trouble)) from trouble


def _written(tokens: Tokens) -> str:
    kept = {"access": tokens.access, "refresh": tokens.refresh, "expires_at": tokens.expires_at.isoformat()}
    if tokens.renewable_until is not None:
        kept["renewable_until"] = tokens.renewable_until.isoformat()
    return json.dumps(kept, separators=(",", ":"))


def _read_back(words: str) -> Tokens:
    kept = json.loads(words)
    until = kept.get("renewable_until")
    return Tokens(
        access=kept["access"],
        refresh=kept["refresh"],
        expires_at=datetime.fromisoformat(kept["expires_at"]),
        renewable_until=None if until is None else datetime.fromisoformat(until),
    )
