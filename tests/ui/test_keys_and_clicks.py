"""Keys and clicks at a real window drive the desk's verbs."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from mcdesk.domain.leads import Disposition, Stage
from mcdesk.domain.queue import Item, ItemKind, Next, NextWhat, View
from mcdesk.ui.conversation.reason_dialog import ReasonDialog
from mcdesk.ui.conversation.tabs import Mode
from tests.ui.conftest import Seat, SeatMaker
from tests.ui.rehearsed import NOW, card
from tests.ui.sample_office import ANA, JAMES, LUCIA, REFUSED, UNKNOWN, sample_desk

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_j_and_k_move_over_section_heads_and_open_what_they_reach(seat: Seat) -> None:
    for _ in range(4):
        seat.press("j")
    assert seat.attending.room.queue.table.chosen == LUCIA
    seat.press("k")
    assert seat.attending.room.queue.table.chosen == UNKNOWN
    shown = seat.attending.room.conversation.shown
    assert shown is not None
    assert shown.row.lead == UNKNOWN


def test_nothing_is_marked_read_before_a_person_opens_it(seat: Seat) -> None:
    assert ("read", ANA) not in seat.desk.asked
    seat.press("j")
    assert ("read", ANA) in seat.desk.asked
    assert ("read", JAMES) not in seat.desk.asked


def test_r_writes_ctrl_enter_sends_with_what_was_last_seen(seat: Seat) -> None:
    seat.open(ANA)
    seat.press("r")
    seat.type("We call you at 10:45")
    seat.press_key(Qt.Key.Key_Return, CONTROL)
    assert ("reply", ANA, "We call you at 10:45", "note:1") in seat.desk.asked
    assert seat.attending.room.conversation.box.editor.toPlainText() == ""


def test_single_keys_are_dead_while_typing(seat: Seat) -> None:
    seat.open(ANA)
    seat.press("r")
    seat.type("cbe njk")
    seat.settle()
    assert seat.desk.verbs() == []
    assert seat.attending.room.conversation.box.editor.toPlainText() == "cbe njk"


def test_escape_leaves_the_box_and_keys_work_again(seat: Seat) -> None:
    seat.open(JAMES)
    seat.press("r")
    seat.press_key(Qt.Key.Key_Escape)
    seat.press("c")
    assert ("claim", JAMES) in seat.desk.asked


def test_n_writes_a_note_that_is_never_sent(seat: Seat) -> None:
    seat.open(ANA)
    seat.press("n")
    box = seat.attending.room.conversation.box
    assert box.mode is Mode.NOTE
    assert box.send.text() == "Save note"
    assert box.address.label.text() == "Internal note, Ana never sees this"
    assert not box.address.number.isVisible()
    seat.type("Conflict check done")
    seat.press_key(Qt.Key.Key_Return, CONTROL)
    assert ("note", ANA, "Conflict check done") in seat.desk.asked
    assert "reply" not in seat.desk.verbs()


def test_a_text_and_a_note_begun_for_one_lead_are_kept_apart(seat: Seat) -> None:
    seat.open(ANA)
    seat.press("r")
    seat.type("to the caller")
    seat.click(seat.attending.room.conversation.box.note_tab)
    seat.type("to the office")
    seat.click(seat.attending.room.conversation.box.text_tab)
    assert seat.attending.room.conversation.box.editor.toPlainText() == "to the caller"


def test_a_refused_text_stays_in_the_box_with_the_reason_above_the_button(seat: Seat) -> None:
    seat.desk.refusals["reply"] = "Ana wrote again. Read it, then send once more."
    seat.open(ANA)
    seat.press("r")
    seat.type("Hello")
    seat.press_key(Qt.Key.Key_Return, CONTROL)
    box = seat.attending.room.conversation.box
    assert box.editor.toPlainText() == "Hello"
    assert box.reason.isVisible()
    assert box.reason.words.text() == "Ana wrote again. Read it, then send once more."
    assert box.send.isEnabled()


def test_a_text_in_quiet_hours_asks_and_goes_out_when_the_same_words_are_sent_once_more(seat: Seat) -> None:
    def texts() -> list[object]:
        return [given[2] for given in seat.desk.asked if given[0] == "reply"]

    seat.desk.asks = "It is quiet hours where they may be. Send it anyway?"
    seat.open(ANA)
    seat.press("r")
    seat.type("Hello")
    seat.press_key(Qt.Key.Key_Return, CONTROL)
    box = seat.attending.room.conversation.box
    assert (box.reason.words.text(), box.send.text()) == (seat.desk.asks, "Text Ana anyway")
    assert texts() == []
    seat.type(" Ana")
    assert (box.reason.isVisible(), box.send.text()) == (False, "Text Ana")
    seat.press_key(Qt.Key.Key_Return, CONTROL)
    assert texts() == [], "other words are another question"
    seat.press_key(Qt.Key.Key_Return, CONTROL)
    assert texts() == ["Hello Ana"]
    assert (box.reason.isVisible(), box.send.text()) == (False, "Text Ana")


def test_a_question_is_not_carried_over_to_another_caller(seat: Seat) -> None:
    seat.desk.asks = "It is quiet hours where they may be. Send it anyway?"
    seat.open(ANA)
    seat.press("r")
    seat.type("Hello")
    seat.press_key(Qt.Key.Key_Return, CONTROL)
    seat.open(JAMES)
    box = seat.attending.room.conversation.box
    assert (box.reason.isVisible(), box.send.text()) == (False, "Text James")


def test_a_reply_arriving_while_somebody_types_touches_nothing_they_wrote(seat: Seat) -> None:
    seat.open(ANA)
    seat.press("r")
    seat.type("Half a sen")
    editor = seat.attending.room.conversation.box.editor
    seat.desk.say(ANA, Item(id="message:50", kind=ItemKind.TEXT_IN, at=NOW, text="Are you there?"))
    seat.settle()
    assert seat.attending.room.conversation.box.editor is editor
    seat.type("tence")
    assert editor.toPlainText() == "Half a sentence"
    assert editor.hasFocus()
    assert "Are you there?" in [item.text for item in seat.attending.room.conversation.model.items]


def test_a_draft_is_kept_per_lead_and_stored(seat: Seat) -> None:
    seat.open(ANA)
    seat.press("r")
    seat.type("for Ana")
    seat.open(JAMES)
    assert seat.attending.room.conversation.box.editor.toPlainText() == ""
    assert seat.desk.drafts[ANA] == "for Ana"
    seat.open(ANA)
    assert seat.attending.room.conversation.box.editor.toPlainText() == "for Ana"


def test_a_stored_draft_comes_back_at_the_next_start(seat_at: SeatMaker) -> None:
    desk = sample_desk()
    desk.drafts[ANA] = "from yesterday"
    seat = seat_at(desk)
    seat.open(ANA)
    assert seat.attending.room.conversation.box.editor.toPlainText() == "from yesterday"


def test_after_stop_the_box_is_locked_and_says_why_but_notes_go_on(seat_at: SeatMaker) -> None:
    desk = sample_desk()
    desk.cards[ANA] = card(desk.leads[ANA], locked="Ana texted STOP.")
    seat = seat_at(desk)
    seat.open(ANA)
    box = seat.attending.room.conversation.box
    assert not box.editor.isVisible()
    assert not box.send.isVisible()
    assert box.reason.words.text() == "Ana texted STOP."
    seat.press("n")
    seat.type("Call her")
    seat.press_key(Qt.Key.Key_Return, CONTROL)
    assert seat.desk.verbs() == ["note"]


def test_c_claims_and_c_again_releases(seat: Seat) -> None:
    seat.open(UNKNOWN)
    seat.press("c")
    assert seat.attending.room.conversation.header.owner.text() == "Yours"
    seat.press("c")
    assert seat.desk.verbs() == ["claim", "release"]


def test_b_calls_back_and_says_how(seat: Seat) -> None:
    seat.open(ANA)
    seat.press("b")
    assert seat.desk.verbs() == ["call_back"]
    assert seat.window.frame.foot.sentence.text() == "Your phone rings, then Ana Díaz's."


def test_e_and_a_digit_close_the_lead(seat: Seat) -> None:
    seat.open(ANA)
    seat.press("e")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_2)
    seat.settle()
    assert ("close", ANA, Disposition.RETAINED, "") in seat.desk.asked
    assert "Ana Díaz" not in seat.names()
    assert seat.window.frame.foot.sentence.text() == "Closed Ana Díaz as Retained"


def test_closing_as_other_asks_for_a_reason_first(seat: Seat) -> None:
    seat.open(ANA)
    seat.press("e")
    menu = QApplication.activePopupWidget()
    assert menu is not None
    QTest.keyClick(menu, Qt.Key.Key_0)
    seat.settle()
    assert seat.desk.verbs() == []
    dialog = seat.window.findChild(ReasonDialog)
    assert dialog is not None
    assert not dialog.confirm.isEnabled()
    QTest.keyClicks(dialog.field, "moved abroad")
    seat.click(dialog.confirm)
    assert ("close", ANA, Disposition.OTHER, "moved abroad") in seat.desk.asked


def test_the_name_is_edited_in_place(seat: Seat) -> None:
    seat.open(UNKNOWN)
    name = seat.attending.room.card.name
    name.setFocus()
    seat.type("Pat Lee")
    seat.press_key(Qt.Key.Key_Return)
    assert ("rename", UNKNOWN, "Pat Lee") in seat.desk.asked
    assert "Pat Lee" in seat.names()


def test_the_number_is_copied(seat: Seat) -> None:
    seat.open(ANA)
    seat.click(seat.attending.room.card.copy)
    assert QApplication.clipboard().text() == "(347) 555-0117"


def test_please_check_is_answered_by_a_person(seat_at: SeatMaker) -> None:
    desk = sample_desk()
    desk.leads[ANA] = replace(desk.leads[ANA], stage=Stage.CHECK, next=Next(NextWhat.CHECK))
    seat = seat_at(desk)
    seat.open(JAMES)
    assert not seat.attending.room.conversation.check.isVisible()
    seat.open(ANA)
    assert seat.attending.room.conversation.check.isVisible()
    seat.click(seat.attending.room.conversation.check.missing)
    assert ("settle_check", ANA, False) in seat.desk.asked
    assert not seat.attending.room.conversation.check.isVisible()


def test_the_banner_signs_in_and_tries_again(seat_at: SeatMaker) -> None:
    desk = sample_desk()
    desk.connections = (REFUSED,)
    seat = seat_at(desk)
    seat.click(seat.window.frame.banner.fix)
    seat.click(seat.window.frame.banner.again)
    assert desk.asked[-2:] == [("sign_in", "twilio"), ("check_connection", "twilio")]


def test_an_alert_opens_its_conversation_and_is_dismissed(seat: Seat) -> None:
    seat.click(seat.window.frame.top.bell)
    assert seat.window.frame.alerts.isVisible()
    rows = seat.window.frame.alerts.rows()
    seat.click(rows[0])
    assert ("dismiss", 2) in seat.desk.asked
    assert seat.attending.room.queue.table.chosen == LUCIA
    assert seat.window.frame.top.bell.unread == 1


def test_ctrl_and_a_digit_change_the_view(seat: Seat) -> None:
    seat.press_key(Qt.Key.Key_2, CONTROL)
    assert seat.attending.room.queue.view is View.NEEDS_REPLY
    assert seat.names() == ["Ana Díaz", "James Okafor", "Lucía Fernández", "Marcus Webb"]


def test_enter_goes_from_the_row_to_the_reply_box(seat: Seat) -> None:
    seat.press("j")
    seat.press_key(Qt.Key.Key_Return)
    assert seat.attending.room.conversation.box.editor.hasFocus()


def test_make_plain_is_offered_where_it_helps_and_is_one_edit(seat: Seat) -> None:
    seat.open(ANA)
    seat.press("r")
    box = seat.attending.room.conversation.box
    assert not box.size_line.make_plain.isVisible()
    box.editor.insertPlainText("We\u2019ll call “Zoë” – at 4")
    seat.settle()
    assert "special characters" in box.size_line.count.text()
    seat.click(box.size_line.make_plain)
    assert box.editor.toPlainText() == 'We\'ll call "Zoe" - at 4'
    assert not box.size_line.make_plain.isVisible()
    assert "special characters" not in box.size_line.count.text()
    box.editor.undo()
    assert box.editor.toPlainText() == "We\u2019ll call “Zoë” – at 4"
    box.editor.insertPlainText("😀")
    seat.settle()
    assert not box.size_line.make_plain.isVisible(), "nothing plain stands for it"
