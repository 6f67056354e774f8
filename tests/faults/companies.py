"""Pretend companies of many histories on one thread: each history has its own, so that no two meet.

Must not: know what a history is.
"""

import asyncio
import itertools
import socket
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from mcdesk.simulator import InThread, PretendClio, PretendTwilio

T = TypeVar("T")

#: The companies' seconds per real one: a ring of six is 0.1 s.
PACE = 60.0
#: A hook that a stopped engine takes in and does not answer waits so long.
HOOK_SECONDS = 2.0
#: Below those the operating system gives to whoever asks for any: who was away finds its own free again.
PORTS = range(18_000, 32_000)
#: Several laboratories on one machine have a thousand each.
BLOCK = 1_000


class Companies:
    """The thread. `end` stops it and gives its ports back."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="companies", daemon=True)
        self._thread.start()
        #: Bound for as long as the others of its block are ours.
        self._mark = _mark()
        first = int(self._mark.getsockname()[1])
        self._ports = itertools.cycle(range(first + 1, first + BLOCK))
        self._lock = threading.Lock()

    def twilio(self, *, line: str) -> InThread[PretendTwilio]:
        company = PretendTwilio(port=self.port(), pace=PACE, numbers=[line])
        company.account.hook_seconds = HOOK_SECONDS
        return InThread(self._do(company.__aenter__()), self._loop)

    def clio(self) -> InThread[PretendClio]:
        return InThread(self._do(PretendClio(port=self.port(), client_id="x").__aenter__()), self._loop)

    def close(self, company: PretendTwilio | PretendClio) -> None:
        self._do(company.__aexit__(None, None, None))

    def port(self) -> int:
        """A free one that nobody else is given soon."""
        while True:
            with self._lock:
                port = next(self._ports)
            with socket.socket() as tried:
                # Only who listens is in the way, not who has just left.
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    tried.bind(("127.0.0.1", port))
                except OSError:
                    continue
                return port

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._mark.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


def _mark() -> socket.socket:
    """The first port of a block that nobody has; the system frees it with the process, however that ends."""
    for first in range(PORTS.start, PORTS.stop, BLOCK):
        mark = socket.socket()
        try:
            mark.bind(("127.0.0.1", first))
            mark.listen(1)
        except OSError:
            mark.close()
        else:
            return mark
    raise RuntimeError(f"all {len(PORTS) // BLOCK} laboratories this machine has room for are at work")
