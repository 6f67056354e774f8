"""Where a text's time goes, hook to taken: processor time, statements, and the ten dearest functions.

Must not: be taken for the whole: sockets, threads and the disk's waiting are not in it.
"""

import asyncio
import cProfile
import json
import os
import pstats
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mcdesk import app
from mcdesk.app.connecting import make_connections, make_house
from mcdesk.app.offices import current_office
from mcdesk.domain.events import DeliveryStatus
from mcdesk.engine.engine import Engine
from mcdesk.engine.patience import Patience
from mcdesk.engine.sending import Sender
from mcdesk.ports.hooks import Hook, Hooked
from mcdesk.ports.texts import SentText, Texts
from mcdesk.store.transaction import Tx
from tests.bench import calls, setting, wire
from tests.bench.figures import Figure, middle
from tests.bench.programs import ROOT

HOOK_URL = f"http://127.0.0.1:8080/hooks/twilio/{calls.SECRET}"
SHOWN = 10
#: Until imports and statements are warm.
WARM = 50


@dataclass(frozen=True, slots=True)
class Dear:
    """A function, per text, as the profiler sees it: it makes many small calls look dearer than they are."""

    own_microseconds: float
    calls: float
    whole_microseconds: float
    where: str


@dataclass(frozen=True, slots=True)
class Spent:
    """What a text takes on one thread."""

    microseconds: float
    statements: float
    dearest: Sequence[Dear]


class Way:
    """Verify, store and understand a hook; claim its text; note that it was taken. One unit of work each."""

    def __init__(self, place: app.Place, engine: Engine, connection: Any) -> None:
        live = engine.connections.get("twilio")
        assert live is not None
        assert isinstance(live.provider, Hooked)
        assert isinstance(live.provider, Texts)
        self._live, self._provider = live, live.provider
        self._engine = engine
        self._sender = Sender(
            "twilio", live.provider, engine._means, still_ours=lambda: True, catching_up=engine.catching_up
        )
        self._connection = connection
        self.texts = 0

    def go(self, hook: Hook) -> None:
        self._provider.verify(hook)
        self._unit(lambda tx: self._engine.inbox._store(self._live, self._provider, hook, tx))
        for outgoing in self._unit(lambda tx: self._sender._claims.claim(tx, 24)):
            sent = SentText(message_id=calls.sid("SM", self.texts), status=DeliveryStatus.ACCEPTED)
            self._unit(lambda tx, out=outgoing, sent=sent: self._sender._done(tx, outgoing=out, sent=sent))
            self.texts += 1

    def _unit(self, work: Any) -> Any:
        self._connection.exec_driver_sql("BEGIN IMMEDIATE")
        result = work(Tx(self._connection, datetime.now(UTC)))
        self._connection.exec_driver_sql("COMMIT")
        return result


def hooks(count: int) -> list[Hook]:
    made = []
    for ordinal, caller in zip(range(count), calls.callers(), strict=False):
        head, body = calls.missed(caller, ordinal, url=HOOK_URL).written.split(wire.END, 1)
        lines = (line.decode().partition(": ") for line in head.split(b"\r\n")[1:])
        made.append(Hook("POST", HOOK_URL, {name.lower(): value for name, _, value in lines}, body))
    return made


async def spent(folder: Path, *, texts: int) -> Spent:
    place = app.open_place(folder)
    app.apply_configuration(place, setting.configuration("http://127.0.0.1:9"), by="benchmark")
    office = current_office(place)
    connections = make_connections(place, office, listen="http://127.0.0.1:8080", holder="benchmark")
    engine = Engine(place.database, place.clock, make_house(office), connections, patience=Patience())
    await engine.inbox.begin(["twilio"])
    given = iter(hooks(WARM + 3 * texts))
    with place.database._engine.connect() as connection:
        # the disk's part is another matter
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        way = Way(place, engine, connection)
        for _ in range(WARM):
            way.go(next(given))
        # the middle one: neighbours on the machine make some of them dearer, none cheaper
        microseconds = middle(_thread_seconds(way, next(given)) for _ in range(texts)) * 1e6
        file = connection.connection.driver_connection
        assert isinstance(file, sqlite3.Connection)
        count = 0

        def another(statement: str) -> None:
            nonlocal count
            count += 1

        file.set_trace_callback(another)
        for _ in range(texts):
            way.go(next(given))
        file.set_trace_callback(None)
        profile = cProfile.Profile(time.thread_time)
        profile.enable()
        for _ in range(texts):
            way.go(next(given))
        profile.disable()
    assert way.texts == WARM + 3 * texts
    place.close()
    return Spent(microseconds, count / texts, _dearest(profile, texts))


def _thread_seconds(way: Way, hook: Hook) -> float:
    began = time.thread_time()
    way.go(hook)
    return time.thread_time() - began


def _dearest(profile: cProfile.Profile, texts: int) -> list[Dear]:
    stats: dict[tuple[str, int, str], Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    found = [
        Dear(own / texts * 1e6, count / texts, whole / texts * 1e6, f"{Path(file).name}:{line} {name}")
        for (file, line, name), (_, count, own, whole, _) in stats.items()
    ]
    return sorted(found, key=lambda each: -each.own_microseconds)[:SHOWN]


def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """All figures of this part, made in a process of its own."""
    arguments = [sys.executable, "-m", "tests.bench.top_ten", str(100 if quick else 500)]
    environment = {**os.environ, **setting.ENVIRONMENT}
    done = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    figures = [
        Figure(what="a text, hook to taken: processor", measured=told["microseconds"], unit="µs"),
        Figure(what="a text, hook to taken: statements", measured=told["statements"], unit=""),
    ]
    return figures + [
        Figure(
            what=f"dearest {place}", measured=each["own_microseconds"], unit="µs",
            note=f"{each['calls']:.1f} calls, {each['whole_microseconds']:.0f} µs with what it calls: "
            + each["where"],
        )
        for place, each in enumerate(told["dearest"], start=1)
    ]  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="mcdesk-bench-") as folder:
        found = asyncio.run(spent(Path(folder), texts=int(sys.argv[1])))
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    main()
