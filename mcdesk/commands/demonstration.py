"""`mcdesk demo`: pretend companies and a real engine, in a window or in the terminal.

Must not: know how either is shown.
"""

import json
import logging
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
        counts = in_window(speed=speed)
    click.echo(json.dumps(dict(counts)))
    if counts["lost"] or counts["doubled"]:
        raise NotSo(f"{counts['lost']} callers were not texted and {counts['doubled']} were texted twice.")


def in_window(*, speed: float) -> Mapping[str, int]:
    """The console on the pretend office, until a person quits."""
    with stage(speed=speed, pace=1.0, on_event=lambda kind, sentence: None) as office:
        logs.begin(office.folder / "logs", spoken=logging.WARNING)
        thread = EngineThread(office.open_place, on_start=office.open_lines)
        window.show(lambda: thread, key=str(office.folder))
        return office.counts()
