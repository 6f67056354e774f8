"""A window over the rehearsed office on its own qasync loop, offscreen.

Must not: hide waiting; `settle` runs the loop until nothing the window started is still under way.
"""

import asyncio
import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import qasync
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from mcdesk.settings import resource_folder
from mcdesk.ui.attending import Attending
from mcdesk.ui.door import Door
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.theme.look import Look
from mcdesk.ui.theme.tokens import ThemeName
from tests.ui.rehearsed import RehearsedDesk
from tests.ui.sample_office import sample_desk


@dataclass
class Seat:
    """Somebody sits at this window; `settle` after each thing they do."""

    window: MainWindow
    desk: RehearsedDesk
    door: Door
    loop: asyncio.AbstractEventLoop

    @property
    def attending(self) -> Attending:
        assert self.window.attending is not None
        return self.window.attending

    def settle(self) -> None:
        """Let everything that was started come to its end, and what that started too."""

        async def quiet() -> None:
            for _ in range(4):
                await self.door.idle()
                await asyncio.sleep(0.005)

        self.loop.run_until_complete(quiet())

    def press(self, key: str) -> None:
        """A key, where the keyboard is now."""
        target: QWidget = QApplication.focusWidget() or self.window
        QTest.keyClick(target, Qt.Key(ord(key.upper())))
        self.settle()

    def press_key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        target: QWidget = QApplication.focusWidget() or self.window
        QTest.keyClick(target, key, modifier)
        self.settle()

    def type(self, text: str) -> None:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClicks(target, text)

    def click(self, button: QWidget) -> None:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def open(self, lead: int) -> None:
        self.window.open_lead(lead)
        self.settle()

    def names(self) -> list[str]:
        """Who is in the queue, top to bottom."""
        return [row.who for row in self.attending.room.queue.model.entries if hasattr(row, "who")]


@pytest.fixture(scope="session")
def closed_loops() -> list[asyncio.AbstractEventLoop]:
    """Loops outlive their tests: Qt still holds the timers of what was cancelled in them."""
    # what is there by now is of no window; the sweeps after each test need not look at it
    gc.freeze()
    return []


@pytest.fixture(autouse=True)
def swept_here(qapp: QApplication) -> Iterator[None]:
    """As in the program, nothing of a window is collected by a thread that is not the window's."""
    gc.disable()
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    gc.enable()


@pytest.fixture
def loop(
    qapp: QApplication, closed_loops: list[asyncio.AbstractEventLoop]
) -> Iterator[asyncio.AbstractEventLoop]:
    made = qasync.QEventLoop(qapp, already_running=False)
    closed_loops.append(made)
    qapp.setQuitOnLastWindowClosed(False)
    with made:
        asyncio.set_event_loop(made)
        yield made
    asyncio.set_event_loop(None)


@pytest.fixture
def look(qapp: QApplication) -> Look:
    made = Look(resource_folder(), theme=ThemeName.LIGHT)
    made.wear(qapp)
    return made


SeatMaker = Callable[[RehearsedDesk], Seat]


@pytest.fixture
def seat_at(look: Look, loop: asyncio.AbstractEventLoop) -> Iterator[SeatMaker]:
    """Sit down at a desk of your own making."""
    seats: list[Seat] = []

    def sit(desk: RehearsedDesk) -> Seat:
        door = Door(loop)
        window = MainWindow(look, door)
        window.resize(1440, 900)
        window.show()
        window.activateWindow()
        seat = Seat(window, desk, door, loop)
        seats.append(seat)
        window.attach(desk)
        seat.settle()
        return seat

    yield sit
    for seat in seats:
        seat.window.let_close()
        seat.window.close()
        loop.run_until_complete(seat.door.close())
        seat.window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def seat(seat_at: SeatMaker) -> Seat:
    return seat_at(sample_desk())
