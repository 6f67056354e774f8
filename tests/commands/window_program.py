"""The console over an engine that gets stuck at once; its restart button is pressed when it appears.

Run as `python -m tests.commands.window_program DIR`; the second start only says that it came.
Must not: change how the window notices.
"""

import sys
import threading
from pathlib import Path

import click
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from mcdesk import app
from mcdesk.commands import window
from mcdesk.commands.engine_thread import EngineThread
from mcdesk.engine.patience import Patience
from mcdesk.ui import application
from mcdesk.ui.main_window import MainWindow


def press_restart() -> None:
    for each in QApplication.topLevelWidgets():
        if isinstance(each, MainWindow) and each.frame.banner.restart.isVisible():
            (folder / "said").write_text(each.frame.banner.sentence.text())
            each.frame.banner.restart.click()


class Clicker(application.Console):
    """The console with somebody who looks at it once a second."""

    def __init__(self, *given: object, **more: object) -> None:
        super().__init__(*given, **more)  # type: ignore[arg-type]
        self._looks = QTimer(self)
        self._looks.timeout.connect(press_restart)
        self._looks.start(200)


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
    application.Console = Clicker  # type: ignore[misc]
    thread = EngineThread(lambda: app.open_place(folder), on_start=stick, patience=Patience(stall=2.0))
    with click.Context(click.Command("mcdesk")):
        window.show(lambda: thread, key=str(folder))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    main()
