"""Everything can be reached and named without a mouse and without eyes; every layout keeps what must stay."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from mcdesk.ui.room import Layout
from tests.ui.conftest import Seat
from tests.ui.sample_office import ANA


def test_every_control_has_a_name_for_screen_readers(seat: Seat) -> None:
    seat.open(ANA)
    kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, QAbstractItemView)
    nameless = [
        f"{type(widget).__name__} {widget.objectName()}"
        for widget in seat.window.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.isVisibleTo(seat.window)
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
    ]
    assert nameless == []


def test_a_screen_reader_reads_the_row_and_not_its_code(seat: Seat) -> None:
    table = QAccessible.queryAccessibleInterface(seat.attending.room.queue.table)
    heard = [table.child(place).text(QAccessible.Text.Name) for place in range(table.childCount())]
    rows = [said for said in heard if said]
    assert rows[0] == "Due now, 3"
    assert rows[1].startswith("Ana Díaz, late by 2 minutes, reply was due 10:29, 2 new texts, I was in")


def test_tab_goes_from_the_queue_to_the_box_and_on_to_the_card_without_a_trap(seat: Seat) -> None:
    seat.open(ANA)
    room = seat.attending.room
    room.queue.table.setFocus()
    passed: list[QWidget] = []
    focused: QWidget | None = room.queue.table
    for _ in range(40):
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused is room.queue.table:
            break
        passed.append(focused)
    order = [
        passed.index(stop) for stop in (room.conversation.box.editor, room.card.name, room.card.close_as)
    ]
    assert order == sorted(order)
    assert passed[-1] is not room.card.close_as


@pytest.mark.parametrize(
    ("width", "layout"),
    [
        (1440, Layout.WIDE),
        (1360, Layout.WIDE),
        (1280, Layout.COMPACT),
        (1200, Layout.COMPACT),
        (960, Layout.NARROW),
    ],
)
def test_every_layout_keeps_the_stamp_and_scrolls_nothing_sideways(
    seat: Seat, width: int, layout: Layout
) -> None:
    seat.open(ANA)
    seat.window.resize(width, 720)
    seat.settle()
    room = seat.attending.room
    assert room.layout_name is layout
    assert seat.window.width() == width
    assert seat.window.frame.top.stamp.isVisible()
    assert room.card.isVisible() == (layout is not Layout.NARROW)
    assert room.queue.table.horizontalScrollBar().maximum() == 0
    assert room.conversation.timeline.horizontalScrollBar().maximum() == 0
    assert (
        room.conversation.box.address.number.width()
        >= room.conversation.box.address.number.sizeHint().width()
    )


def test_in_the_narrow_layout_the_card_is_a_drawer(seat: Seat) -> None:
    seat.open(ANA)
    seat.window.resize(960, 540)
    seat.settle()
    seat.press("i")
    assert seat.attending.room.card.isVisible()
    seat.press_key(Qt.Key.Key_Escape)
    assert not seat.attending.room.card.isVisible()


def test_what_is_written_survives_every_layout(seat: Seat) -> None:
    seat.open(ANA)
    seat.press("r")
    seat.type("kept")
    for width in (960, 1280, 1440):
        seat.window.resize(width, 540)
        seat.settle()
    assert seat.attending.room.conversation.box.editor.toPlainText() == "kept"
