"""`mcdesk`: the console, with the engine in the same process.

Must not: draw, or load the engine's libraries before the window is painted.
"""

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from mcdesk.commands.door import NotSo, chosen_folder, in_words
from mcdesk.settings import log_folder, resource_folder
from mcdesk.ui.desk import CannotOpen, DeskVerbs

#: How often a busy window gives the engine its turn. Measured: p99 of a hook falls from 271 ms to 22 ms.
SWITCH_SECONDS = 0.001
#: An engine that works ends within this (seconds): requests on the wire, then the database.
END_SECONDS = 45.0
#: Windows ends programs five seconds after the session's end; a stuck engine gets no longer either.
SHORT_END_SECONDS = 4.0
NO_SCREEN = (
    "There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set). "
    "Without a window the engine runs with: mcdesk serve"
)


class Office(Protocol):
    """What a window opens and closes; both block."""

    def start(self) -> DeskVerbs: ...

    def stop(self, *, within: float | None = None) -> bool: ...


def has_screen() -> bool:
    """Whether a window has a place to be."""
    if not sys.platform.startswith("linux"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def open_console(folder: Path) -> int:
    """Open the console on the office in `folder`; the exit status when a person quits."""

    def office() -> Office:
        # here, on a thread beside the painted window: these take most of a second to load
        from mcdesk import app
        from mcdesk.commands import logs
        from mcdesk.commands.engine_thread import EngineThread
        from mcdesk.commands.last_words import LastWords

        logs.begin(log_folder(chosen))
        return EngineThread(lambda: app.open_place(folder), words=LastWords(log_folder(chosen)))

    chosen = chosen_folder()
    return show(office, key=str(folder.resolve()))


def show(make: Callable[[], Office], *, key: str) -> int:
    """Show the console over the office that `make` makes once the window is painted."""
    if not has_screen():
        raise NotSo(NO_SCREEN)
    run_window = _window()
    sys.setswitchinterval(SWITCH_SECONDS)
    offices = Offices(make)
    try:
        again = run_window(
            lambda: asyncio.to_thread(offices.start),
            on_quit=lambda: asyncio.to_thread(offices.stop),
            on_session_end=offices.stop_quickly,
            resources=resource_folder(),
            key=key,
        )
    finally:
        is_over = offices.stop()
    if again:
        _start_again()
    if not is_over:
        # its thread would keep this process for ever; what it was at was kept when that was noticed
        os._exit(0 if again else 1)
    return 0


class Offices:
    """The office behind the window, once there is one."""

    def __init__(self, make: Callable[[], Office]) -> None:
        self._make = make
        self._made: list[Office] = []
        self._desk: DeskVerbs | None = None

    def start(self) -> DeskVerbs:
        try:
            office = self._make()
            self._made.append(office)
            self._desk = office.start()
            return self._desk
        except Exception as error:
            sentence = in_words(error)
            if sentence is None:
                raise
            raise CannotOpen(sentence) from error

    def stop(self) -> bool:
        """In good order; whether it is over."""
        stuck = self._desk is not None and self._desk.silence() is not None
        return self._stop(SHORT_END_SECONDS if stuck else END_SECONDS)

    def stop_quickly(self) -> None:
        """The session ends, and this process with it."""
        self._stop(SHORT_END_SECONDS)

    def _stop(self, within: float) -> bool:
        return all(office.stop(within=within) for office in self._made)


def _start_again() -> None:
    # as it was started; it takes longer to begin than this one to end
    subprocess.Popen(sys.orig_argv)  # noqa: S603 - our own program


def _window() -> Callable[..., bool]:
    try:
        from mcdesk.ui.application import run_window
    except ImportError as error:
        raise NotSo(
            f"The window's libraries cannot be loaded ({error}). `mcdesk doctor` says what is missing; "
            "without a window the engine runs with: mcdesk serve"
        ) from error
    return run_window
