"""They want no texts any more: said at the desk, or decided from what they wrote."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from mcdesk.ui.conversation.stop_dialog import WAYS, StopDialog
from tests.ui.conftest import Seat, SeatMaker
from tests.ui.rehearsed import NOW, RehearsedDesk, card
from tests.ui.sample_office import ANA, JAMES, sample_desk

#: Ana's last text in the sample office.
LAST_TEXT = "Before 11 is best, I go to work after"


def asked(seat: Seat) -> StopDialog:
    dialog = seat.window.findChild(StopDialog)
    assert isinstance(dialog, StopDialog)
    return dialog


def undecided() -> RehearsedDesk:
    desk = sample_desk()
    desk.cards[ANA] = replace(card(desk.leads[ANA]), review_due=NOW + timedelta(days=1, minutes=28))
    return desk


def test_asked_us_to_stop_takes_their_words_and_stops_texts(seat: Seat) -> None:
    seat.open(ANA)
    seat.click(seat.attending.room.card.stop)
    assert seat.desk.verbs() == []
    dialog = asked(seat)
    QTest.keyClicks(dialog.field, " no more texts,  please ")
    seat.click(dialog.confirm)
    assert ("asked_to_stop", ANA, "no more texts, please", "phone") in seat.desk.asked
    assert not seat.attending.room.card.stop.isVisible()
    assert not seat.attending.room.conversation.box.editor.isVisible()


@pytest.mark.parametrize("position", range(len(WAYS)))
def test_how_they_said_it_is_kept(seat: Seat, position: int) -> None:
    seat.open(ANA)
    seat.click(seat.attending.room.card.stop)
    dialog = asked(seat)
    seat.click(dialog.ways.button(position))
    seat.click(dialog.confirm)
    assert seat.desk.verbs() == [], "o-7: the record must have their words"
    QTest.keyClicks(dialog.field, "no")
    seat.click(dialog.confirm)
    assert ("asked_to_stop", ANA, "no", WAYS[position][0]) in seat.desk.asked


def test_the_whole_dialog_works_by_keys(seat: Seat) -> None:
    seat.open(ANA)
    seat.attending.room.card.stop.setFocus()
    seat.press_key(Qt.Key.Key_Space)
    dialog = asked(seat)
    assert dialog.field.hasFocus()
    QTest.keyClicks(dialog.field, "stop it")
    seat.press_key(Qt.Key.Key_Tab)
    seat.press_key(Qt.Key.Key_Right)
    assert QApplication.focusWidget() is dialog.ways.button(1)
    seat.press_key(Qt.Key.Key_Return)
    assert ("asked_to_stop", ANA, "stop it", "voicemail") in seat.desk.asked


def test_escape_stops_nothing(seat: Seat) -> None:
    seat.open(ANA)
    seat.click(seat.attending.room.card.stop)
    seat.press_key(Qt.Key.Key_Escape)
    assert seat.desk.verbs() == []
    assert seat.attending.room.card.stop.isVisible()


def test_it_is_not_offered_to_hidden_numbers_and_after_an_opt_out(seat_at: SeatMaker) -> None:
    desk = sample_desk()
    desk.leads[ANA] = replace(desk.leads[ANA], number=None, name=None)
    desk.leads[JAMES] = replace(desk.leads[JAMES], opted_out=True)
    seat = seat_at(desk)
    for lead in (ANA, JAMES):
        seat.open(lead)
        assert not seat.attending.room.card.stop.isVisible()


def test_what_may_mean_stop_asks_for_a_decision_with_its_time(seat_at: SeatMaker) -> None:
    seat = seat_at(undecided())
    seat.open(JAMES)
    strip = seat.attending.room.conversation.decide
    assert not strip.isVisible()
    seat.open(ANA)
    assert strip.isVisible()
    assert strip.sentence.text() == "Decide by Tuesday 11:00 am, or it counts as an opt-out."


def test_deciding_that_they_meant_stop_keeps_their_last_text(seat_at: SeatMaker) -> None:
    seat = seat_at(undecided())
    seat.open(ANA)
    strip = seat.attending.room.conversation.decide
    seat.click(strip.stop)
    assert ("asked_to_stop", ANA, LAST_TEXT, "text") in seat.desk.asked
    assert not strip.isVisible()


def test_deciding_that_it_is_no_opt_out_takes_the_strip_away(seat_at: SeatMaker) -> None:
    seat = seat_at(undecided())
    seat.open(ANA)
    strip = seat.attending.room.conversation.decide
    seat.click(strip.go_on)
    assert seat.desk.verbs() == ["keep_texting"]
    assert not strip.isVisible()
    assert seat.attending.room.conversation.box.editor.isVisible()
