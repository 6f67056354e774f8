"""Pretend companies of many histories on one thread: each history has its own, so that no two meet.

Must not: know what a history is.
"""

import asyncio
import itertools
import random
import socket
import threading
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

from mcdesk.simulator import InThread, PretendClio, PretendTwilio

T = TypeVar("T")

#: The companies' seconds per real one: a ring of six is 0.1 s.
PACE = 60.0
#: A hook that a stopped engine takes in and does not answer waits so long.
HOOK_SECONDS = 2.0
#: Below those the operating system gives to whoever asks for any: who was away finds its own free again.
PORTS = range(18_000, 32_000)


class Companies:
    """The thread. Each begins with a port of its own by chance: other runs on this machine use others."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="companies", daemon=True)
        self._thread.start()
        first: int = random.SystemRandom().choice(PORTS)
        self._ports: Iterator[int] = itertools.cycle([*range(first, PORTS.stop), *range(PORTS.start, first)])
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
                try:
                    tried.bind(("127.0.0.1", port))
                except OSError:
                    continue
                return port

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)
