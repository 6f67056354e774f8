"""Forks engines in processes that end at a chosen moment: after the n-th commit, or at the n-th request.

Started once as `python -m tests.faults.mortal`; each line on stdin is an order, each engine a fork of this
process, so that a life costs no imports and no reading of tables. Must not: have threads of its own before
it forks.
"""

import asyncio
import gc
import json
import os
import select
import signal
import sys
import traceback
from typing import Any

from mcdesk.app import shipped_rulebook
from mcdesk.providers import discover
from mcdesk.store.transaction import StoreTrouble
from tests.faults.life import live
from tests.faults.orders import CANNOT_START, ERRORS, Birth


def be_born(birth: Birth) -> int:
    """Fork an engine; the process id."""
    child = os.fork()
    if child:
        return child
    errors = os.open(birth.path / ERRORS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(errors, 2)
    os.dup2(errors, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    status = 1
    try:
        asyncio.run(live(birth))
        status = 0
    except BaseException as error:
        traceback.print_exc()
        if isinstance(error, StoreTrouble) and not birth.ready.exists():
            status = CANNOT_START
    finally:
        os._exit(status)


def main() -> None:
    discover()
    shipped_rulebook().whole()
    gc.freeze()
    say({"waiting": True})
    alive: set[int] = set()
    orders = b""
    while True:
        ready, _, _ = select.select([0], [], [], 0.02)
        if ready:
            # Not through sys.stdin: what its buffer holds, select does not see.
            read = os.read(0, 65536)
            if not read:
                break
            *whole, orders = (orders + read).split(b"\n")
            for line in whole:
                order = json.loads(line)
                child = be_born(Birth(**order["birth"]))
                alive.add(child)
                say({"born": order["name"], "pid": child})
        for child in list(alive):
            dead, status = os.waitpid(child, os.WNOHANG)
            if dead:
                alive.discard(child)
                say({"dead": child, "status": status})
    for child in alive:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
