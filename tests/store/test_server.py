"""What only a server does: it goes away and comes back, has connections ended, and is used by many processes.

Must not: know what the tables mean.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, select

from mcdesk.store import leases, postgres_server, schema
from mcdesk.store.backend import OutcomeUnknown
from mcdesk.store.database import Database
from mcdesk.store.opening_server import open_server
from mcdesk.store.transaction import StoreTrouble, Tx
from tests import postgres
from tests.store.conftest import NOW


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    with closing(open_server(address, now=lambda: NOW)) as opened:
        yield opened


def add(tx: Tx, source: str) -> int:
    return tx.insert(schema.configurations.insert(), {"at": tx.now, "by": "test", "source": source})


def sources(database: Database) -> list[str]:
    table = schema.configurations
    rows = database.read(lambda tx: tx.all(select(table.c.source).order_by(table.c.id))).result()
    return [row.source for row in rows]


def end_connection(server: postgres.Server, process: int) -> None:
    """As an administrator, or a broken cable, does."""
    server.do(f"SELECT pg_terminate_backend({process}, 5000)")


def process_of(tx: Tx) -> int:
    return int(tx.connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


def before_commit(database: Database, act: Callable[[Any], None]) -> None:
    """Once, just before COMMIT is sent; `act` gets the driver's connection."""

    acts = [act]

    def executing(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement == "COMMIT" and acts:
            acts.pop()(cursor.connection)

    event.listen(database._engine, "before_cursor_execute", executing)


def test_a_text_may_hold_what_postgresql_has_no_character_for(database: Database) -> None:
    database.write(partial(add, source="a\0b")).result(10)
    assert sources(database) == ["a\N{REPLACEMENT CHARACTER}b"]


def test_a_server_that_is_started_again_loses_nothing_and_repeats_nothing(address: str) -> None:
    with postgres.running() as server, closing(open_server(server.new_database(), now=lambda: NOW)) as mine:
        mine.write(partial(add, source="before")).result(10)
        restarting = threading.Thread(target=server.restart)
        restarting.start()
        written: list[str] = []
        while restarting.is_alive():
            written.append(f"meanwhile {len(written)}")
            mine.write(partial(add, source=written[-1])).result(30)
            assert sources(mine)
        restarting.join()
        assert sources(mine) == ["before", *written]


def test_a_unit_whose_connection_ends_is_done_again_and_once(
    database: Database, server: postgres.Server
) -> None:
    tried: list[int] = []

    def cut_off(tx: Tx) -> int:
        tried.append(add(tx, "once"))
        if len(tried) == 1:
            end_connection(server, process_of(tx))
        return add(tx, "and this")

    assert database.write(cut_off).result(20)
    assert len(tried) == 2
    assert sources(database) == ["once", "and this"]


def test_a_commit_that_did_not_arrive_is_done_again(database: Database, server: postgres.Server) -> None:
    before_commit(database, lambda driver: end_connection(server, driver.info.backend_pid))
    database.write(partial(add, source="once")).result(20)
    assert sources(database) == ["once"]


def test_a_commit_whose_answer_did_not_arrive_is_not_done_again(
    database: Database, server: postgres.Server
) -> None:
    def cut_the_answer(driver: Any) -> None:
        driver.execute("COMMIT")
        end_connection(server, driver.info.backend_pid)

    before_commit(database, cut_the_answer)
    number = database.write(partial(add, source="once")).result(20)
    assert sources(database) == ["once"]
    assert number == 1, "the answer of the try that was kept"


def test_what_nobody_can_tell_the_outcome_of_is_neither_done_again_nor_called_saved(
    database: Database, server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_server, "IDLE_IN_TRANSACTION", 0)
    database._backend.patience = 0.5
    monkeypatch.setattr(postgres_server, "_BECAME", "SELECT 'in progress', CAST(%s AS text)")

    def cut_the_answer(driver: Any) -> None:
        driver.execute("COMMIT")
        end_connection(server, driver.info.backend_pid)

    before_commit(database, cut_the_answer)
    with pytest.raises(OutcomeUnknown, match="Look before"):
        database.write(partial(add, source="perhaps")).result(20)
    assert sources(database) == ["perhaps"]
    database.write(partial(add, source="goes on")).result(20)


def test_one_that_stands_still_while_writing_is_thrown_out_and_then_does_its_part_again(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = postgres_server._SESSION.replace("session_timeout=5000", "session_timeout=500")
    assert quick != postgres_server._SESSION
    monkeypatch.setattr(postgres_server, "_SESSION", quick)
    with (
        closing(open_server(address, now=lambda: NOW)) as asleep,
        closing(open_server(address, now=lambda: NOW)) as awake,
    ):
        standing, nights = threading.Event(), iter([2.0, 0.0])

        def stand_still(tx: Tx) -> None:
            standing.set()
            time.sleep(next(nights))
            add(tx, "late")

        late = asleep.write(stand_still)
        standing.wait(10)
        began = time.monotonic()
        awake.write(partial(add, source="others go on")).result(20)
        assert time.monotonic() - began < 1.8
        late.result(20)
        assert sources(awake) == ["others go on", "late"]


def test_a_server_that_stays_away_is_said_in_words_and_work_goes_on_when_it_is_back(address: str) -> None:
    with postgres.running() as server, closing(open_server(server.new_database(), now=lambda: NOW)) as mine:
        mine.write(partial(add, source="before")).result(10)
        mine._backend.patience = 0.3
        server.handle.stop()
        with pytest.raises(StoreTrouble, match="does not answer"):
            mine.write(partial(add, source="never")).result(20)
        with pytest.raises(StoreTrouble, match="does not answer"):
            mine.read(lambda tx: tx.first(select(schema.configurations))).result(20)
        server.handle.start()
        mine.write(partial(add, source="after")).result(20)
        assert sources(mine) == ["before", "after"]


def test_others_are_told_at_once_and_one_is_not_told_of_oneself(address: str) -> None:
    with (
        closing(open_server(address, now=lambda: NOW)) as writer,
        closing(open_server(address, now=lambda: NOW)) as reader,
    ):
        told, own = threading.Event(), threading.Event()
        reader.on_hint(told.set)
        writer.on_hint(own.set)
        # Each is told once when it begins to listen.
        assert told.wait(5)
        assert own.wait(5)
        told.clear()
        own.clear()
        began = time.monotonic()
        writer.write(lambda tx: tx.touched.leads.add(7)).result(10)
        assert told.wait(5)
        assert time.monotonic() - began < 0.4
        assert not own.wait(0.2)


def test_leases_go_by_the_servers_clock(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong(datetime):
        """A PC whose clock is an hour ahead."""

        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(hours=1)

    lasts = timedelta(seconds=20)
    with closing(open_server(address, now=lambda: datetime.now(UTC))) as right:
        assert right.write(lambda tx: leases.hold(tx, "poll", holder="right", lasts=lasts)).result(10)
        monkeypatch.setattr(postgres_server, "datetime", Wrong)
        with closing(open_server(address, now=lambda: Wrong.now(UTC))) as wrong:
            assert (
                wrong.write(lambda tx: leases.hold(tx, "poll", holder="wrong", lasts=lasts)).result(10)
                is None
            )


CLAIMS = """
import sys
from datetime import timedelta
from mcdesk.store import jobs, leases
from tests.store.conftest import open_either

database, name = open_either(sys.argv[1]), sys.argv[2]
lasts = timedelta(minutes=1)
database.write(lambda tx: leases.hold(tx, f"engine:{name}", holder=name, lasts=lasts)).result()
print("ready", flush=True)
sys.stdin.readline()
mine = []
while got := database.write(lambda tx: jobs.claim(tx, channel="c", holder=name, most=3)).result():
    mine += [job.key for job in got]
    database.write(lambda tx: [jobs.finish(tx, job) for job in got]).result()
print(" ".join(mine))
database.close()
"""


def test_many_processes_claim_each_piece_of_work_once(address: str, database: Database) -> None:
    def owe(tx: Tx) -> None:
        for number in range(120):
            tx.run(
                schema.jobs.insert(),
                {"key": f"k{number}", "kind": "k", "channel": "c", "work": {}, "due": tx.now, "at": tx.now},
            )

    database.write(owe).result(10)
    engines = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMS, address, f"engine {number}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    for engine in engines:
        assert engine.stdout is not None
        assert engine.stdout.readline() == "ready\n"
    claimed = [key for engine in engines for key in engine.communicate("go\n", timeout=40)[0].split()]
    assert sorted(claimed) == sorted(f"k{number}" for number in range(120))
