"""The queue's views: which lead is where, in which order, and the counts beside them.

Must not: know how a lead got there.
"""

from datetime import timedelta
from typing import Any

from mcdesk.domain.leads import Stage
from mcdesk.domain.numbers import Number
from mcdesk.domain.office import Line, Office
from mcdesk.domain.queue import NextWhat, View
from mcdesk.store import people, queue, schema
from mcdesk.store.database import Database
from mcdesk.store.transaction import Tx
from tests.store.conftest import NOW

LINE = Number("+14155550100")
OFFICE = Office(name="Rivera & Cole", lines=(Line(number=LINE, label="Main line", text_from=LINE),))
MINUTE = timedelta(minutes=1)


def put(database: Database, stage: Stage, *, number: Number | None = None, **values: Any) -> int:
    """A lead of a new caller."""

    def work(tx: Tx) -> int:
        contact = tx.insert(schema.contacts.insert(), {"number": number, "at": NOW})
        usual = {"stage": str(stage), "line": LINE, "opened_at": NOW, "last_at": NOW, "calls": 1}
        return tx.insert(schema.leads.insert(), {**usual, **values, "contact": contact})

    return database.write(work).result(10)


def leads(
    database: Database, view: View, *, person: str = "Maria", limit: int = 99, offset: int = 0
) -> list[int]:
    rows = database.read(
        lambda tx: queue.rows(tx, OFFICE, view, person=person, limit=limit, offset=offset)
    ).result(10)
    return [row.lead for row in rows]


def counts(database: Database) -> dict[View, int]:
    return database.read(lambda tx: queue.counts(tx, "Maria")).result(10)


def test_people_first_then_what_happens_by_itself_then_the_callers_turn(database: Database) -> None:
    turn = put(database, Stage.ANSWERED)
    text_late = put(database, Stage.WAITING, next_what=str(NextWhat.TEXT), next_due=NOW + 9 * MINUTE)
    reply = put(database, Stage.NEEDS_REPLY, next_what=str(NextWhat.REPLY), next_due=NOW + 5 * MINUTE)
    text_soon = put(database, Stage.WAITING, next_what=str(NextWhat.TEXT), next_due=NOW + MINUTE)
    late = put(database, Stage.NEEDS_REPLY, next_what=str(NextWhat.REPLY), next_due=NOW - MINUTE)
    call = put(database, Stage.CALL_NOW, next_what=str(NextWhat.CALL), next_due=NOW + 2 * MINUTE)
    untimed = put(database, Stage.CALL_NOW, next_what=str(NextWhat.CALL))
    assert leads(database, View.OPEN) == [late, call, reply, untimed, text_soon, text_late, turn]
    assert leads(database, View.OPEN, limit=2, offset=1) == [call, reply]


def test_every_lead_is_in_its_views_and_the_counts_agree(database: Database) -> None:
    held = put(database, Stage.WAITING, next_what=str(NextWhat.HELD), next_due=NOW + MINUTE)
    stuck = put(database, Stage.ANSWERED, next_what=str(NextWhat.STUCK), next_due=NOW + 2 * MINUTE)
    waiting = put(database, Stage.WAITING, next_what=str(NextWhat.TEXT), next_due=NOW + MINUTE, owner="Maria")
    answered = put(database, Stage.ANSWERED, owner="José")
    reply = put(database, Stage.NEEDS_REPLY)
    call, check = put(database, Stage.CALL_NOW), put(database, Stage.CHECK)
    booked = put(database, Stage.BOOKED)
    done = put(database, Stage.BOOKED, closed_at=NOW, disposition="booked")
    old = put(database, Stage.CLOSED, closed_at=NOW - MINUTE, disposition="spam")
    new = put(database, Stage.CLOSED, closed_at=NOW, disposition="retained")
    expected = {
        View.OPEN: {held, stuck, waiting, answered, reply, call, check, booked},
        View.NEEDS_REPLY: {reply},
        View.CALL_NOW: {call, check},
        View.WAITING: {waiting, answered},
        View.HELD: {held, stuck},
        View.BOOKED: {booked, done},
        View.CLOSED: {old, new},
        View.MINE: {waiting},
        View.UNCLAIMED: {held, stuck, reply, call, check, booked},
    }
    assert {view: set(leads(database, view)) for view in View} == expected
    assert counts(database) == {view: len(expected[view]) for view in View}
    assert leads(database, View.CLOSED) == [new, old], "newest first"


def test_an_empty_office_counts_nothing(database: Database) -> None:
    assert counts(database) == dict.fromkeys(View, 0)
    assert leads(database, View.OPEN) == []


def test_the_tray_counts_what_is_late_or_has_no_clock_of_the_open_ones(database: Database) -> None:
    put(database, Stage.NEEDS_REPLY, reply_due=NOW + MINUTE)
    put(database, Stage.NEEDS_REPLY, reply_due=NOW - MINUTE)
    put(database, Stage.CALL_NOW)
    put(database, Stage.WAITING)
    put(database, Stage.CALL_NOW, closed_at=NOW)
    assert database.read(queue.needing_people).result(10) == 2


def test_a_row_says_who_on_which_line_and_whether_they_opted_out(database: Database) -> None:
    caller = Number("+14155550142")
    lead = put(database, Stage.WAITING, number=caller, preview="Missed call", unread=2)
    database.write(lambda tx: people.suppress(tx, caller, words="STOP", rule="stop", channel="text")).result(
        10
    )
    (row,) = database.read(lambda tx: queue.some(tx, OFFICE, [lead])).result(10)
    assert (row.who, row.line_label, row.opted_out, row.unread) == ("(415) 555-0142", "Main line", True, 2)
    database.write(lambda tx: people.release(tx, caller, why="START")).result(10)
    (row,) = database.read(lambda tx: queue.some(tx, OFFICE, [lead])).result(10)
    assert not row.opted_out


def test_a_page_is_as_long_as_asked_for(database: Database) -> None:
    for _ in range(30):
        put(database, Stage.WAITING, next_what=str(NextWhat.TEXT), next_due=NOW)
    assert len(leads(database, View.OPEN, limit=10)) == 10
    assert len(leads(database, View.OPEN, limit=10, offset=25)) == 5
