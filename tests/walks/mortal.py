"""Runs offices in processes that end at a chosen moment: after the n-th commit, or at the n-th request.

Started once as `python -m tests.walks.mortal`; each line on stdin is an order, each office a fork of this
process, so that a life costs no imports. Must not: have threads of its own before it forks.
"""

import asyncio
import json
import os
import select
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import event

from mcdesk import app
from mcdesk.engine.patience import Patience
from mcdesk.ports.signin import SignsIn
from mcdesk.providers import discover
from mcdesk.store.database import Database
from mcdesk.wire.pool import Pool

#: Short enough that a second life soon does what the first one left.
PATIENCE = Patience(
    lease=1.2, renew=0.4, settled=0.5, look_after=0.1, longest_pause=0.3, login_pause=0.4, watch=0.3
)
READY = "ready.json"


class Doom:
    """Counts commits and requests; kills at the one that was asked for."""

    def __init__(self, kind: str, number: int, tally: Path) -> None:
        self._kind = kind
        self._left = number
        self._tally = tally
        self._counts = {"commit": 0, "before": 0, "after": 0}
        self._lock = threading.Lock()

    def comes_to(self, kind: str) -> None:
        with self._lock:
            self._count(kind)

    def _count(self, kind: str) -> None:
        self._counts[kind] += 1
        if kind == self._kind:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        written = self._tally.with_suffix(".new")
        written.write_text(json.dumps(self._counts))
        written.rename(self._tally)

    def watch_commits(self, database: Database) -> None:
        """After the COMMIT, before anybody learns of it."""

        def executed(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
            if statement == "COMMIT":
                self.comes_to("commit")

        event.listen(database._engine, "after_cursor_execute", executed)

    def watch_requests(self) -> None:
        """Before one that changes something is sent; after any was answered, before anybody learns of it."""
        send = Pool.handle_async_request

        async def sent(pool: Pool, request: httpx.Request) -> httpx.Response:
            if request.method != "GET":
                self.comes_to("before")
            answer = await send(pool, request)
            self.comes_to("after")
            return answer

        Pool.handle_async_request = sent  # type: ignore[assignment, method-assign]


async def nobody_signs_in(provider: SignsIn) -> None:
    raise AssertionError("no story here opens a browser")


async def live(folder: Path, doom: Doom) -> None:
    place = app.open_place(folder)
    doom.watch_commits(place.database)
    doom.watch_requests()
    async with app.run_office(place, sign_in=nobody_signs_in, patience=PATIENCE) as running:
        written = folder / "ready.new"
        written.write_text(json.dumps(running.hooks))
        written.rename(folder / READY)
        await asyncio.Event().wait()


def be_born(order: dict[str, Any]) -> int:
    """Fork an office; the process id."""
    child = os.fork()
    if child:
        return child
    folder = Path(order["folder"])
    errors = os.open(folder / "errors.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(errors, 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    try:
        doom = Doom(order["kind"], order["number"], folder / f"tally-{order['life']}.json")
        asyncio.run(live(folder, doom))
    finally:
        os._exit(1)


def main() -> None:
    discover()
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
                child = be_born(order)
                alive.add(child)
                say({"born": order["name"], "pid": child})
        for child in list(alive):
            if os.waitpid(child, os.WNOHANG) != (0, 0):
                alive.discard(child)
                say({"dead": child})
    for child in alive:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
