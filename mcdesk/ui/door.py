"""The one door every piece of awaited work goes through: nothing runs unseen, no exception is lost.

Must not: draw; the window shows what the door says.
"""

import asyncio
import logging
import traceback
from collections.abc import Coroutine

from PySide6.QtCore import QObject, Signal

from mcdesk.domain.queue import Done
from mcdesk.ports.provider import ProviderError

log = logging.getLogger(__name__)

#: How long work that is under way may hold up quitting.
GRACE_SECONDS = 3.0


class Door(QObject):
    """Runs coroutines on the window's loop and tells apart the three ways they can go wrong."""

    #: A verb was done; the sentence says what happened.
    said = Signal(str)
    #: No, because …: a rule; the sentence names the next step.
    refused = Signal(str)
    #: A provider is in trouble; the sentence names the fix.
    troubled = Signal(str)
    #: A defect of ours: one line, and the full report.
    broke = Signal(str, str)

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._loop = loop
        #: The loop keeps weak references only; a task without this one could vanish half way.
        self._running: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[object, object, None]) -> None:
        """Start it; returns at once."""
        task = self._loop.create_task(self._watched(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        # a task cancelled before its first step leaves its work unstarted; finished work does not mind
        task.add_done_callback(lambda _: work.close())

    def answer(self, done: Done) -> bool:
        """Say what a verb answered; True when it was done."""
        (self.said if done.ok else self.refused).emit(done.sentence)
        return done.ok

    async def idle(self) -> None:
        """Until nothing is running any more."""
        while self._running:
            await asyncio.gather(*tuple(self._running))

    async def close(self) -> None:
        """When the window goes: let what was begun (a last draft) come to its end, but not for long."""
        if self._running:
            await asyncio.wait(tuple(self._running), timeout=GRACE_SECONDS)
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*tuple(self._running), return_exceptions=True)

    async def _watched(self, work: Coroutine[object, object, None]) -> None:
        try:
            await work
        except ProviderError as trouble:
            self.troubled.emit(str(trouble))
        except Exception as error:
            log.exception("Something in the window went wrong", extra={"action": "window-defect"})
            report = "".join(traceback.format_exception(error))
            self.broke.emit(f"{type(error).__name__}: {error}", report)
