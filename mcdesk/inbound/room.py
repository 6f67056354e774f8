"""Who is connected: how many at most, who has to leave for a newcomer, who is late or keeps too much.

Must not: read or write anything of a connection.
"""

import asyncio
import time
from typing import Protocol

#: A provider's request comes at once and whole: who is here for so long without one only holds a place.
HOLDS_A_PLACE_SECONDS = 0.25


class Guest(Protocol):
    """One connection from outside."""

    def overstays(self, now: float) -> None:
        """Asked now and then: whoever is late is shown out."""

    def finish(self) -> None:
        """Take no further request."""

    def abort(self) -> None:
        """Cut it off."""


class Room:
    """The connections of one receiver: so many at most, and so many bytes of theirs that wait to be read."""

    def __init__(self, most: int, *, unread: int) -> None:
        self._most = most
        self._most_unread = unread
        self._unread_bytes = 0
        #: Whose bytes they are; who has left some unread for longest first.
        self._unread: dict[Guest, int] = {}
        self._here: set[Guest] = set()
        #: Those that have not asked whole, and since when; the longest first.
        self._waiting: dict[Guest, float] = {}
        #: Those whose request is being read for good or answered.
        self._asking: set[Guest] = set()
        self._nobody_asks = asyncio.Event()
        self._nobody_asks.set()

    def __len__(self) -> int:
        return len(self._here)

    def come(self, guest: Guest) -> bool:
        """Whether there is room for one more: whoever only holds a place makes it."""
        if len(self._here) >= self._most and not self.make_room():
            return False
        self._here.add(guest)
        self._waiting[guest] = time.monotonic()
        return True

    def make_room(self) -> bool:
        """Show out whoever has held a place for longest, if anyone does."""
        for guest, since in self._waiting.items():
            if time.monotonic() - since < HOLDS_A_PLACE_SECONDS:
                return False
            guest.abort()
            return True
        return False

    def keeps(self, guest: Guest, size: int) -> None:
        """So many bytes of it wait. A provider's wait for a moment: if all are too many, the oldest go."""
        self._unread_bytes += size - self._unread.get(guest, 0)
        if size:
            self._unread[guest] = size
        else:
            self._unread.pop(guest, None)
        while self._unread_bytes > self._most_unread:
            oldest = next(iter(self._unread))
            oldest.abort()
            self.keeps(oldest, 0)

    def leave(self, guest: Guest) -> None:
        self.keeps(guest, 0)
        self._here.discard(guest)
        self._waiting.pop(guest, None)
        self._answered(guest)

    def asks(self, guest: Guest) -> None:
        """A request for us has begun."""
        self._asking.add(guest)
        self._nobody_asks.clear()

    def has_asked(self, guest: Guest) -> None:
        """It is whole: from here on it is we who are waited for."""
        self._waiting.pop(guest, None)

    def waits(self, guest: Guest) -> None:
        """Its request is answered."""
        self._answered(guest)
        if guest in self._here:
            self._waiting.pop(guest, None)
            self._waiting[guest] = time.monotonic()

    def look(self, now: float) -> None:
        """Show out who is late."""
        for guest in list(self._waiting):
            guest.overstays(now)

    async def close(self, seconds: float) -> bool:
        """Requests on the wire are finished, or cut off after so long; whether none had to be."""
        for guest in list(self._here):
            guest.finish()
        try:
            async with asyncio.timeout(seconds):
                await self._nobody_asks.wait()
            return True
        except TimeoutError:
            return False
        finally:
            for guest in list(self._here):
                guest.abort()

    def _answered(self, guest: Guest) -> None:
        self._asking.discard(guest)
        if not self._asking:
            self._nobody_asks.set()
