"""Listens for hooks on this PC: starts, stops, and shows out who neither speaks nor leaves.

Must not: know what a hook is (`asking` answers them).
"""

import asyncio
import contextlib
import errno
import logging
from collections import Counter
from collections.abc import Callable
from weakref import WeakSet

from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle
from uvicorn.server import ServerState

from mcdesk.inbound.asking import Asking
from mcdesk.inbound.limits import Limits
from mcdesk.inbound.routes import Accepting

#: Connections waiting to be taken in, as many as a burst brings.
BACKLOG = 2048
#: Open connections, speaking or not.
MOST_OPEN = 6000
KEEP_ALIVE_SECONDS = 5
#: How long a request on the wire may take to finish when we stop.
GRACE_SECONDS = 10.0
LAST_TURNS = 4
TURN_SECONDS = 0.002

log = logging.getLogger(__name__)


class CannotListen(Exception):
    """The address cannot be listened on. The message names the next step."""


class Receiver:
    """The web server for hooks, on the event loop that starts it. `routes` is asked for every request."""

    def __init__(
        self, *, routes: Callable[[str, str], Accepting | None], limits: Limits | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._asking = Asking(routes, self._limits)
        self._state = ServerState()
        self._speaking: WeakSet[H11Protocol] = WeakSet()
        self._server: asyncio.Server | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def refused(self) -> Counter[int]:
        """How many requests got which answer other than 200, since the start."""
        return self._asking.refused

    async def start(self, host: str, port: int) -> str:
        """Listen, and the base address then; port 0 takes a free one. Raises CannotListen."""
        config = self._config()
        loop = asyncio.get_running_loop()

        def speak() -> H11Protocol:
            protocol = H11Protocol(config, self._state, {}, loop)
            self._speaking.add(protocol)
            return protocol

        try:
            self._server = await loop.create_server(speak, host, port, backlog=BACKLOG)
        except (OSError, OverflowError) as error:
            raise CannotListen(_why_not(error, host, port)) from error
        self._watch = asyncio.create_task(self._show_out())
        here = self._server.sockets[0].getsockname()
        name = f"[{here[0]}]" if ":" in here[0] else here[0]
        return f"http://{name}:{here[1]}"

    async def stop(self) -> None:
        """Take no more; what is on the wire is finished, or cut off after GRACE_SECONDS."""
        if self._server is None or self._watch is None:
            return
        server, self._server = self._server, None
        self._watch.cancel()
        # asyncio loses a connection whose taking in has begun when the server closes: let those finish first.
        with contextlib.suppress(NotImplementedError):  # Windows takes them in another way
            for sock in server.sockets:
                asyncio.get_running_loop().remove_reader(sock.fileno())
        await asyncio.sleep(TURN_SECONDS)
        server.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        self._watch = None
        if self._state.tasks:
            _, late = await asyncio.wait(self._state.tasks, timeout=GRACE_SECONDS)
            for task in late:
                task.cancel()
            if late:
                log.warning("Requests were cut off at the stop", extra={"action": "receiver.cut-off"})
        # One taken in as we closed gets its connection only on the loop's next turns.
        for _ in range(LAST_TURNS):
            for connection in list(self._state.connections):
                connection.transport.abort()
            await asyncio.sleep(TURN_SECONDS)

    def _config(self) -> Config:
        config = Config(
            self._asking,
            http=H11Protocol,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            log_level="error",
            access_log=False,  # addresses hold hook secrets
            proxy_headers=False,
            server_header=False,
            date_header=False,
            limit_concurrency=MOST_OPEN,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            h11_max_incomplete_event_size=self._limits.headers,
        )
        config.load()
        return config

    async def _show_out(self) -> None:
        """Close connections that began no request between two looks; the server would keep them forever."""
        before: dict[H11Protocol, RequestResponseCycle | None] = {}
        while True:
            await asyncio.sleep(self._limits.seconds)
            now: dict[H11Protocol, RequestResponseCycle | None] = {
                each: each.cycle for each in self._speaking if each in self._state.connections
            }
            for each, cycle in now.items():
                is_silent = cycle is None or cycle.response_complete
                if is_silent and each in before and before[each] is cycle:
                    each.transport.abort()
            before = now


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
