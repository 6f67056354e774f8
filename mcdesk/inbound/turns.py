"""What one connection sent is read in small turns, so that whoever sends much delays nobody for long.

Must not: know what is read.
"""

import asyncio
from collections.abc import Callable

#: Heads and pieces of bodies read before others get their turn.
AT_A_TURN = 4


class Turns:
    """Of one connection."""

    def __init__(self) -> None:
        self._is_waiting = False

    def take(
        self, transport: asyncio.Transport, read_more: Callable[[], bool], go_on: Callable[[], None]
    ) -> None:
        """Read until `read_more` says there was nothing, or for a turn.

        Then nothing is taken from the line until `go_on` is called for the next.
        """
        if self._is_waiting:
            return
        for _ in range(AT_A_TURN):
            if not read_more():
                return
        self._is_waiting = True
        transport.pause_reading()
        asyncio.get_running_loop().call_soon(self._again, transport, go_on)

    def _again(self, transport: asyncio.Transport, go_on: Callable[[], None]) -> None:
        self._is_waiting = False
        try:
            go_on()
        finally:
            if not self._is_waiting:
                transport.resume_reading()
