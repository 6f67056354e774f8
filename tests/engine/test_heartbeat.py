"""What is stuck is noticed from outside, and what only slept is not taken for stuck.

Must not: wait for minutes; the limits here are fractions of a second.
"""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from mcdesk.engine.heartbeat import Heartbeat, asks_of
from mcdesk.engine.silence import Silence, Why
from mcdesk.store.database import Database
from mcdesk.store.opening import open_database
from tests.engine.rehearsal import NOW


class Watched:
    """A heartbeat over a loop on a thread of its own and a database."""

    def __init__(self, folder: Path, *, limit: float = 0.4) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()
        self.database: Database = open_database(folder, now=lambda: NOW)
        self.told: list[Silence | None] = []
        self.is_broken = False
        self.heartbeat = Heartbeat(
            asks_of(self.loop, self.database),
            limit=limit,
            beat=0.05,
            broken=lambda: self.is_broken,
            told=self.told.append,
        )
        self.heartbeat.start()

    def end(self) -> None:
        self.heartbeat.stop()
        if not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.loop.stop)
            self._thread.join(10)
            self.loop.close()
        self.database.close()

    def until(self, is_so: Callable[[], object]) -> None:
        began = time.monotonic()
        while not is_so():
            assert time.monotonic() - began < 10, self.told
            time.sleep(0.01)


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.end()


def test_an_engine_that_lives_is_left_alone(watched: Watched) -> None:
    time.sleep(1.0)
    assert watched.told == []
    assert watched.heartbeat.silence is None


def test_a_loop_that_is_stuck_is_told_and_its_coming_back_too(watched: Watched) -> None:
    time.sleep(0.2)
    watched.loop.call_soon_threadsafe(time.sleep, 1.0)
    watched.until(lambda: watched.heartbeat.silence)
    silence = watched.heartbeat.silence
    assert silence is not None
    assert (silence.why, silence.part) == (Why.SILENT, "loop")
    watched.until(lambda: watched.heartbeat.silence is None)
    assert watched.told == [silence, None]


@pytest.mark.parametrize("part", ["writer", "reader"])
def test_a_piece_of_work_that_hangs_in_the_database_is_told(watched: Watched, part: str) -> None:
    free = threading.Event()
    if part == "writer":
        watched.database.write(lambda tx: free.wait(10))
    else:
        for _ in range(2):
            watched.database.read(lambda tx: free.wait(10))
    try:
        watched.until(lambda: watched.heartbeat.silence)
        silence = watched.heartbeat.silence
        assert silence is not None
        assert (silence.why, silence.part) == (Why.SILENT, part)
    finally:
        free.set()


def test_a_part_that_failed_for_good_is_told(watched: Watched) -> None:
    watched.is_broken = True
    watched.until(lambda: watched.told)
    time.sleep(0.2)
    (silence,) = watched.told
    assert silence is not None
    assert silence.why is Why.BROKEN


def test_an_engine_whose_loop_has_ended_is_told(watched: Watched) -> None:
    watched.loop.call_soon_threadsafe(watched.loop.stop)
    watched._thread.join()
    watched.loop.close()
    watched.until(lambda: watched.heartbeat.silence)


def test_an_engine_that_ended_by_itself_stays_ended(watched: Watched) -> None:
    watched.heartbeat.fail("engine")
    time.sleep(0.3)
    (silence,) = watched.told
    assert silence is not None
    assert silence.why is Why.ENDED


def test_a_listener_that_fails_does_not_end_the_watch(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Silence | None] = []

    def told(silence: Silence | None) -> None:
        heard.append(silence)
        raise ValueError("a bug")

    stuck: Future[object] = Future()
    heartbeat = Heartbeat({"part": lambda: stuck}, limit=0.1, beat=0.02, told=told)
    heartbeat.start()
    began = time.monotonic()
    while len(heard) < 1:
        assert time.monotonic() - began < 5
        time.sleep(0.01)
    stuck.set_result(None)
    while len(heard) < 2:
        assert time.monotonic() - began < 5
        time.sleep(0.01)
    heartbeat.stop()


#: Prints what it is told of an engine whose process is stopped and goes on.
SLEEPS = """
import asyncio, sys, threading, time
from mcdesk.engine.heartbeat import Heartbeat
from concurrent.futures import Future
loop = asyncio.new_event_loop()
threading.Thread(target=loop.run_forever, daemon=True).start()
def ask():
    asked = Future()
    # in steps: a step that was under way when the PC fell asleep is done at once after it
    def step(left):
        asked.set_result(None) if left == 0 else loop.call_later(0.04, step, left - 1)
    loop.call_soon_threadsafe(step, 5)
    return asked
def told(silence):
    print("told", silence, flush=True)
Heartbeat({"loop": ask}, limit=0.5, beat=0.05, told=told).start()
print("ready", flush=True)
time.sleep(4)
print("end", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="stops a process by a signal")
def test_a_sleep_of_the_pc_is_no_silence() -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEPS], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for _ in range(3):
            time.sleep(0.2)
            process.send_signal(signal.SIGSTOP)
            time.sleep(0.8)
            process.send_signal(signal.SIGCONT)
        assert process.stdout.readline() == "end\n"
