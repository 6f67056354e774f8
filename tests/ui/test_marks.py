"""Marks of a number in the queue and in the caller's card; blocking, and taking it back."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from mcdesk.domain.leads import Stage
from mcdesk.domain.marks import MARK_WORDS, MarkKind
from mcdesk.settings import resource_folder
from mcdesk.ui.conversation.mark_rows import MarkBadge
from mcdesk.ui.conversation.reason_dialog import ReasonDialog
from mcdesk.ui.marks import MARK_ICONS
from mcdesk.ui.queue import sentences
from tests.ui.conftest import Seat, SeatMaker
from tests.ui.rehearsed import NEW_YORK, NOW, card
from tests.ui.sample_office import ANA, JAMES, UNKNOWN, sample_desk

CONTROL = Qt.KeyboardModifier.ControlModifier


def asked(seat: Seat) -> ReasonDialog:
    dialog = seat.window.findChild(ReasonDialog)
    assert isinstance(dialog, ReasonDialog)
    return dialog


def block(seat: Seat, why: str = "Sells leads") -> None:
    seat.click(seat.attending.room.card.block)
    dialog = asked(seat)
    dialog.field.setText(why)
    seat.click(dialog.confirm)


@pytest.mark.parametrize("kind", MarkKind)
def test_a_row_wears_its_mark_first_in_shape_and_word_and_says_it(kind: MarkKind) -> None:
    row = replace(sample_desk().leads[UNKNOWN], mark=kind)
    first, *_ = sentences.badges(row)
    assert (first.icon, first.word) == (MARK_ICONS[kind], MARK_WORDS[kind])
    assert (resource_folder() / "icons" / f"{first.icon}.svg").exists()
    spoken = sentences.spoken(row, NOW, zone=NEW_YORK, person="Maria Reyes")
    assert MARK_WORDS[kind] in spoken.split(", ")


def test_the_card_says_each_mark_with_its_reason_also_to_a_screen_reader(seat_at: SeatMaker) -> None:
    desk = sample_desk()
    marks = ((MarkKind.VIP, "The mayor"), (MarkKind.SENSITIVE, "Shared phone"))
    desk.cards[ANA] = replace(card(desk.leads[ANA]), marks=marks)
    seat = seat_at(desk)
    seat.open(ANA)
    shown = seat.attending.room.card.marks
    assert shown.isVisible()
    assert [each.accessibleName() for each in shown.findChildren(MarkBadge)] == ["VIP", "Sensitive matter"]
    assert {"The mayor", "Shared phone"} <= {each.text() for each in shown.findChildren(QLabel)}
    assert shown.accessibleName() == "VIP: The mayor; Sensitive matter: Shared phone"
    seat.open(JAMES)
    assert not shown.isVisible()


def test_blocking_asks_why_and_the_card_offers_the_way_back(seat: Seat) -> None:
    seat.open(ANA)
    pane = seat.attending.room.card
    seat.click(pane.block)
    assert not asked(seat).confirm.isEnabled(), "without a reason nobody is blocked"
    asked(seat).reject()
    seat.settle()
    block(seat)
    assert ("block_caller", ANA, "Sells leads") in seat.desk.asked
    assert (pane.block.isVisible(), pane.unblock.isVisible()) == (False, True)
    assert pane.marks.accessibleName() == "Blocked: Sells leads"
    seat.click(pane.unblock)
    assert ("unblock_caller", ANA) in seat.desk.asked
    assert (pane.block.isVisible(), pane.unblock.isVisible()) == (True, False)


def test_the_foot_takes_a_block_back_once_by_click_or_ctrl_z(seat: Seat) -> None:
    foot = seat.window.frame.foot
    seat.open(ANA)
    block(seat)
    assert foot.undo.isVisible()
    assert foot.undo.accessibleName().startswith("Undo: ")
    seat.window.activateWindow()
    seat.attending.room.queue.table.setFocus()
    seat.settle()
    seat.press_key(Qt.Key.Key_Z, CONTROL)
    assert seat.desk.verbs().count("unblock_caller") == 1
    assert seat.desk.leads[ANA].stage is Stage.ANSWERED
    assert not foot.undo.isVisible()
    seat.press_key(Qt.Key.Key_Z, CONTROL)
    assert seat.desk.verbs().count("unblock_caller") == 1


def test_a_refused_block_offers_nothing_to_take_back(seat: Seat) -> None:
    seat.desk.refusals["block_caller"] = "This is one of the office's own lines."
    seat.open(ANA)
    block(seat)
    assert not seat.window.frame.foot.undo.isVisible()


def test_a_caller_without_a_number_cannot_be_blocked(seat_at: SeatMaker) -> None:
    desk = sample_desk()
    desk.cards[UNKNOWN] = replace(card(desk.leads[UNKNOWN]), number=None)
    seat = seat_at(desk)
    seat.open(UNKNOWN)
    pane = seat.attending.room.card
    assert not pane.block.isVisible()
    assert not pane.unblock.isVisible()


def test_block_is_reached_and_pressed_by_keyboard(seat: Seat) -> None:
    seat.open(ANA)
    button = seat.attending.room.card.block
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    button.setFocus()
    seat.press_key(Qt.Key.Key_Space)
    assert asked(seat).isVisible()
