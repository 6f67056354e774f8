"""The queue follows the engine without moving under the hand of whoever reads it."""

import threading
from dataclasses import replace
from datetime import timedelta

from mcdesk.domain.leads import Stage
from mcdesk.domain.queue import Alert, Next, NextWhat, QueueRow
from mcdesk.engine.changes import Changes
from mcdesk.ui.queue.entries import Head
from tests.ui.conftest import Seat, SeatMaker
from tests.ui.rehearsed import NOW, RehearsedDesk
from tests.ui.sample_office import (
    ANA,
    GRACE,
    JAMES,
    LUCIA,
    REFUSED,
    ahead,
    number_of,
    row,
    sample_desk,
    timed,
)


def many(count: int) -> RehearsedDesk:
    """A long queue of automatic next steps, one minute apart."""
    rows = [
        row(
            lead,
            f"Caller {lead:04d}",
            number_of(lead),
            stage=Stage.WAITING,
            step=Next(NextWhat.TEXT, ahead(lead), ordinal=2),
            preview="Texted.",
            area="family law",
        )
        for lead in range(1, count + 1)
    ]
    return RehearsedDesk(leads={each.lead: each for each in rows})


def test_a_change_from_another_thread_arrives(seat: Seat) -> None:
    changed = replace(seat.desk.leads[GRACE], name="Grace Kim-Lee")
    thread = threading.Thread(target=seat.desk.put, args=(changed,))
    thread.start()
    thread.join()
    seat.settle()
    assert "Grace Kim-Lee" in seat.names()


def test_rows_come_in_go_out_and_move_without_a_reset(seat: Seat) -> None:
    resets: list[int] = []
    seat.attending.room.queue.model.modelReset.connect(lambda: resets.append(1))
    seat.open(LUCIA)
    seat.desk.gone(JAMES)
    seat.desk.put(replace(seat.desk.leads[GRACE], next=timed(NextWhat.CALL, -5)))
    seat.desk.put(replace(late_row(40), name="New Caller", next=timed(NextWhat.REPLY, -9)))
    seat.settle()
    assert seat.names()[:4] == ["New Caller", "Grace Kim", "Ana Díaz", "(617) 555-0142"]
    assert seat.attending.room.queue.table.chosen == LUCIA
    assert seat.attending.room.queue.model.lead(seat.attending.room.queue.table.currentIndex()) == LUCIA
    assert resets == []


def late_row(lead: int) -> QueueRow:
    step = timed(NextWhat.REPLY, -30)
    number = number_of(lead)
    return row(
        lead, f"New {lead}", number, stage=Stage.NEEDS_REPLY, step=step, preview="Hi", area="family law"
    )


def test_a_row_that_comes_in_above_does_not_push_the_selected_one(seat_at: SeatMaker) -> None:
    seat = seat_at(many(60))
    table, strip = seat.attending.room.queue.table, seat.attending.room.queue.strip
    seat.open(3)
    before = table.visualRect(table.currentIndex()).top()
    for lead in (90, 91):
        seat.desk.put(late_row(lead))
        seat.settle()
    assert table.visualRect(table.currentIndex()).top() == before
    assert strip.text() == "2 new above"
    seat.click(strip)
    assert not strip.isVisible()
    assert table.visualRect(seat.attending.room.queue.model.position(90)).top() >= 0


def test_when_the_chosen_lead_leaves_no_neighbour_is_opened(seat: Seat) -> None:
    seat.open(JAMES)
    seat.desk.put(replace(seat.desk.leads[JAMES], stage=Stage.CLOSED))
    seat.settle()
    shown = seat.attending.room.conversation.shown
    assert shown is not None
    assert shown.row.lead == JAMES
    assert not seat.attending.room.queue.table.selectionModel().hasSelection()


