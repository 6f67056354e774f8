"""`mcdesk demo`: pretend companies and a real engine, in a window or in the terminal.

Must not: know how either is shown.
"""

import json
import logging
import signal
import threading
from collections.abc import Mapping

import click

from mcdesk.commands import logs, telling, window
from mcdesk.commands.door import NotSo
from mcdesk.commands.engine_thread import EngineThread
from mcdesk.commands.staging import stage

#: How long the terminal shows the office when nobody says.
HEADLESS_SECONDS = 45.0


def demo(*, headless: bool, speed: float, seconds: float | None) -> None:
    """Show it, and print what the companies counted as the last line."""
    if headless or not window.has_screen():
        counts = telling.in_terminal(speed=speed, seconds=seconds or HEADLESS_SECONDS)
    else:
        counts = in_window(speed=speed, seconds=seconds)
    click.echo(json.dumps(dict(counts)))
    if counts["lost"] or counts["doubled"]:
        raise NotSo(f"{counts['lost']} callers were not texted and {counts['doubled']} were texted twice.")


def in_window(*, speed: float, seconds: float | None) -> Mapping[str, int]:
    """The console on the pretend office, until a person quits or the time is over."""
    with stage(speed=speed, pace=1.0, on_event=lambda kind, sentence: None) as office:
        logs.begin(office.folder / "logs", spoken=logging.WARNING)
        thread = EngineThread(office.open_place, on_start=office.open_lines)
        # the window closes in good order when it is interrupted
        over = threading.Timer(seconds or 0, signal.raise_signal, [signal.SIGINT])
        over.daemon = True
        if seconds:
            over.start()
        window.show(lambda: thread, key=str(office.folder))
        over.cancel()
        return office.counts()
