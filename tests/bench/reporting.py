"""What follows a text at its provider: reports on its delivery, and answers of who got it, as more hooks.

Must not: count texts; the stage does.
"""

import asyncio
from collections import Counter

from tests.bench import calls
from tests.bench.load import Connections
from tests.bench.plays import Play
from tests.bench.provider import Provider, Taken

#: A text is reported sent and delivered so long after it was taken.
REPORTS = (("sent", 0.05), ("delivered", 0.3))
#: And answered after so long.
ANSWER_AFTER = 1.0
ANSWER = "Yes, tomorrow at ten would be good"
CONNECTIONS = 50


class Reporting:
    """Hooks of its own connections, until `end`."""

    def __init__(self, provider: Provider, play: Play) -> None:
        self._provider = provider
        self._play = play
        self._connections = Connections(play.url, CONNECTIONS)
        self._loop = asyncio.get_running_loop()
        self._under_way: set[asyncio.Task[None]] = set()
        self._texts = 0
        self.statuses: Counter[int] = Counter()
        provider.on_taken = self._on_taken

    @property
    def refused(self) -> int:
        return self.statuses.total() - self.statuses[200]

    def end(self) -> None:
        self._provider.on_taken = lambda taken: None
        self._connections.close()

    def _on_taken(self, taken: Taken) -> None:
        self._texts += 1
        if self._play.callbacks:
            for status, after in REPORTS:
                self._loop.call_later(after, self._report, taken, status)
        if self._play.answered_every and self._texts % self._play.answered_every == 0:
            self._loop.call_later(ANSWER_AFTER, self._answer, taken)

    def _report(self, taken: Taken, status: str) -> None:
        self._send(calls.delivery(taken.sid, status, to=taken.to, url=self._play.url))

    def _answer(self, taken: Taken) -> None:
        sid = f"MM{taken.sid[2:]}"
        self._send(calls.text(sid, ANSWER, sender=taken.to, url=self._play.url))

    def _send(self, written: bytes) -> None:
        task = self._loop.create_task(self._ask(written))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _ask(self, written: bytes) -> None:
        self.statuses[await self._connections.ask(written)] += 1
