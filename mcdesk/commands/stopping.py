"""The ways a program without a window is asked to end: signals, a console that is closed, a second thought.

Must not: know what is to be stopped.
"""

import asyncio
import ctypes
import signal
import sys
import threading
from collections.abc import Callable

#: Windows ends the process this soon (seconds) after its console was closed, finished or not; it gives five.
CONSOLE_SECONDS = 4.5
#: Windows: the console is closed, the PC shuts down.
_CLOSE_EVENTS = frozenset({2, 6})


class Stopping:
    """`asked` is set by the first request; a second one ends the process. Made on the running loop."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._ended = threading.Event()
        self._numbers = list(_signals())
        for number in self._numbers:
            # not loop.add_signal_handler: Windows has none
            signal.signal(number, self._hear)
        self._handler = _on_console_close(self._close) if sys.platform == "win32" else None

    def ended(self) -> None:
        """All is done: a console that is being closed need not wait any longer."""
        self._ended.set()

    def _hear(self, *_: object) -> None:
        for number in self._numbers:
            signal.signal(number, signal.SIG_DFL)
        self._loop.call_soon_threadsafe(self.asked.set)

    def _close(self) -> None:
        """On a thread of Windows' own, which ends the process when this returns."""
        self._loop.call_soon_threadsafe(self.asked.set)
        self._ended.wait(CONSOLE_SECONDS)


def _signals() -> list[signal.Signals]:
    wanted = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":
        wanted.append(signal.SIGBREAK)
    elif signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        # with nohup it is ignored, and is meant to be
        wanted.append(signal.SIGHUP)
    return wanted


def _on_console_close(act: Callable[[], None]) -> object:
    """Call `act` when the console is closed. Keep the answer: Windows calls it."""
    # other systems' ctypes has neither name
    kernel, kind = getattr(ctypes, "windll").kernel32, getattr(ctypes, "WINFUNCTYPE")  # noqa: B009

    def hear(event: int) -> bool:
        if event not in _CLOSE_EVENTS:
            return False
        act()
        return True

    handler: object = kind(ctypes.c_int, ctypes.c_uint)(hear)
    kernel.SetConsoleCtrlHandler(handler, True)
    return handler
