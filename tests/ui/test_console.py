"""Starting, hiding, notifying, quitting: the window as a program, over the rehearsed office."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication

from mcdesk.domain.queue import Alert
from mcdesk.engine.changes import Changes
from mcdesk.ui.application import Console
from mcdesk.ui.conversation.tabs import Mode
from mcdesk.ui.desk import CannotOpen, DeskVerbs
from mcdesk.ui.dialogs import DefectDialog, QuitDialog
from mcdesk.ui.door import Door
from mcdesk.ui.notifications import Notifications
from mcdesk.ui.single import SingleWindow
from mcdesk.ui.theme.look import Look
from mcdesk.ui.tray import Tray, tray_picture
from tests.ui.conftest import Seat
from tests.ui.rehearsed import NOW, RehearsedDesk
from tests.ui.sample_office import ANA, JAMES, LUCIA, sample_desk


@dataclass
class Board:
    """A notification service that keeps what it shows."""

    shown: dict[str, tuple[str, str]] = field(default_factory=dict)
    clicked: dict[str, Callable[[], object]] = field(default_factory=dict)
    sent: int = 0
    broken: bool = False

    async def send(self, title: str, text: str, *, clicked: Callable[[], object], urgent: bool) -> str:
        if self.broken:
            raise OSError("no notification service")
        self.sent += 1
        name = f"n{self.sent}"
        self.shown[name] = (title, text)
        self.clicked[name] = clicked
        return name

    async def clear(self, identifier: str) -> None:
        self.shown.pop(identifier, None)


def alert(number: int, lead: int | None, kind: str = "reply") -> Alert:
    return Alert(
        id=number,
        at=NOW,
        lead=lead,
        kind=kind,
        title="New reply",
        text="Ana Díaz wrote back.",
        owner=None,
        read_at=None,
    )


@pytest.fixture
def board() -> Board:
    return Board()


@pytest.fixture
def notifications(look: Look, loop: asyncio.AbstractEventLoop, board: Board) -> Iterator[Notifications]:
    tray = Tray(look)
    yield Notifications(tray, Door(loop), board)
    tray.close()


def run(loop: asyncio.AbstractEventLoop, notifications: Notifications) -> None:
    loop.run_until_complete(notifications.door.idle())


def test_what_was_unread_at_the_start_is_not_notified(
    notifications: Notifications, board: Board, loop: asyncio.AbstractEventLoop
) -> None:
    notifications.show_alerts([alert(1, ANA), alert(2, LUCIA)])
    run(loop, notifications)
    assert board.sent == 0


def test_a_second_reply_replaces_the_first_ones_notification(
    notifications: Notifications, board: Board, loop: asyncio.AbstractEventLoop
) -> None:
    notifications.show_alerts([])
    for alerts in ([alert(1, ANA)], [alert(1, ANA), alert(2, ANA)], [alert(1, ANA), alert(2, ANA)]):
        notifications.show_alerts(alerts)
        run(loop, notifications)
    assert board.sent == 2
    assert list(board.shown) == ["n2"]


def test_a_notification_names_nobody_and_says_nothing_of_the_text(
    notifications: Notifications, board: Board, loop: asyncio.AbstractEventLoop
) -> None:
    notifications.show_alerts([])
    notifications.show_alerts(
        [alert(1, ANA), alert(2, JAMES, kind="late"), alert(3, None, kind="unheard-of")]
    )
    run(loop, notifications)
    said = " ".join(f"{title} {text}" for title, text in board.shown.values())
    assert len(board.shown) == 3
    assert "Ana" not in said
    assert "Díaz" not in said


def test_a_click_opens_the_conversation_and_reading_it_takes_the_notification_away(
    notifications: Notifications, board: Board, loop: asyncio.AbstractEventLoop
) -> None:
    wanted: list[int] = []
    notifications.lead_wanted.connect(wanted.append)
    notifications.show_alerts([])
    notifications.show_alerts([alert(1, ANA)])
    run(loop, notifications)
    board.clicked["n1"]()
    notifications.show_alerts([])
    run(loop, notifications)
    assert wanted == [ANA]
    assert board.shown == {}


def test_without_a_notification_service_nothing_breaks(
    notifications: Notifications, board: Board, loop: asyncio.AbstractEventLoop
) -> None:
    board.broken = True
    notifications.show_alerts([])
    notifications.show_alerts([alert(1, ANA)])
    run(loop, notifications)
    board.broken = False
    notifications.show_alerts([alert(1, ANA), alert(2, LUCIA)])
    run(loop, notifications)
    assert board.sent == 0


@dataclass
class Stage:
    """A console that is told what to do once its desk is there."""

    look: Look
    loop: asyncio.AbstractEventLoop
    desk: RehearsedDesk = field(default_factory=sample_desk)
    closed: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def play(self, act: Callable[[Console], None], *, opening: Exception | None = None) -> Console:
        console = Console(self.look, Door(self.loop), open_desk=lambda: self._open(opening), notifier=None)

        async def story() -> None:
            running = asyncio.ensure_future(console.run(self._close))
            await asyncio.wait_for(self.asked.wait(), 10)
            await asyncio.sleep(0.1)
            act(console)
            await running

        self.loop.run_until_complete(story())
        console.window.deleteLater()
        return console

    async def _open(self, opening: Exception | None) -> DeskVerbs:
        self.seen.append("desk asked for")
        self.asked.set()
        if opening is not None:
            raise opening
        return self.desk

    async def _close(self) -> None:
        self.closed.append("desk closed")


@pytest.fixture
def stage(look: Look, loop: asyncio.AbstractEventLoop) -> Stage:
    return Stage(look, loop)


def test_the_desk_is_asked_for_after_the_window_is_there_and_closed_at_the_end(stage: Stage) -> None:
    console = stage.play(lambda console: console.quit())
    assert stage.seen == ["desk asked for"]
    assert console.window.windowTitle() == "Rivera & Cole · mcdesk"
    assert stage.closed == ["desk closed"]


def test_closing_without_a_tray_never_hides_the_window_but_says_that_texting_stops(stage: Stage) -> None:
    def act(console: Console) -> None:
        console.window.close()
        dialog = console.window.findChild(QuitDialog)
        assert dialog is not None
        assert dialog.minimize.isVisible()
        assert console.window.isVisible()
        dialog.quit.click()

    stage.play(act)
    assert stage.closed == ["desk closed"]


def test_quitting_from_the_tray_asks_once_and_can_be_taken_back(stage: Stage) -> None:
    def act(console: Console) -> None:
        console.ask_to_quit()
        console.ask_to_quit()
        dialogs = console.window.findChildren(QuitDialog)
        assert len(dialogs) == 1
        dialogs[0].stay.click()
        QTimer.singleShot(50, console, lambda: stage.seen.append(f"closed: {stage.closed}"))
        QTimer.singleShot(100, console, console.quit)

    stage.play(act)
    assert stage.seen[-1] == "closed: []"


def test_an_engine_that_cannot_start_is_reported_and_the_window_can_be_closed(stage: Stage) -> None:
    def act(console: Console) -> None:
        report = console.window.findChild(DefectDialog)
        assert report is not None
        assert console.window.skeleton.accessibleName().startswith("mcdesk could not start")
        console.window.close()

    stage.play(act, opening=RuntimeError("surprise"))
    assert stage.closed == ["desk closed"]


def test_an_office_that_cannot_be_opened_says_why_and_what_to_do_and_is_no_defect(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    why = "The database was written by a newer mcdesk. Update mcdesk on this PC, then start it again."

    def act(console: Console) -> None:
        assert console.window.findChild(DefectDialog) is None
        assert console.window.skeleton.accessibleName() == why
        assert console.window.frame.top.stamp.accessibleName() == "Not started"
        console.window.close()

    stage.play(act, opening=CannotOpen(why))
    assert stage.closed == ["desk closed"]
    assert why in caplog.text


def test_what_is_half_written_is_kept_when_the_program_ends(stage: Stage) -> None:
    def act(console: Console) -> None:
        attending = console.window.attending
        assert attending is not None
        console.window.open_lead(ANA)
        QTimer.singleShot(100, console, lambda: attending.write(Mode.TEXT))
        QTimer.singleShot(
            150, console, lambda: QTest.keyClicks(attending.room.conversation.box.editor, "Half a")
        )
        QTimer.singleShot(300, console, console.quit)

    stage.play(act)
    assert stage.desk.drafts[ANA] == "Half a"


def test_a_verb_that_breaks_shows_a_report_and_the_window_goes_on(
    seat: Seat, caplog: pytest.LogCaptureFixture
) -> None:
    async def breaks() -> None:
        raise KeyError("surprise")

    seat.door.run(breaks())
    seat.settle()
    report = seat.window.findChild(DefectDialog)
    assert report is not None
    report.close()
    seat.window.activateWindow()
    seat.settle()
    seat.press("j")
    assert seat.attending.room.conversation.shown is not None


def test_a_second_start_shows_the_first_window_and_does_not_open_one(qapp: QApplication) -> None:
    first = SingleWindow("/tmp/office-a")
    second = SingleWindow("/tmp/office-a")
    other = SingleWindow("/tmp/office-b")
    assert first.is_first()
    told = QSignalSpy(first.second_started)
    assert not second.is_first()
    assert told.count() == 1 or told.wait(1000)
    assert other.is_first()
    first.close()
    other.close()


def test_the_tray_picture_says_how_many_and_whether_it_is_live(look: Look) -> None:
    pictures = {
        (needing, live): tray_picture(look, 32, needing=needing, live=live).toImage()
        for needing in (0, 3, 12)
        for live in (True, False)
    }
    late = look.colour("late").rgb()
    for (needing, _), picture in pictures.items():
        reds = sum(picture.pixel(x, y) == late for x in range(32) for y in range(20))
        assert (reds > 20) == bool(needing)
    assert pictures[(0, True)].pixelColor(5, 16) != pictures[(0, False)].pixelColor(5, 16)


def test_the_tray_menu_counts_without_names(look: Look, seat: Seat) -> None:
    tray = Tray(look)
    overview = seat.loop.run_until_complete(seat.desk.overview())
    tray.show_overview(overview, NOW, zone=seat.desk.timezone)
    assert tray.stamp.text() == "Live as of 10:32:05"
    assert tray.counts.text() == "3 due or late, 3 waiting"
    assert tray.icon.toolTip() == "mcdesk: 3 due or late"
    tray.close()


def test_nothing_is_read_after_the_window_has_closed(seat: Seat) -> None:
    seat.window.let_close()
    before = len(seat.desk.asked)
    seat.desk.feed.publish(Changes(everything=True))
    seat.settle()
    assert len(seat.desk.asked) == before
