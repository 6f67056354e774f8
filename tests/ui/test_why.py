""" "Why?" in the caller's card: every decision in words, newest first."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from mcdesk.ui.conversation.why_list import SHOWN, WhyList
from tests.ui.conftest import Seat, SeatMaker
from tests.ui.rehearsed import RehearsedDesk, card
from tests.ui.sample_evidence import GREETING, evidence, written
from tests.ui.sample_office import ANA, UNKNOWN, ago, sample_desk


def judged() -> RehearsedDesk:
    desk = sample_desk()
    desk.judged[ANA] = evidence()
    return desk


def opened(seat: Seat) -> WhyList:
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, WhyList)
    return popup


def test_why_lists_each_decision_newest_first_with_what_it_rested_on(seat_at: SeatMaker) -> None:
    seat = seat_at(judged())
    seat.open(ANA)
    seat.click(seat.attending.room.card.why)
    why = opened(seat)
    assert [row.told for row in why.rows] == [
        "Follow-up, when it was to go out: no",
        "Follow-up, when it was queued: held until Mon, Nov 23, 11:12 am",
        "First text, when it was to go out: yes",
        "First text, when it was queued: yes",
    ]
    newest = [label.text() for label in why.rows[0].findChildren(QLabel)]
    assert newest == [
        "Follow-up, when it was to go out: no",
        "Mon, Nov 23, 10:14 am",
        "Automatic texts about this call have ended, because the caller replied.",
        "Decided by rule T-3 of the texting rules of 2026-11-01.",
        "Hours for texts that day: 8 am to 8:59 pm, Eastern time (the federal rule); "
        "8 am to 8:59 pm, Eastern time (the rule for NY).",
        "They had got 1 text in 24 hours (1 automatic, 1 of them a first text) "
        "and 1 automatic text about this call before it.",
        "Wording: the template \u201csecond\u201d in English, version 77b0.",
        f"It rests on entry 1 of the consent ledger. Their call CA1, greeted with: “{GREETING}”",
    ]
    assert all(sentence in why.rows[0].accessibleName() for sentence in newest)
    assert seat.desk.verbs() == []


def test_what_holds_now_stands_over_the_decisions(seat_at: SeatMaker) -> None:
    desk = judged()
    desk.cards[ANA] = card(desk.leads[ANA], locked="Ana texted STOP.")
    seat = seat_at(desk)
    seat.open(ANA)
    seat.click(seat.attending.room.card.why)
    assert opened(seat).now.text() == "Now: Ana texted STOP."


def test_a_lead_that_was_never_texted_says_what_was_done_instead(seat: Seat) -> None:
    seat.open(ANA)
    seat.click(seat.attending.room.card.why)
    why = opened(seat)
    assert why.note.text() == "No text to them has been judged yet. What happened by itself:"
    assert [row.told for row in why.rows] == [
        "Second text not sent: they replied.",
        "Saved to Clio as a new contact, call noted",
    ]


def test_keys_open_scroll_and_close_it(seat_at: SeatMaker) -> None:
    seat = seat_at(judged())
    seat.open(ANA)
    seat.window.resize(960, 540)
    seat.settle()
    seat.attending.room.toggle_card()
    link = seat.attending.room.card.why
    link.setFocus()
    seat.press_key(Qt.Key.Key_Space)
    why = opened(seat)
    bar = why.area.verticalScrollBar()
    assert bar.maximum() > 0
    seat.press_key(Qt.Key.Key_Down)
    assert bar.value() > 0
    below = why.mapToGlobal(why.rect().bottomLeft()).y()
    assert below <= seat.window.mapToGlobal(seat.window.rect().bottomLeft()).y()
    seat.press_key(Qt.Key.Key_Escape)
    assert QApplication.activePopupWidget() is None
    assert link.hasFocus()


def test_an_answer_for_a_lead_no_longer_open_opens_nothing(seat_at: SeatMaker) -> None:
    seat = seat_at(judged())
    seat.open(UNKNOWN)
    seat.attending.watch.evidence_read.emit(ANA, evidence())
    assert QApplication.activePopupWidget() is None


def test_a_text_that_was_looked_at_again_and_again_is_one_line(seat_at: SeatMaker) -> None:
    desk = judged()
    _, _, held, _ = desk.judged[ANA]["decisions"]
    waits = [{**held, "moment": "sent", "at": written(ago(20 - each))} for each in range(14)]
    desk.judged[ANA]["decisions"] = waits
    seat = seat_at(desk)
    seat.open(ANA)
    seat.click(seat.attending.room.card.why)
    (row,) = opened(seat).rows
    assert "(looked at 14 times, last 10:25 am)" in [label.text() for label in row.findChildren(QLabel)]
    assert "looked at 14 times" in row.accessibleName()


def test_of_very_many_decisions_the_newest_are_shown_and_the_rest_counted(seat_at: SeatMaker) -> None:
    desk = judged()
    desk.judged[ANA]["decisions"] = [
        {**each, "message": number} for number in range(20) for each in desk.judged[ANA]["decisions"]
    ]
    seat = seat_at(desk)
    seat.open(ANA)
    seat.click(seat.attending.room.card.why)
    why = opened(seat)
    assert len(why.rows) == SHOWN
    assert why.note.text() == f"{80 - SHOWN} older ones: mcdesk show {ANA}"
