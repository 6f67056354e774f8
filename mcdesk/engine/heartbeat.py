"""Watches, on a thread of its own, whether an engine gives signs of life; its loop may be stuck.

Must not: mend anything, or log before others were told: what is stuck may hold the log.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime

from mcdesk.engine.silence import Silence, Why
from mcdesk.store.database import Database

log = logging.getLogger(__name__)

#: Seconds between two looks; fewer where the limit is short.
BEAT = 2.0
LEAST_LOOKS = 10

#: Asks a part for a sign of life: the future is done when it gave one.
Ask = Callable[[], Future[object]]


class _Part:
    """One part, and for how long it has owed an answer. A pause of the whole process is not its silence."""

    def __init__(self, name: str, ask: Ask) -> None:
        self.name = name
        self.silent = 0.0
        self.heard = datetime.now(UTC)
        self._ask = ask
        self._asked: Future[object] | None = None

    def look(self, passed: float) -> None:
        if self._asked is not None and not self._asked.done():
            self.silent += passed
            return
        self.silent, self.heard = 0.0, datetime.now(UTC)
        try:
            self._asked = self._ask()
        except RuntimeError:
            # a closed loop: nobody is there to answer any more
            self._asked = Future()


class Heartbeat:
    """`told` hears on the watching thread of every change; None: it lives again."""

    def __init__(
        self,
        asks: Mapping[str, Ask],
        *,
        limit: float,
        broken: Callable[[], bool] = lambda: False,
        told: Callable[[Silence | None], None] = lambda silence: None,
        each_beat: Callable[[], None] = lambda: None,
        beat: float | None = None,
    ) -> None:
        self._parts = [_Part(name, ask) for name, ask in asks.items()]
        self._limit = limit
        self._broken = broken
        self._told = told
        self._each_beat = each_beat
        self._beat = beat or min(BEAT, limit / LEAST_LOOKS)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="mcdesk-heartbeat", daemon=True)
        self._silence: Silence | None = None

    @property
    def silence(self) -> Silence | None:
        """What is wrong now; None while the engine lives. From any thread, at once."""
        return self._silence

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """The engine ended in good order."""
        self._ended.set()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(timeout=5)

    def fail(self, part: str) -> None:
        """The engine ended by itself and will not come back."""
        self.stop()
        self._note(Silence(Why.ENDED, datetime.now(UTC), part))

    def _watch(self) -> None:
        before = time.monotonic()
        while not self._ended.wait(self._beat):
            now = time.monotonic()
            # After a sleep of the PC, or while it is too busy to run even this thread, little time has passed
            # for the engine either.
            passed, before = min(now - before, 2 * self._beat), now
            for part in self._parts:
                part.look(passed)
            self._note(self._judge())
            self._each_beat()

    def _judge(self) -> Silence | None:
        if self._broken():
            return Silence(Why.BROKEN, self._silence.since if self._silence else datetime.now(UTC), "part")
        quiet = max(self._parts, key=lambda part: part.silent)
        return Silence(Why.SILENT, quiet.heard, quiet.name) if quiet.silent >= self._limit else None

    def _note(self, silence: Silence | None) -> None:
        if silence == self._silence:
            return
        self._silence = silence
        try:
            self._told(silence)
        except Exception:
            log.exception("Telling of a silence failed", extra={"action": "heartbeat.untold"})


def asks_of(loop: asyncio.AbstractEventLoop, database: Database) -> dict[str, Ask]:
    """The parts an engine cannot do without."""

    def ask_loop() -> Future[object]:
        asked: Future[object] = Future()
        loop.call_soon_threadsafe(asked.set_result, None)
        return asked

    return {
        "loop": ask_loop,
        "writer": lambda: database.write(lambda tx: None),
        "reader": lambda: database.read(lambda tx: None),
    }
