"""What the window says when its engine, a connection or the night went wrong, and what it offers.

Must not: have an engine; `tests/commands/test_engine_thread` does.
"""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from mcdesk.domain.queue import BlindPeriod
from mcdesk.engine.changes import Changes
from mcdesk.engine.silence import Silence, Why
from mcdesk.ui.application import Console
from mcdesk.ui.door import Door
from mcdesk.ui.health.sentences import details, of_blindness
from mcdesk.ui.theme.look import Look
from mcdesk.ui.tray import Tray
from tests.ui.conftest import Seat
from tests.ui.rehearsed import NEW_YORK, NOW, RehearsedDesk
from tests.ui.sample_office import REFUSED, WELL

SILENT = Silence(Why.SILENT, NOW - timedelta(minutes=8), "loop")
NIGHT = BlindPeriod(
    title="Twilio",
    began_at=NOW.replace(hour=7, minute=10),
    ended_at=NOW.replace(hour=7, minute=41),
    why="This PC was asleep.",
    calls=3,
    too_late=1,
)


def change(seat: Seat) -> None:
    seat.desk.feed.publish(Changes(connections=frozenset({"twilio"})))
    seat.settle()


def test_a_stuck_engine_is_said_before_anything_else_with_a_way_out(seat: Seat) -> None:
    seat.desk.connections = (REFUSED,)
    change(seat)
    seat.desk.silent = SILENT
    seat.window.tick()
    banner = seat.window.frame.banner
    assert banner.sentence.text() == "The text engine has given no sign of life since 10:24 am."
    assert banner.meaning.text().startswith("Callers are not being texted. Restart mcdesk")
    assert (banner.restart.isVisible(), banner.fix.isVisible(), banner.again.isVisible()) == (
        True,
        False,
        False,
    )
    assert banner.sentence.text() in banner.accessibleName()
    seat.desk.silent = None
    seat.window.tick()
    assert banner.sentence.text() == REFUSED.sentence
    assert not banner.restart.isVisible()


@pytest.mark.parametrize(
    ("why", "words"),
    [(Why.BROKEN, "failed again and again"), (Why.ENDED, "ended by itself")],
)
def test_each_kind_of_silence_has_its_words(seat: Seat, why: Why, words: str) -> None:
    seat.desk.silent = replace(SILENT, why=why)
    seat.window.tick()
    assert words in seat.window.frame.banner.sentence.text()


def test_a_fresh_overview_does_not_hide_that_the_engine_is_stuck(seat: Seat) -> None:
    seat.desk.silent = SILENT
    seat.window.tick()
    change(seat)
    assert seat.window.frame.banner.isVisible()
    assert seat.window.frame.banner.restart.isVisible()


def test_the_tray_says_it_and_an_overview_does_not_unsay_it(seat: Seat, look: Look) -> None:
    tray = Tray(look)
    overview = seat.attending.overview
    assert overview is not None
    tray.show_silence(SILENT, zone=NEW_YORK)
    tray.show_overview(overview, NOW, zone=NEW_YORK)
    assert tray.stamp.text() == "The text engine has given no sign of life since 10:24 am."
    assert "restart" in tray.counts.text()
    assert "no sign of life" in tray.icon.toolTip()
    tray.show_silence(None, zone=NEW_YORK)
    tray.show_overview(overview, NOW, zone=NEW_YORK)
    assert tray.stamp.text() == "Live as of 10:32:05"
    assert "no sign of life" not in tray.icon.toolTip()
    tray.close()


@pytest.fixture
def console(look: Look, loop: asyncio.AbstractEventLoop) -> Iterator[Console]:
    async def no_desk() -> RehearsedDesk:
        raise AssertionError("nobody opens it here")

    made = Console(look, Door(loop), open_desk=no_desk, notifier=None)
    yield made
    made.tray.close()
    made.window.deleteLater()


def test_the_restart_button_ends_the_window_and_asks_for_another(console: Console) -> None:
    console.window.frame.banner.restart.click()
    assert console.again
    assert console._done.is_set()


def test_trouble_says_when_it_is_tried_again(seat: Seat) -> None:
    seat.desk.connections = (replace(REFUSED, next_try_at=NOW + timedelta(seconds=5)),)
    seat.desk.texts_in_line = 3
    change(seat)
    meaning = seat.window.frame.banner.meaning.text()
    assert meaning == "3 texts wait in line, none is lost. Next try 10:32:10."
    seat.desk.at = NOW + timedelta(seconds=6)
    change(seat)
    assert "Next try" not in seat.window.frame.banner.meaning.text()


