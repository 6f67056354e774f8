"""The same window over the real desk: real rules, a real database file, its writer thread and its feed."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mcdesk.app import Place, apply_configuration, current_office, make_desk, make_house, open_place
from mcdesk.domain.events import CallMissed, Event, TextReceived
from mcdesk.domain.numbers import Number
from mcdesk.engine import rules
from mcdesk.engine.connections import Connections
from mcdesk.engine.engine import Engine
from mcdesk.engine.patience import Patience
from mcdesk.ui.attending import Attending
from mcdesk.ui.conversation.stop_dialog import StopDialog
from mcdesk.ui.conversation.tabs import Mode
from mcdesk.ui.conversation.why_list import WhyList
from mcdesk.ui.door import Door
from mcdesk.ui.main_window import MainWindow
from mcdesk.ui.theme.look import Look

OFFICE = """
[office]
name = "Rivera & Cole"
timezone = "America/New_York"
booking_link = "https://riveracole.example/book"

[[lines]]
number = "+12125550100"
label = "Main line"
practice_area = "personal injury"
calls = "twilio"
texts = "twilio"
text_from = "+12125550100"
sequence = "law-4-24-72"

[connections.twilio]
provider = "twilio"
account_sid = "AC00000000000000000000000000000000"
base_url = "http://127.0.0.1:9"
lookup_url = "http://127.0.0.1:9"
"""
LINE, CALLER = Number("+12125550100"), Number("+13475550117")
#: The word lists take it for a wish that a person must read.
UNCLEAR = "I am not interested"
SOURCE = rules.Source("twilio", settle=timedelta(0), since=None)


class EngineThread:
    """The engine has its own loop on its own thread, as in the program."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def run(self, work: Coroutine[object, object, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@dataclass
class Office:
    """A window at a real desk; nothing is sent, because no worker runs."""

    window: MainWindow
    door: Door
    place: Place
    engine: Engine
    loop: asyncio.AbstractEventLoop

    @property
    def attending(self) -> Attending:
        assert self.window.attending is not None
        return self.window.attending

    def happens(self, event: Event) -> None:
        house = self.engine.house
        self.place.database.write(lambda tx: rules.apply(tx, house, SOURCE, event)).result(10)
        self.settle()

    def settle(self) -> None:
        """Each round follows one commit, its notice and what the window reads or writes because of it."""

        async def quiet() -> None:
            for _ in range(4):
                # screens are told after a commit, on the writer's thread: it has done so when it does this
                await asyncio.wrap_future(self.place.database.write(lambda tx: None))
                # the notice waits for the next turn of the loop
                await asyncio.sleep(0.01)
                await self.door.idle()

        self.loop.run_until_complete(quiet())

    def texts(self) -> list[str]:
        return [item.text for item in self.attending.room.conversation.model.items]


@pytest.fixture
def office(look: Look, loop: asyncio.AbstractEventLoop, tmp_path: Path) -> Iterator[Office]:
    place = open_place(tmp_path, key=bytes(32))
    apply_configuration(place, OFFICE, by="test")
    engine = Engine(
        place.database, place.clock, make_house(current_office(place)), Connections({}), patience=Patience()
    )
    thread = EngineThread()
    thread.run(engine.start())
    door = Door(loop)
    window = MainWindow(look, door)
    window.show()
    window.activateWindow()
    made = Office(window, door, place, engine, loop)
    window.attach(make_desk(place, engine, person="Maria Reyes"))
    made.settle()
    yield made
    window.let_close()
    window.close()
    loop.run_until_complete(door.close())
    thread.run(engine.stop())
    thread.end()
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    place.close()


def missed_call(office: Office) -> CallMissed:
    started = office.place.clock.now() - timedelta(seconds=20)
    return CallMissed(
        call_id="CA1", caller=CALLER, line=LINE, direction="inbound", started_at=started, ended_at=started
    )


def reply(office: Office, body: str, *, number: int = 1) -> TextReceived:
    at = office.place.clock.now()
    return TextReceived(
        message_id=f"SM{number}", sender=CALLER, sender_text=CALLER.e164, to=LINE, body=body, at=at
    )


