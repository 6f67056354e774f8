"""A provider so cheap that it hides nothing of what is measured: takes texts, notes when, tells its logs.

Must not: check anything. Whether the wire is spoken right is tested with the pretend company.
"""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.bench import calls, wire

#: After so long a text has arrived and a call has ended, in the logs.
SETTLED = 2.0
NOT_FOUND = wire.answer(404, b'{"code": 20404, "message": "not found", "status": 404}')
TROUBLE = wire.answer(503, b"<html>Service Unavailable</html>", content_type="text/html")


@dataclass(frozen=True, slots=True)
class Taken:
    """One text."""

    sid: str
    to: str
    sender: str
    body: str
    at: float
    made: datetime = field(default_factory=lambda: datetime.now(UTC))

    def told(self) -> str:
        settled = time.monotonic() - self.at > SETTLED
        return json.dumps(
            {
                "sid": self.sid, "to": self.to, "from": self.sender, "body": self.body,
                "direction": "outbound-api", "status": "delivered" if settled else "queued",
                "error_code": None, "date_created": format_datetime(self.made.replace(microsecond=0)),
                "date_updated": format_datetime(self.made.replace(microsecond=0)),
            }
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Called:
    """One call: the caller's leg, and the office's phone that nobody picked up."""

    sid: str
    caller: str
    at: float
    made: datetime

    def told(self) -> list[str]:
        over = time.monotonic() - self.at > SETTLED
        began, ended = self.made.replace(microsecond=0), self.made.replace(microsecond=0)
        leg = {"start_time": format_datetime(began - timedelta(seconds=20)),
               "date_created": format_datetime(began - timedelta(seconds=20))}  # fmt: skip
        first = leg | {
            "sid": self.sid, "parent_call_sid": None, "direction": "inbound", "from": self.caller,
            "to": calls.LINE, "status": "completed" if over else "in-progress", "duration": "22",
            "end_time": format_datetime(ended) if over else None,
        }  # fmt: skip
        dialed = leg | {
            "sid": self.sid[:-1] + "d", "parent_call_sid": self.sid, "direction": "outbound-dial",
            "from": self.caller, "to": "+14155550111", "status": "no-answer", "duration": "0",
            "end_time": format_datetime(ended),
        }  # fmt: skip
        return [json.dumps(dialed), json.dumps(first)]


@dataclass(frozen=True, slots=True)
class Rows:
    """A log, newest first, of which only the rows of a page are made."""

    count: int
    told: Callable[[int], str]


class Provider:
    """One account. `mood`: answers; fails (503); closes; takes-and-closes. `delay` before answers."""

    def __init__(self) -> None:
        self.mood = "answers"
        self.delay = 0.0
        #: Whether the logs show anything.
        self.tells = True
        self.on_taken: Callable[[Taken], None] = lambda taken: None
        self.texts: defaultdict[str, list[Taken]] = defaultdict(list)
        self.calls: list[Called] = []
        self._order: list[Taken] = []
        self._made = 0
        self._open: set[wire.Answering] = set()
        self._server: asyncio.Server | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Listen: on any free port at first, then always on that one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: wire.Answering(self._answer, self._open, delay=lambda: self.delay),
            "127.0.0.1",
            self._port,
            backlog=2048,
        )
        self._port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        """From here on connections are refused."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self._open):
            if connection.transport is not None:
                connection.transport.abort()

    def called(self, sid: str, caller: str) -> None:
        """A call for the call log."""
        self.calls.append(Called(sid, caller, time.monotonic(), datetime.now(UTC)))

    def forget(self) -> None:
        self.calls, self._order = [], []
        self.texts.clear()

    async def trouble(self, kind: str, *, after: float, seconds: float) -> None:
        """After a while things go wrong for a while."""
        await asyncio.sleep(after)
        if kind == "refuses":
            self.stop()
            await asyncio.sleep(seconds)
            await self.start()
        else:
            self.mood = kind
            await asyncio.sleep(seconds)
            self.mood = "answers"

    def _answer(self, asked: wire.Asked) -> bytes | None:
        address = urlsplit(asked.target)
        resource = address.path.rpartition("/")[2]
        if asked.method == b"POST" and resource == "Messages.json":
            return self._take(asked)
        if self.mood != "answers":
            return TROUBLE if self.mood == "fails" else None
        query = {name: values[-1] for name, values in parse_qs(address.query).items()}
        if resource == "Messages.json":
            return self._told("messages", address.path, query, self._told_texts(query))
        if resource == "Calls.json":
            return self._told("calls", address.path, query, self._told_calls(query))
        return NOT_FOUND

    def _take(self, asked: wire.Asked) -> bytes | None:
        form = dict(parse_qsl(asked.body.decode()))
        to = form.get("To", "")
        if self.mood == "fails":
            return TROUBLE
        if self.mood == "closes":
            return None
        self._made += 1
        taken = Taken(calls.sid("SM", self._made), to, form.get("From", ""), form.get("Body", ""), asked.at)
        self.texts[to].append(taken)
        self._order.append(taken)
        self.on_taken(taken)
        if self.mood == "takes-and-closes":
            return None
        made = {"sid": taken.sid, "status": "queued", "error_code": None, "to": to}
        return wire.answer(201, json.dumps(made).encode())

    def _told_texts(self, query: dict[str, str]) -> Rows:
        texts = self.texts.get(query["To"], []) if "To" in query else self._order
        return Rows(len(texts), lambda row: texts[-1 - row].told())

    def _told_calls(self, query: dict[str, str]) -> Rows:
        """Newest first, the dialed leg before the caller's; with a parent only its dialed leg."""
        parent = query.get("ParentCallSid")
        if parent is None:
            called = self.calls
            return Rows(2 * len(called), lambda row: called[-1 - row // 2].told()[row % 2])
        found = [call for call in self.calls if call.sid == parent]
        return Rows(len(found), lambda row: found[row].told()[0])

    def _told(self, name: str, path: str, query: dict[str, str], rows: Rows) -> bytes:
        size, page = int(query.get("PageSize", "50")), int(query.get("Page", "0"))
        count = rows.count if self.tells else 0
        shown = [rows.told(row) for row in range(page * size, min((page + 1) * size, count))]
        following = f'"{path}?PageSize={size}&Page={page + 1}"' if count > (page + 1) * size else "null"
        body = f'{{"{name}": [{", ".join(shown)}], "next_page_uri": {following}}}'
        return wire.answer(200, body.encode())