def test_a_sign_in_that_ends_soon_is_said_before_it_does(seat: Seat) -> None:
    banner = seat.window.frame.banner
    seat.desk.connections = (replace(WELL, sign_in_until=NOW + timedelta(days=20)),)
    change(seat)
    assert not banner.isVisible()
    seat.desk.connections = (replace(WELL, sign_in_until=NOW + timedelta(days=3)),)
    change(seat)
    assert banner.sentence.text() == "The sign-in to Clio ends Thu 10:32 am."
    assert banner.property("mild") is True
    seat.click(banner.fix)
    assert seat.desk.verbs() == ["sign_in"]


def test_the_stamp_opens_how_each_connection_stands(seat: Seat) -> None:
    seat.desk.connections = (replace(REFUSED, next_try_at=NOW + timedelta(seconds=5)), WELL)
    change(seat)
    listed = seat.window.frame.connections
    stamp = seat.window.frame.top.stamp
    QTest.mouseClick(stamp, Qt.MouseButton.LeftButton)
    assert listed.isVisible()
    listed.close()
    stamp.setFocus()
    QTest.keyClick(stamp, Qt.Key.Key_Return)
    assert listed.isVisible()
    names = [row.accessibleName() for row in listed.rows]
    assert names[0].endswith("Last answered 10:24:05. Next try 10:32:10")
    assert names[1].startswith("Clio is connected")
    seat.desk.connections = (WELL,)
    change(seat)
    assert len(listed.rows) == 1
    listed.close()


def test_a_connection_tells_its_times() -> None:
    told = details(
        replace(
            WELL,
            last_success_at=NOW,
            last_event_at=NOW - timedelta(days=1),
            lag=timedelta(seconds=2),
            sign_in_until=NOW + timedelta(days=7),
        ),
        NOW,
        zone=NEW_YORK,
    )
    assert told == (
        "Last answered 10:32:05",
        "Last event Sun 10:32 am",
        "Events arrive after 2 s",
        "Sign-in ends Nov 30",
    )


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (NIGHT, "2:10–2:41 am. 3 calls recovered, 1 of them too late to text: please call back."),
        (replace(NIGHT, calls=1, too_late=0), "2:10–2:41 am. 1 call recovered."),
        (replace(NIGHT, calls=2, too_late=2), "2:10–2:41 am. 2 calls recovered, too late to text"),
        (replace(NIGHT, calls=0, too_late=0), "2:10–2:41 am. No call was missed."),
        (replace(NIGHT, ended_at=NOW + timedelta(hours=2)), "2:10 am–12:32 pm. 3 calls"),
        (
            replace(NIGHT, began_at=NIGHT.began_at - timedelta(days=1), ended_at=NIGHT.ended_at),
            "Sun 2:10 am – 2:41 am. 3 calls",
        ),
        (
            replace(
                NIGHT,
                began_at=NIGHT.began_at - timedelta(days=1),
                ended_at=NIGHT.ended_at - timedelta(days=1),
            ),
            "Sun 2:10–2:41 am. 3 calls",
        ),
    ],
)
def test_a_blind_period_in_the_offices_time(period: BlindPeriod, words: str) -> None:
    assert of_blindness(period, NOW, zone=NEW_YORK).startswith(f"Not connected to Twilio {words}")


def test_a_blind_period_stands_over_the_queue_until_a_person_puts_it_away(seat: Seat) -> None:
    strip = seat.attending.room.queue.blind
    assert not strip.isVisible()
    seat.desk.blind = (NIGHT,)
    change(seat)
    assert strip.isVisible()
    assert strip.accessibleName().startswith("Not connected to Twilio 2:10–2:41 am.")
    assert "This PC was asleep." in strip.toolTip()
    seat.click(strip.away)
    change(seat)
    assert not strip.isVisible()
    later = replace(NIGHT, began_at=NOW - timedelta(minutes=9), ended_at=NOW, calls=0, too_late=0)
    seat.desk.blind = (later, NIGHT)
    change(seat)
    assert strip.isVisible()
    assert strip.sentence.text() == "Not connected to Twilio 10:23–10:32 am. No call was missed."


def test_standing_by_is_said_calmly_with_who_works(seat: Seat) -> None:
    top = seat.window.frame.top
    assert not top.standing.isVisible()
    seat.desk.worker_elsewhere = "Another mcdesk (FRONT-DESK, process 4711) texts callers back."
    change(seat)
    assert top.standing.isVisible()
    assert top.standing.accessibleName() == seat.desk.worker_elsewhere
    assert not seat.window.frame.banner.isVisible()


def test_a_list_that_opens_over_the_window_hides_what_is_under_it(seat: Seat) -> None:
    """A translucent window's background is not painted by the style sheet."""
    frame = seat.window.frame
    for listed, under in ((frame.alerts, frame.top.bell), (frame.connections, frame.top.stamp)):
        listed.open_under(under)
        picture = listed.grab().toImage()
        middle = picture.pixelColor(picture.width() // 2, picture.height() - 4)
        assert middle == seat.window.look.colour("raised")
        assert picture.pixelColor(0, 0).alpha() < 255
        listed.close()