def test_a_missed_call_and_a_reply_reach_the_screen_and_are_answered_from_it(office: Office) -> None:
    room = office.attending.room
    assert room.stack.currentWidget() is room.empty
    office.happens(missed_call(office))
    assert [row.who for row in room.queue.model.rows] == ["(347) 555-0117"]
    office.happens(reply(office, "I was in an accident on Friday"))
    (row,) = room.queue.model.rows
    assert (row.unread, row.preview_is_theirs) == (1, True)
    assert office.window.frame.top.bell.unread == 1

    office.attending.open_lead(row.lead)
    office.settle()
    assert "I was in an accident on Friday" in office.texts()
    assert room.queue.model.rows[0].unread == 0
    assert office.window.frame.top.bell.unread == 0

    office.attending.write(Mode.TEXT)
    QTest.keyClicks(room.conversation.box.editor, "We call you at 10:45")
    QTest.keyClick(room.conversation.box.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    office.settle()
    assert room.conversation.box.editor.toPlainText() == ""
    assert "We call you at 10:45" in office.texts()


def test_a_text_that_crossed_with_theirs_is_stopped_and_kept(office: Office) -> None:
    room = office.attending.room
    office.happens(missed_call(office))
    office.attending.open_lead(room.queue.model.rows[0].lead)
    office.settle()
    office.attending.write(Mode.TEXT)
    QTest.keyClicks(room.conversation.box.editor, "Hello")
    office.attending.watch.close()
    office.happens(reply(office, "Too late, thanks"))
    QTest.keyClick(room.conversation.box.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    office.settle()
    assert room.conversation.box.editor.toPlainText() == "Hello"
    assert "Too late, thanks" in room.conversation.box.reason.words.text()


def test_stop_locks_the_reply_box(office: Office) -> None:
    room = office.attending.room
    office.happens(missed_call(office))
    office.attending.open_lead(room.queue.model.rows[0].lead)
    office.happens(reply(office, "STOP"))
    assert not room.conversation.box.editor.isVisible()
    assert room.conversation.box.reason.isVisible()
    assert room.conversation.box.reason.words.text()


def test_a_draft_outlives_the_window(office: Office) -> None:
    room = office.attending.room
    office.happens(missed_call(office))
    lead = room.queue.model.rows[0].lead
    office.attending.open_lead(lead)
    office.settle()
    office.attending.write(Mode.TEXT)
    QTest.keyClicks(room.conversation.box.editor, "Half a sentence")
    office.window.let_close()
    office.settle()
    desk = make_desk(office.place, office.engine, person="Maria Reyes")
    assert office.loop.run_until_complete(desk.draft(lead)) == "Half a sentence"


def test_what_may_mean_stop_is_decided_in_the_window(office: Office) -> None:
    room = office.attending.room
    office.happens(missed_call(office))
    lead = room.queue.model.rows[0].lead
    office.attending.open_lead(lead)
    office.happens(reply(office, UNCLEAR))
    strip = room.conversation.decide
    assert strip.isVisible()
    QTest.mouseClick(strip.go_on, Qt.MouseButton.LeftButton)
    office.settle()
    assert not strip.isVisible()
    assert "Read: it is no opt-out. They may be texted." in office.texts()
    QTest.mouseClick(room.card.stop, Qt.MouseButton.LeftButton)
    dialog = office.window.findChild(StopDialog)
    assert isinstance(dialog, StopDialog)
    QTest.keyClicks(dialog.field, "Please no more texts")
    QTest.mouseClick(dialog.confirm, Qt.MouseButton.LeftButton)
    office.settle()
    assert not room.card.stop.isVisible()
    assert not room.conversation.box.editor.isVisible()


def test_why_they_were_texted_is_read_from_the_evidence(office: Office) -> None:
    room = office.attending.room
    office.happens(missed_call(office))
    office.attending.open_lead(room.queue.model.rows[0].lead)
    office.settle()
    QTest.mouseClick(room.card.why, Qt.MouseButton.LeftButton)
    office.settle()
    why = QApplication.activePopupWidget()
    assert isinstance(why, WhyList)
    assert why.rows[-1].told == "First text, when it was queued: yes"
    assert "It rests on entry 1 of the consent ledger. Their call CA1" in why.rows[-1].accessibleName()
    why.close()
