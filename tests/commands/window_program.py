"""The console as a process, with somebody who looks at it now and then and does one thing.

Run as `python -m tests.commands.window_program DIR WHAT`. `restart`: its engine gets stuck, and the restart
button is pressed when it appears; the second start only says that it came. `session`: Qt says that the
session ends. Must not: change how the window notices.
"""

import sqlite3
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import click
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from mcdesk import app
from mcdesk.commands import window
from mcdesk.commands.engine_thread import EngineThread
from mcdesk.engine.patience import Patience
from mcdesk.store.opening import FILE_NAME
from mcdesk.ui import application


class Looking(application.Console):
    """The console, and somebody in front of it."""

    def __init__(self, *given: object, **more: object) -> None:
        super().__init__(*given, **more)  # type: ignore[arg-type]
        self._looking = QTimer(self)
        self._looking.timeout.connect(self._watch)
        self._looking.start(200)

    def _watch(self) -> None:
        if what == "restart":
            self._press_restart()
        elif self.window.desk is not None:
            self._looking.stop()
            self._end_session()

    def _press_restart(self) -> None:
        banner = self.window.frame.banner
        if banner.restart.isVisible():
            (folder / "said").write_text(banner.sentence.text())
            banner.restart.click()

    def _end_session(self) -> None:
        """As Qt does when Windows says so; the process is killed when this returns."""
        began = time.monotonic()
        instance = QApplication.instance()
        assert instance is not None
        instance.aboutToQuit.emit()
        took = time.monotonic() - began
        with closing(sqlite3.connect(folder / FILE_NAME)) as file:
            left = file.execute("SELECT name FROM leases WHERE holder <> ''").fetchall()
        (folder / "ended").write_text(f"{took:.1f} {left}")
        self.quit()


def stick(running: app.Running) -> None:
    """Once the window has its desk."""
    loop, never = running.desk._errands._loop, threading.Event()  # type: ignore[union-attr]
    later = threading.Timer(1.5, loop.call_soon_threadsafe, [never.wait])
    later.daemon = True
    later.start()


def main() -> None:
    if (folder / "said").exists():
        (folder / "again").touch()
        return
    application.Console = Looking  # type: ignore[misc]
    if what == "restart":
        thread = EngineThread(lambda: app.open_place(folder), on_start=stick, patience=Patience(stall=4.0))
    else:
        thread = EngineThread(lambda: app.open_place(folder))
    with click.Context(click.Command("mcdesk")):
        window.show(lambda: thread, key=str(folder))


if __name__ == "__main__":
    folder, what = Path(sys.argv[1]), sys.argv[2]
    main()
