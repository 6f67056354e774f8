"""What Python no longer needs is collected on the window's thread, whoever makes it collect."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtTest import QTest

from mcdesk.ui import sweeping
from mcdesk.ui.sweeping import Sweeper


class Litter(QObject):
    """Holds itself, so that only the collector can free it."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


@pytest.fixture
def sweeper() -> Iterator[Sweeper]:
    gc.enable()
    made = Sweeper()
    made.start()
    yield made
    made.stop()


def drop(swept_on: list[threading.Thread]) -> None:
    weakref.finalize(Litter(), lambda: swept_on.append(threading.current_thread()))


def work() -> None:
    """As much as makes Python collect everything by itself, many times over."""
    kept = [[number] for number in range(400_000)]
    kept.clear()


def test_another_threads_work_collects_nothing_and_the_window_does(sweeper: Sweeper) -> None:
    swept_on: list[threading.Thread] = []
    drop(swept_on)
    engine = threading.Thread(target=work)
    engine.start()
    engine.join()
    assert swept_on == []
    drop(swept_on)
    QTest.qWait(3 * sweeping.EVERY)
    assert swept_on == [threading.main_thread()] * 2


def test_what_lives_long_is_swept_too(sweeper: Sweeper) -> None:
    swept_on: list[threading.Thread] = []
    held = Litter()
    weakref.finalize(held, lambda: swept_on.append(threading.current_thread()))
    gc.collect(0)
    gc.collect(1)
    del held
    for _ in range(sweeping.ALL_EVERY):
        sweeper.sweep()
    assert swept_on == [threading.main_thread()]


def test_python_collects_again_by_itself_when_the_window_has_gone() -> None:
    sweeper = Sweeper()
    sweeper.start()
    assert not gc.isenabled()
    sweeper.keep()
    sweeper.stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
