"""Listens for hooks on this PC: starts, stops, and shows out who neither speaks nor leaves.

Must not: know what a hook is (`asking` answers them).
"""

import asyncio
import errno
import logging
import socket
import time
from collections import Counter
from collections.abc import Callable

from mcdesk.inbound import handles
from mcdesk.inbound.asking import Asking
from mcdesk.inbound.limits import Limits
from mcdesk.inbound.listening import BACKLOG, Listening
from mcdesk.inbound.room import Room
from mcdesk.inbound.routes import HookRoutes
from mcdesk.inbound.speaking import Speaking
from mcdesk.inbound.unending import unending

#: How long a request on the wire may take to finish when we stop.
GRACE_SECONDS = 10.0
LOOK_SECONDS = 1.0
LAST_TURNS = 4
TURN_SECONDS = 0.002

log = logging.getLogger(__name__)


class CannotListen(Exception):
    """The address cannot be listened on. The message names the next step."""


class Receiver:
    """The web server for hooks, on the event loop that starts it.

    `routes` is asked for every request; while there are none yet, hooks are told to come again.
    """

    def __init__(self, *, routes: Callable[[], HookRoutes | None], limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._asking = Asking(routes, self._limits)
        self._room = Room(self._limits.open, unread=self._limits.unread)
        self._listening: list[Listening] = []
        self._watch: asyncio.Task[None] | None = None

    @property
    def refused(self) -> Counter[int]:
        """How many requests got which answer other than 200, since the start."""
        return self._asking.refused

    async def start(self, host: str, port: int) -> str:
        """Listen, and the base address then; port 0 takes a free one. Raises CannotListen."""
        most = handles.for_connections(handles.raise_limit(), most=self._limits.open)
        room = self._room = Room(most, unread=self._limits.unread)
        try:
            sockets = await _listen(host, port)
        except (OSError, OverflowError) as error:
            raise CannotListen(_why_not(error, host, port)) from error

        def speak() -> Speaking:
            return Speaking(self._asking, room, self._limits)

        self._listening = [Listening(sock, speak=speak, make_room=room.make_room) for sock in sockets]
        self._watch = asyncio.create_task(unending("show-out", self._show_out))
        here = sockets[0].getsockname()
        name = f"[{here[0]}]" if ":" in here[0] else here[0]
        return f"http://{name}:{here[1]}"

    async def stop(self) -> None:
        """Take no more; what is on the wire is finished, or cut off after GRACE_SECONDS."""
        if self._watch is None:
            return
        watch, self._watch = self._watch, None
        watch.cancel()
        await asyncio.gather(watch, *(each.stop() for each in self._listening), return_exceptions=True)
        self._listening = []
        if not await self._room.close(GRACE_SECONDS):
            log.warning("Requests were cut off at the stop", extra={"action": "receiver.cut-off"})
        # Connections are gone on the loop's next turns.
        for _ in range(LAST_TURNS):
            await asyncio.sleep(TURN_SECONDS)

    async def _show_out(self) -> None:
        """Whoever is late has to go."""
        while True:
            await asyncio.sleep(min(LOOK_SECONDS, self._limits.seconds / 2))
            self._room.look(time.monotonic())


async def _listen(host: str, port: int) -> list[socket.socket]:
    """A socket for each address of a host's name."""
    if port not in range(65_536):
        raise OverflowError(f"there is no port {port}")
    found = await asyncio.get_running_loop().getaddrinfo(
        host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )
    sockets: list[socket.socket] = []
    try:
        for family, (name, _, *more) in dict.fromkeys((each[0], each[4]) for each in found):
            sock = socket.create_server((name, port, *more), family=family, backlog=BACKLOG)
            sock.setblocking(False)
            sockets.append(sock)
    except BaseException:
        for sock in sockets:
            sock.close()
        raise
    return sockets


def _why_not(error: OSError | OverflowError, host: str, port: int) -> str:
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return (
                f"Another program, perhaps a second mcdesk, listens on port {port} of {host} already. "
                f"Close it, or choose another port: --listen {host}:0 takes a free one."
            )
        case errno.EACCES:
            return f"Port {port} may not be used by this user. Choose one above 1023: --listen {host}:8080"
        case errno.EADDRNOTAVAIL:
            return f"{host} is no address of this PC. Listen on this PC alone: --listen 127.0.0.1:{port}"
        case _:
            return f"Cannot listen on {host}:{port} ({error}). Try --listen 127.0.0.1:0"
