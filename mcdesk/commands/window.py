"""`mcdesk`: the console, with the engine in the same process.

Must not: draw, or load the engine's libraries before the window is painted.
"""

import asyncio
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from mcdesk.commands.door import NotSo, chosen_folder, in_words
from mcdesk.settings import log_folder, resource_folder
from mcdesk.ui.desk import CannotOpen, DeskVerbs

#: How often a busy window gives the engine its turn. Measured: p99 of a hook falls from 271 ms to 22 ms.
SWITCH_SECONDS = 0.001
NO_SCREEN = (
    "There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set). "
    "Without a window the engine runs with: mcdesk serve"
)


class Office(Protocol):
    """What a window opens and closes; both block."""

    def start(self) -> DeskVerbs: ...

    def stop(self) -> None: ...


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

        logs.begin(log_folder(chosen))
        return EngineThread(lambda: app.open_place(folder))

    chosen = chosen_folder()
    return show(office, key=str(folder.resolve()))


def show(make: Callable[[], Office], *, key: str) -> int:
    """Show the console over the office that `make` makes once the window is painted."""
    if not has_screen():
        raise NotSo(NO_SCREEN)
    run_window = _window()
    sys.setswitchinterval(SWITCH_SECONDS)
    offices: list[Office] = []

    def start() -> DeskVerbs:
        try:
            office = make()
            offices.append(office)
            return office.start()
        except Exception as error:
            sentence = in_words(error)
            if sentence is None:
                raise
            raise CannotOpen(sentence) from error

    def stop() -> None:
        for office in offices:
            office.stop()

    try:
        return run_window(
            lambda: asyncio.to_thread(start),
            on_quit=lambda: asyncio.to_thread(stop),
            resources=resource_folder(),
            key=key,
        )
    finally:
        stop()


def _window() -> Callable[..., int]:
    try:
        from mcdesk.ui.application import run_window
    except ImportError as error:
        raise NotSo(
            f"The window's libraries cannot be loaded ({error}). `mcdesk doctor` says what is missing; "
            "without a window the engine runs with: mcdesk serve"
        ) from error
    return run_window
