"""Takes in connections at an address; where handles run out, says so to the newcomer instead of failing.

Must not: know what is said on a connection.
"""

import asyncio
import contextlib
import logging
import os
import socket
import time
from collections.abc import Callable

import h11

from mcdesk.inbound.answers import NOT_NOW, wire
from mcdesk.inbound.handles import USED_UP
from mcdesk.inbound.unending import unending

#: Connections waiting to be taken in, as many as a burst brings.
BACKLOG = 2048
#: Taken in before others get their turn.
AT_A_TURN = 32
TURN_SECONDS = 0.002
#: With no handle left at all, the next look is after this long; and it is said no more often than that.
PAUSE_SECONDS = 0.05
SAID_EVERY = 60.0

log = logging.getLogger(__name__)


class Listening:
    """One listening socket."""

    def __init__(
        self, sock: socket.socket, *, speak: Callable[[], asyncio.Protocol], make_room: Callable[[], bool]
    ) -> None:
        self._socket = sock
        self._speak = speak
        self._make_room = make_room
        #: Given up for a moment to take in, and turn away, one more.
        self._spare: int | None = _spare()
        self._said = -SAID_EVERY
        self._is_ending = False
        self._task = asyncio.create_task(unending("take-in", self._take_in_all))

    async def stop(self) -> None:
        """Take in no more. Those whose taking in has begun get their connection first."""
        self._is_ending = True
        with contextlib.suppress(NotImplementedError):  # Windows takes them in another way
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
        await asyncio.wait([self._task], timeout=TURN_SECONDS)
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._socket.close()
        if self._spare is not None:
            os.close(self._spare)
            self._spare = None

    async def _take_in_all(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._is_ending:
            try:
                first, _ = await loop.sock_accept(self._socket)
            except OSError as error:
                await self._trouble(error)
                continue
            taken = [first, *self._more()]
            # A sender may be gone again already.
            await asyncio.gather(
                *(loop.connect_accepted_socket(self._speak, each) for each in taken), return_exceptions=True
            )

    def _more(self) -> list[socket.socket]:
        """Those that wait behind the first, without waiting for any."""
        taken: list[socket.socket] = []
        with contextlib.suppress(OSError):
            while len(taken) < AT_A_TURN - 1:
                sock, _ = self._socket.accept()
                sock.setblocking(False)
                taken.append(sock)
        return taken

    async def _trouble(self, error: OSError) -> None:
        if error.errno in USED_UP:
            if time.monotonic() - self._said >= SAID_EVERY:
                self._said = time.monotonic()
                log.error(
                    "No handle is left for another connection; senders are told to come again. "
                    "Allow this program more open files (ulimit -n).",
                    extra={"action": "receiver.no-handles"},
                )
            self._make_room()
            is_away = self._turn_one_away()
            await asyncio.sleep(0 if is_away else PAUSE_SECONDS)
            return
        log.warning("A connection could not be taken in: %s", error, extra={"action": "receiver.not-taken"})
        await asyncio.sleep(PAUSE_SECONDS)

    def _turn_one_away(self) -> bool:
        if self._spare is None:
            self._spare = _spare()
        if self._spare is None:
            return False
        os.close(self._spare)
        self._spare = None
        try:
            sock, _ = self._socket.accept()
        except OSError:
            return False
        with sock, contextlib.suppress(OSError):
            sock.setblocking(False)
            sock.send(wire(NOT_NOW, h11.Connection(h11.SERVER), closes=True))
        self._spare = _spare()
        return True


def _spare() -> int | None:
    try:
        return os.open(os.devnull, os.O_RDONLY)
    except OSError:
        return None
