"""The office at work on a thread and loop of its own, so that a window that stalls never delays a text.

Must not: know Qt.
"""

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

from mcdesk import app
from mcdesk.commands.door import NotSo
from mcdesk.commands.last_words import LastWords
from mcdesk.commands.signing_in import in_browser
from mcdesk.engine.desk import Desk
from mcdesk.engine.patience import Patience
from mcdesk.engine.silence import Silence

STUCK_AT_START = (
    "The text engine got stuck while it started. Quit mcdesk and start it again; if that does not help, "
    "`mcdesk doctor` says what is wrong."
)
log = logging.getLogger(__name__)


class EngineThread:
    """Starts and stops it. Both methods block: call them off a window's loop."""

    def __init__(
        self,
        open_place: Callable[[], app.Place],
        *,
        on_start: Callable[[app.Running], None] = lambda running: None,
        words: LastWords | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._open_place = open_place
        self._on_start = on_start
        self._words = words
        self._patience = patience
        self._desk: Future[Desk] = Future()
        self._running: app.Running | None = None
        self._asked_to_stop = threading.Event()
        self._stopped: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        # not a daemon: it finishes what is on the wire, whatever happens to the window
        self._thread = threading.Thread(target=self._run, name="mcdesk-engine")

    def start(self) -> Desk:
        """The desk of an engine at work. Raises what opening and starting raise."""
        self._thread.start()
        return self._desk.result()

    def stop(self, *, within: float | None = None) -> bool:
        """Finish what is on the wire; False where that took longer than `within` seconds.

        Nothing happens where it never started.
        """
        self._asked_to_stop.set()
        if not self._thread.is_alive():
            return True
        if self._loop is not None and self._stopped is not None:
            # closed where the engine ended by itself in this moment
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._stopped.set)
        self._thread.join(within)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            place = self._open_place()
            try:
                asyncio.run(self._work(place))
            finally:
                place.close()
        except BaseException as error:
            if not self._desk.done():
                self._desk.set_exception(error)
                return
            log.critical("The engine ended by itself", exc_info=error, extra={"action": "engine.ended"})
            if self._running is not None:
                self._running.heartbeat.fail("engine")
        finally:
            if self._words is not None:
                self._words.close()

    async def _work(self, place: app.Place) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        # asked between the two: whoever looks second sees it
        if self._asked_to_stop.is_set():
            self._stopped.set()
        async with app.run_office(
            place, sign_in=in_browser, may_be_new=True, patience=self._patience, on_silence=self._keep
        ) as running:
            self._running = running
            await asyncio.to_thread(self._on_start, running)
            if not self._desk.done():
                self._desk.set_result(running.desk)
            await self._stopped.wait()

    def _keep(self, silence: Silence | None) -> None:
        """The window says it; here it is kept for whoever has to find out why."""
        if silence is None:
            return
        if self._words is not None:
            self._words.keep(f"The text engine: {silence.why} ({silence.part}).")
        if not self._desk.done():
            self._desk.set_exception(NotSo(STUCK_AT_START))
