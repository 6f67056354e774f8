"""A connection's sign-in tokens, sealed, and renewed by one engine at a time.

Must not: know a company, or talk to one; `renew` does.
"""

import asyncio
import contextlib
import json
import logging
import secrets as random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from mcdesk.ports.provider import BadLogin, ProviderError, Tokens, TokenStore, Unreachable
from mcdesk.store import health
from mcdesk.store.database import Database
from mcdesk.store.refresh_lease import RefreshLease
from mcdesk.store.secrets import KeyTrouble, Vault, has
from mcdesk.store.transaction import StoreTrouble, Tx

log = logging.getLogger(__name__)

T = TypeVar("T")
FIELD = "sign-in-tokens"
#: Longer than the longest renewal with its saving, so that not even an engine cut off from the database is
#: overtaken; an engine that died in the middle holds the others up for so long.
HOLD = timedelta(seconds=60)
#: As often within it an engine at a renewal says that it still is.
KEPT_TIMES = 4
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

    async def load(self) -> Tokens | None:
        unsaved = self._vault.unsaved.get((self._connection, FIELD))
        if unsaved is not None:
            return await self._save_renewed(*unsaved)
        return await self._off_loop(self._read)

    async def save(self, tokens: Tokens) -> None:
        await self._off_loop(lambda: self._vault.set(self._connection, FIELD, _written(tokens)))
        self._forget_unsaved()
        await self._tell_end(tokens.renewable_until)

    async def forget(self) -> None:
        """Sign out here."""
        await self._off_loop(lambda: self._vault.delete(self._connection, FIELD))
        self._forget_unsaved()
        await self._tell_end(None)

    async def close(self) -> None:
        if not self._has_unsaved:
            return
        try:
            await self.load()
        except ProviderError as error:
            log.error(
                "The renewed sign-in of %s is not saved: %s If mcdesk ends now, somebody must sign in again",
                self._connection,
                error.why,
                extra={"action": "sign-in.not-saved", "connection": self._connection},
            )

    async def refresh(self, stale: Tokens, renew: Callable[[Tokens], Awaitable[Tokens]]) -> Tokens:
        while (stored := await self._still_signed_in()) == stale:
            lease = self._lease()
            if await self._off_loop(lease.take):
                try:
                    renewed = await self._renew_held(lease, stale, renew)
                finally:
                    await self._give_back(lease)
                if renewed is not None:
                    return renewed
            await asyncio.sleep(POLL_SECONDS)
        return stored

    async def _renew_held(
        self, lease: RefreshLease, stale: Tokens, renew: Callable[[Tokens], Awaitable[Tokens]]
    ) -> Tokens | None:
        """What is good now; None where the lease was lost before anything was asked."""
        # Read again: whoever held the lease before may have renewed between our look and our turn.
        stored = await self._still_signed_in()
        if stored != stale:
            return stored
        # After the reading: this PC may have slept since, and whoever took over is using the refresh token.
        if not await self._off_loop(lease.keep):
            return None
        keeping = asyncio.create_task(self._keep(lease))
        try:
            return await self._save_renewed(_written(stale), _written(await renew(stale)))
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _keep(self, lease: RefreshLease) -> None:
        """Hold the lease for as long as a company takes to answer."""
        while True:
            await asyncio.sleep(HOLD.total_seconds() / KEPT_TIMES)
            with contextlib.suppress(Unreachable):
                await self._off_loop(lease.keep)

    async def _save_renewed(self, old: str, new: str) -> Tokens:
        """On disk before anybody uses them. What a person's new sign-in stored meanwhile wins."""
        # Remembered beyond this object: its connection may be made anew before the disk takes anything again.
        self._vault.unsaved[self._connection, FIELD] = (old, new)
        saved = await self._off_loop(lambda: self._vault.swap(self._connection, FIELD, old=old, new=new))
        self._forget_unsaved()
        if not saved:
            return await self._still_signed_in()
        fresh = _read_back(new)
        await self._tell_end(fresh.renewable_until)
        return fresh

    @property
    def _has_unsaved(self) -> bool:
        return (self._connection, FIELD) in self._vault.unsaved

    def _forget_unsaved(self) -> None:
        self._vault.unsaved.pop((self._connection, FIELD), None)

    async def _tell_end(self, until: datetime | None) -> None:
        """When somebody has to sign in again, for the screens."""

        def change(tx: Tx) -> None:
            # the sign-in may have been taken away meanwhile, and its end with it
            health.signed_in(tx, self._connection, until if has(tx, self._connection, FIELD) else None)

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

    def _lease(self) -> RefreshLease:
        # Each refresh holds it under a name of its own: two of one engine exclude each other too.
        holder = f"{self._holder}/{random.token_hex(4)}"
        return RefreshLease(self._database, self._connection, holder, lasts=HOLD, now=self._now)

    async def _give_back(self, lease: RefreshLease) -> None:
        # Others would use the refresh token on disk, which is used up: they wait until the lease ends.
        if self._has_unsaved:
            return
        # Where the disk refuses, the lease ends by itself; why it refuses was told by the write before.
        with contextlib.suppress(Unreachable):
            await self._off_loop(lease.give_back)

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
