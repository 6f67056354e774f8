"""Sends hooks: so many a second, or all at once over a limited number of connections; notes when each left.

Must not: know what the hooks say.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.bench import wire
from tests.bench.calls import Report


@dataclass(slots=True)
class Sent:
    """When each caller's hook left, when it was answered, and with which status."""

    at: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    #: 0 for no answer at all.
    statuses: Counter[int] = field(default_factory=Counter)


class Connections:
    """At most `most` to one address, the one used last first."""

    def __init__(self, url: str, most: int) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._places = asyncio.Semaphore(most)
        self._idle: list[wire.Asking] = []

    async def ask(self, written: bytes) -> int:
        """The status, 0 where there was none."""
        async with self._places:
            kept = self._kept()
            try:
                connection = kept or await self._new()
                status = await connection.ask(written)
            except OSError:
                if kept is None:
                    return 0
                # Closed for idleness just then, as servers do: every client asks once more.
                try:
                    connection = await self._new()
                    status = await connection.ask(written)
                except OSError:
                    return 0
            self._idle.append(connection)
            return status

    def _kept(self) -> wire.Asking | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        return None

    async def _new(self) -> wire.Asking:
        loop = asyncio.get_running_loop()
        return (await loop.create_connection(wire.Asking, self._host, self._port))[1]

    def close(self) -> None:
        for connection in self._idle:
            if connection.transport is not None:
                connection.transport.close()
        self._idle = []


class Load:
    """Hooks over some connections. `leaving` is told of each as it leaves."""

    def __init__(self, connections: Connections, leaving: Callable[[Report], None]) -> None:
        self._connections = connections
        self._leaving = leaving
        self.sent = Sent()

    async def at_rate(self, reports: Sequence[Report], per_second: float) -> None:
        """Each at its moment, whatever became of those before."""
        began = time.monotonic()
        async with asyncio.TaskGroup() as going_on:
            for ordinal, report in enumerate(reports):
                await asyncio.sleep(max(0.0, began + ordinal / per_second - time.monotonic()))
                going_on.create_task(self._send(report))

    async def at_once(self, reports: Sequence[Report], connections: int) -> None:
        """As fast as so many connections carry them."""
        left = iter(reports)
        async with asyncio.TaskGroup() as going_on:
            for _ in range(connections):
                going_on.create_task(self._send_all(left))

    async def _send_all(self, left: Iterator[Report]) -> None:
        for report in left:
            await self._send(report)

    async def _send(self, report: Report) -> None:
        self._leaving(report)
        self.sent.at[report.caller] = time.monotonic()
        self.sent.statuses[await self._connections.ask(report.written)] += 1
        self.sent.answered[report.caller] = time.monotonic()
