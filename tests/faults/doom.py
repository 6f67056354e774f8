"""Counts an engine's commits and requests, and kills its process at the one that was asked for.

Must not: know what the commits and requests are about.
"""

import json
import os
import signal
import threading
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import event

from mcdesk.store.database import Database
from mcdesk.wire.pool import Pool


class Doom:
    """One process's. `tallied`: where the counts are written after each, None for nowhere."""

    def __init__(self, kind: str, number: int, *, tallied: Path | None = None) -> None:
        self._kind = kind
        self._left = number
        self._tallied = tallied
        self._counts = {"commit": 0, "before": 0, "after": 0}
        self._lock = threading.Lock()

    def arm(self, kind: str, number: int) -> None:
        """Die at the `number`-th from now."""
        with self._lock:
            self._kind, self._left = kind, number

    def comes_to(self, kind: str) -> None:
        with self._lock:
            self._count(kind)

    def _count(self, kind: str) -> None:
        self._counts[kind] += 1
        if kind == self._kind:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        if self._tallied is not None:
            written = self._tallied.with_suffix(".new")
            written.write_text(json.dumps(self._counts))
            written.rename(self._tallied)

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
