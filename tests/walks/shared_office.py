"""A shared office: many engines in processes of their own on one PostgreSQL, among one set of companies.

Must not: judge what comes of it.
"""

import asyncio
import contextlib
import itertools
import random
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from functools import partial
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from mcdesk.ports.provider import Tokens
from mcdesk.settings import office_key
from mcdesk.simulator import InThread, PretendClio, PretendTwilio
from mcdesk.store import configurations, schema
from mcdesk.store.opening_server import open_server
from mcdesk.store.secrets import Vault
from mcdesk.store.tokens import StoredTokens
from mcdesk.store.transaction import Tx
from tests import postgres
from tests.faults.mortals import Gone, Mortal, Mortals
from tests.faults.orders import Birth
from tests.walks.configured import NOWHERE, Options, configuration

#: Ten engines share two processors with everything else: shorter ones would be taken for dead all the time.
LEASE = 4.0
#: Less than a lease and what is waited after it: longer, and nobody could keep a text from going out twice.
LONGEST_FREEZE = 4.5
#: Engines at work, less of which none is killed.
FEWEST = 4
READY_WITHIN = 60.0
#: Answered where no engine is.
NOBODY = 503, "text/plain", b""


@dataclass
class SharedOffice:
    """`open` first, `close` at the end. `random`: every choice in it."""

    folder: Path
    server: postgres.Server
    twilio: InThread[PretendTwilio]
    clio: InThread[PretendClio]
    mortals: Mortals
    random: random.Random
    engines: list[Mortal] = field(default_factory=list)
    killed: int = 0
    frozen: int = 0
    _lives: Iterator[int] = field(default_factory=itertools.count)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self) -> None:
        self.database = self.server.new_database()
        self._front_door = _FrontDoor(self._two_doors)
        self._install()
        self.twilio.company.point_hooks_at(f"{self._front_door.url}/hooks/twilio/s3cret-path")

    def close(self) -> None:
        for engine in self.engines:
            engine.kill(signal.SIGCONT)
            engine.kill()
        self._front_door.close()
        self.server.drop(self.database)

    def _install(self) -> None:
        """Configured and signed in, as by IT before the first desk starts."""
        source = configuration(
            Options(hooks=False, poll_seconds=2),
            sid=self.twilio.company.account.sid,
            twilio=self.twilio.company.url,
            clio=self.clio.company.url,
        ).replace(NOWHERE, self._front_door.url)

        def know(tx: Tx) -> None:
            configurations.apply(tx, source, by="story")
            for name in ("twilio", "clio"):
                tx.run(insert(schema.connections).values(name=name, since=tx.now - timedelta(hours=1)))

        token = self.clio.ask(self.clio.company.issue_token)
        tokens = Tokens(
            access=str(token["access_token"]),
            refresh=str(token["refresh_token"]),
            expires_at=datetime.now(UTC) + timedelta(days=3_000),
        )
        database = open_server(self.database, now=lambda: datetime.now(UTC))
        try:
            database.write(know).result(10)
            vault = Vault(database, lambda: office_key(self.folder, create=False))
            asyncio.run(StoredTokens(vault, database, "clio", "story").save(tokens))
        finally:
            database.close()

    # engines

    def start(self, count: int) -> None:
        """So many more, at work when this returns."""
        for _ in range(count):
            self._bear()
        until = time.monotonic() + READY_WITHIN
        for engine in self.engines:
            while not engine.is_ready:
                assert not engine.is_dead, engine.errors
                assert time.monotonic() < until, f"not at work: {engine.errors}"
                time.sleep(0.02)

    def _at_work(self) -> list[Mortal]:
        return [engine for engine in self.engines if engine.is_ready and not engine.is_dead]

    def _bear(self) -> None:
        life = str(next(self._lives))
        folder = self.folder / life
        folder.mkdir()
        birth = Birth(folder=str(folder), life=life, port=_free_port(), database=self.database, lease=LEASE)
        born = self.mortals.bear(birth)
        with self._lock:
            self.engines.append(born)

    def trouble_one(self) -> None:
        """Kill one now, have one die in the middle of the next things it does, or let one stand still."""
        with self._lock:
            at_work = self._at_work()
        if len(at_work) < FEWEST:
            return
        chosen = self._busiest(at_work) or self.random.choice(at_work)
        match self.random.choice(["kill", "before", "after", "commit", "freeze"]):
            case "kill":
                chosen.kill()
            case "freeze":
                chosen.kill(signal.SIGSTOP)
                self.frozen += 1
                threading.Timer(LONGEST_FREEZE, chosen.kill, [signal.SIGCONT]).start()
            case kind:
                with contextlib.suppress(Gone):
                    chosen.ask("doom", kind=kind, number=self.random.randrange(1, 5), seconds=1)

    def _busiest(self, at_work: list[Mortal]) -> Mortal | None:
        """Every other time whoever writes the CRM or reads the log: they have more to be interrupted in."""
        if self.random.random() < 0.5:
            return None
        holders = "SELECT holder FROM leases WHERE name IN ('crm:clio', 'poll:twilio') ORDER BY name"
        processes = {f":{engine.pid}:": engine for engine in at_work}
        found = [processes[sign] for (holder,) in self.rows(holders) for sign in processes if sign in holder]
        return self.random.choice(found) if found else None

    def tend(self) -> None:
        """Another engine in the place of each that died."""
        with self._lock:
            dead = [engine for engine in self.engines if engine.is_dead]
            self.engines = [engine for engine in self.engines if engine not in dead]
        for engine in dead:
            assert not engine.ended_by_itself, engine.errors
            # It is dead; this closes our end of its door.
            engine.kill()
            self.killed += 1
            self._bear()

    def _two_doors(self) -> list[str]:
        """Of different engines."""
        with self._lock:
            at_work = self._at_work()
        chosen = self.random.sample(at_work, min(2, len(at_work)))
        return [f"127.0.0.1:{engine.birth.port}" for engine in chosen]

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        return self.server.do(question, at=self.database)


class _FrontDoor:
    """The office's public address. Each hook goes to two engines at once, as when a company is not sure."""

    def __init__(self, doors: Callable[[], list[str]]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ask = partial(_ask, path=self.path, headers=self.headers, body=body)
                with ThreadPoolExecutor(2) as pool:
                    status, kind, answer = min(pool.map(ask, doors()), default=NOBODY)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *words: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _ask(door: str, *, path: str, headers: Message, body: bytes) -> tuple[int, str, bytes]:
    kept = {name: value for name, value in headers.items() if name.lower() not in {"host", "connection"}}
    connection = HTTPConnection(door, timeout=3)
    try:
        connection.request("POST", path, body, kept)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Content-Type", "text/plain"), answer.read()
    except (OSError, HTTPException):
        return NOBODY
    finally:
        connection.close()
