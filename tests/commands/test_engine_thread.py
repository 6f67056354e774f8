"""The engine beside a window: what the window can learn and do when it is stuck, broken or gone.

Must not: open a window; `test_window` does.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mcdesk import app
from mcdesk.commands.door import NotSo
from mcdesk.commands.engine_thread import EngineThread
from mcdesk.commands.last_words import FILE_NAME, LastWords
from mcdesk.engine.patience import Patience
from mcdesk.engine.silence import Silence, Why
from tests.commands import running
from tests.commands.running import until

#: A window's engine that loses patience soon.
BRIEF = Patience(stall=2.0)


class Beside:
    """An engine on its thread, and what was started with it."""

    def __init__(self, folder: Path) -> None:
        self.running: app.Running | None = None
        self.words = LastWords(folder / "logs")
        self.thread = EngineThread(
            lambda: app.open_place(folder), on_start=self._keep, words=self.words, patience=BRIEF
        )
        self.desk = self.thread.start()
        self.free = threading.Event()

    def _keep(self, running: app.Running) -> None:
        self.running = running

    def on_its_loop(self, act: Callable[[], object]) -> None:
        loop = self.thread._loop
        assert loop is not None
        loop.call_soon_threadsafe(act)

    def silence(self) -> Silence:
        until(self.desk.silence)
        silence = self.desk.silence()
        assert silence is not None
        return silence


@pytest.fixture
def beside(folder: Path) -> Iterator[Beside]:
    running.configured(folder)
    made = Beside(folder)
    yield made
    made.free.set()
    assert made.thread.stop(within=30)


def test_a_stuck_loop_is_known_without_asking_it_and_every_stack_is_kept(
    beside: Beside, folder: Path
) -> None:
    assert beside.desk.silence() is None
    beside.on_its_loop(beside.free.wait)
    assert beside.silence().why is Why.SILENT
    until(lambda: "silent (loop)" in kept(folder) and "_write_all" in kept(folder))
    beside.free.set()
    until(lambda: beside.desk.silence() is None)


def test_nobody_waits_for_ever_for_a_stuck_engine_to_end(beside: Beside) -> None:
    beside.on_its_loop(beside.free.wait)
    assert not beside.thread.stop(within=0.5)


def test_an_engine_that_is_stuck_before_there_is_a_desk_is_said_in_words(folder: Path) -> None:
    running.configured(folder)
    free = threading.Event()

    def stick(started: app.Running) -> None:
        started.place.database.write(lambda tx: free.wait(30))
        time.sleep(8)

    thread = EngineThread(lambda: app.open_place(folder), on_start=stick, patience=BRIEF)
    try:
        with pytest.raises(NotSo, match="stuck while it started"):
            thread.start()
    finally:
        free.set()
        assert thread.stop(within=30)


def kept(folder: Path) -> str:
    return (folder / "logs" / FILE_NAME).read_text(encoding="utf-8")


def test_a_part_that_fails_for_good_is_known(beside: Beside) -> None:
    assert beside.running is not None
    beside.on_its_loop(beside.running.engine.broken.set)
    assert beside.silence().why is Why.BROKEN


def test_an_engine_that_ends_by_itself_is_known(beside: Beside) -> None:
    def end() -> None:
        for task in asyncio.all_tasks():
            if task.get_coro().__qualname__ == "EngineThread._work":  # type: ignore[union-attr]
                task.cancel()

    beside.on_its_loop(end)
    assert beside.silence().why is Why.ENDED


def test_an_engine_that_lives_is_not_suspected_and_leaves_no_last_words(folder: Path) -> None:
    running.configured(folder)
    beside = Beside(folder)
    time.sleep(2.5)
    assert beside.desk.silence() is None
    assert beside.thread.stop(within=20)
    assert not (folder / "logs" / FILE_NAME).exists()