def test_scroll_stays_when_rows_above_come_and_go(seat_at: SeatMaker) -> None:
    seat = seat_at(many(60))
    table = seat.attending.room.queue.table
    table.verticalScrollBar().setValue(1500)
    lead = seat.attending.room.queue.model.lead(table.indexAt(table.viewport().rect().center()))
    assert lead is not None
    before = table.visualRect(seat.attending.room.queue.model.position(lead)).top()
    seat.desk.gone(3)
    seat.desk.put(replace(seat.desk.leads[5], next=timed(NextWhat.REPLY, -3), stage=Stage.NEEDS_REPLY))
    seat.settle()
    assert table.visualRect(seat.attending.room.queue.model.position(lead)).top() == before


def test_pages_of_three_hundred_come_as_one_scrolls(seat_at: SeatMaker) -> None:
    seat = seat_at(many(650))
    table, model = seat.attending.room.queue.table, seat.attending.room.queue.model
    assert len(model.rows) == 300
    for expected in (600, 650):
        table.scrollToBottom()
        seat.settle()
        assert len(model.rows) == expected
    seat.desk.put(replace(seat.desk.leads[640], name="Renamed"))
    seat.settle()
    assert "Renamed" in seat.names()


def test_a_timer_that_runs_out_moves_its_row_to_due_now(seat: Seat) -> None:
    seat.window.tick()
    seat.desk.at = NOW + timedelta(minutes=8)
    seat.window.tick()
    heads = [entry for entry in seat.attending.room.queue.model.entries if isinstance(entry, Head)]
    assert (heads[0].section.name, heads[0].count) == ("DUE_NOW", 5)


def test_ticking_tells_no_screen_reader_anything(seat: Seat) -> None:
    told: list[int] = []
    seat.attending.room.queue.model.dataChanged.connect(lambda *_: told.append(1))
    for second in range(5):
        seat.desk.at = NOW + timedelta(seconds=second)
        seat.window.tick()
    assert told == []


def test_nobody_waiting_teaches_what_happens_next_and_the_first_call_takes_its_place(
    seat_at: SeatMaker,
) -> None:
    seat = seat_at(RehearsedDesk())
    assert seat.attending.room.stack.currentWidget() is seat.attending.room.empty
    seat.desk.put(sample_desk().leads[ANA])
    seat.settle()
    assert seat.attending.room.stack.currentWidget() is seat.attending.room.splitter
    assert seat.names() == ["Ana Díaz"]


def test_the_stamp_says_stale_when_it_is(seat: Seat) -> None:
    assert seat.window.frame.top.stamp.accessibleName() == "Live as of 10:32:05"
    seat.desk.at = NOW + timedelta(minutes=7, seconds=20)
    seat.window.tick()
    assert seat.window.frame.top.stamp.accessibleName() == "Stale, 7 min, since 10:32:05"


def test_trouble_shows_in_words_and_goes_by_itself(seat: Seat) -> None:
    banner = seat.window.frame.banner
    assert not banner.isVisible()
    seat.desk.connections = (REFUSED,)
    seat.desk.texts_in_line = 3
    seat.desk.feed.publish(Changes(connections=frozenset({"twilio"})))
    seat.settle()
    assert banner.isVisible()
    assert banner.sentence.text() == REFUSED.sentence
    assert banner.fix.isVisible()
    assert banner.meaning.text() == "3 texts wait in line, none is lost."
    seat.desk.connections = ()
    seat.desk.feed.publish(Changes(connections=frozenset({"twilio"})))
    seat.settle()
    assert not banner.isVisible()


def test_alerts_of_other_people_are_theirs(seat: Seat) -> None:
    seat.desk.unread_alerts[9] = Alert(
        id=9, at=NOW, lead=JAMES, kind="reply", title="New reply", text="", owner="Sam Cole", read_at=None
    )
    seat.desk.feed.publish(Changes(alerts=frozenset({9})))
    seat.settle()
    assert seat.window.frame.top.bell.unread == 2
