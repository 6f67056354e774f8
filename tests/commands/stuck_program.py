"""`mcdesk serve` that gets stuck when a signal says so, and loses patience after three seconds.

Run as `python -m tests.commands.stuck_program DIR`. Must not: change how it notices.
"""

import gc
import logging
import re
import signal
import sys
import threading
import time
from pathlib import Path

import click

from mcdesk.commands import serving
from mcdesk.engine.patience import Patience
from mcdesk.store.database import Database

#: A pattern and a text on which it works for years, without letting any other thread have its turn.
SLOW = (re.compile(r"(a+)+$"), "a" * 64 + "b")


def stick_the_loop(*_: object) -> None:
    time.sleep(3600)


def stick_everything(*_: object) -> None:
    SLOW[0].match(SLOW[1])


def stick_the_writer(*_: object) -> None:
    for database in gc.get_objects():
        if isinstance(database, Database):
            database.write(lambda tx: time.sleep(3600))


def stick_the_log(*_: object) -> None:
    """As where a disk hangs in the middle of a line."""
    handler = logging.getLogger().handlers[0]
    threading.Thread(target=lambda: (handler.acquire(), time.sleep(3600)), daemon=True).start()  # type: ignore[func-returns-value]
    time.sleep(3600)


STUCK = {
    signal.SIGUSR1: stick_the_loop,
    signal.SIGUSR2: stick_everything,
    signal.SIGALRM: stick_the_writer,
    signal.SIGVTALRM: stick_the_log,
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.pass_context
def program(ctx: click.Context, folder: Path) -> None:
    for number, act in STUCK.items():
        signal.signal(number, act)
    # as --data does
    ctx.meta["mcdesk.data"] = folder
    serving.serve(folder, config=None, listen="127.0.0.1:0", speed=1.0, patience=Patience(stall=3.0))


if __name__ == "__main__":
    sys.argv[0] = "mcdesk"
    program()
