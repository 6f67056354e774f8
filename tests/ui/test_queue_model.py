"""Whatever changes in the queue, the model comes to the sorted list by single steps and selection stays."""

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtWidgets import QApplication

from mcdesk.domain.leads import Stage
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import Next, NextWhat, QueueRow, View
from mcdesk.ui.queue.entries import Head, Section, arrange, section
from mcdesk.ui.queue.model import QueueModel
from mcdesk.ui.widgets.keyed_rows import Insert, Move, Remove, steps
from tests.ui.rehearsed import FAR, NEW_YORK, NOW
from tests.ui.sample_office import number_of, row

PLAIN = row(
    1,
    "Somebody",
    "+12125550100",
    stage=Stage.NEEDS_REPLY,
    step=Next(NextWhat.NOTHING),
    preview="Hello",
    area="family law",
)


def timed_row(lead: int, minutes: int | None, *, person: bool, unread: int) -> QueueRow:
    due = NOW + timedelta(minutes=minutes) if minutes is not None else None
    amber = due - timedelta(minutes=10) if due and person else None
    what = NextWhat.REPLY if person else NextWhat.TEXT
    number = Number(number_of(lead))
    return replace(PLAIN, lead=lead, number=number, next=Next(what, due, amber_at=amber), unread=unread)


def by_due(rows: list[QueueRow]) -> list[QueueRow]:
    return sorted(rows, key=lambda each: (each.next.due or FAR, each.lead))


one_row = st.builds(
    timed_row,
    st.integers(1, 30),
    st.one_of(st.none(), st.integers(-60, 300)),
    person=st.booleans(),
    unread=st.integers(0, 3),
)
queues = st.lists(one_row, max_size=20, unique_by=lambda each: each.lead).map(by_due)


@given(st.lists(st.integers(0, 40), unique=True), st.lists(st.integers(0, 40), unique=True))
def test_steps_lead_from_any_order_to_any_other(old: list[int], new: list[int]) -> None:
    rows = list(old)
    for step in steps(old, new):
        match step:
            case Remove(index):
                del rows[index]
            case Insert(index, source):
                rows.insert(index, new[source])
            case Move(index, to):
                rows.insert(to, rows.pop(index))
    assert rows == new


def test_a_row_that_jumps_is_one_move_however_far() -> None:
    old = list(range(300))
    assert len(steps(old, [*old[1:], 0])) == 1
    assert len(steps(old, [299, *old[:-1]])) == 1


@given(queues, queues, st.integers(0, 120))
def test_after_any_change_the_model_is_the_sorted_list_and_the_chosen_lead_is_kept(
    qapp: QApplication, before: list[QueueRow], after: list[QueueRow], later: int
) -> None:
    now = [NOW]

    def clock() -> datetime:
        return now[0]

    model = QueueModel(clock, zone=NEW_YORK, person="Maria Reyes")
    resets: list[object] = []
    model.modelReset.connect(lambda: resets.append(1))
    model.show(before, View.OPEN, has_more=False)
    chosen = before[len(before) // 2].lead if before else None
    held = QPersistentModelIndex(model.position(chosen) if chosen is not None else QModelIndex())
    now[0] += timedelta(minutes=later)
    model.show(after, View.OPEN, has_more=False)
    assert list(model.entries) == arrange(after, View.OPEN, now=clock())
    assert model.lead(held) == (chosen if chosen in {each.lead for each in after} else None)
    assert resets == []


@given(queues)
def test_every_head_counts_what_stands_under_it_and_sections_come_in_order(rows: list[QueueRow]) -> None:
    entries = arrange(rows, View.OPEN, now=NOW)
    under: Head | None = None
    counted: dict[Section, int] = {}
    for entry in entries:
        if isinstance(entry, Head):
            assert under is None or under.section < entry.section
            under = entry
            counted[entry.section] = 0
            continue
        assert under is not None
        assert section(entry, NOW) is under.section
        counted[under.section] += 1
    assert counted == {each.section: each.count for each in entries if isinstance(each, Head)}


def test_closed_leads_have_no_heads() -> None:
    closed = [replace(PLAIN, lead=lead, stage=Stage.CLOSED) for lead in (1, 2)]
    assert arrange(closed, View.CLOSED, now=NOW) == closed


def test_the_next_page_is_asked_for_once_and_added_below(qapp: QApplication) -> None:
    model = QueueModel(lambda: NOW, zone=NEW_YORK, person="Maria Reyes")
    wanted: list[int] = []
    model.more_wanted.connect(wanted.append)
    rows = [replace(PLAIN, lead=lead) for lead in range(1, 8)]
    model.show(rows[:4], View.CLOSED, has_more=True)
    model.fetchMore(QModelIndex())
    model.fetchMore(QModelIndex())
    assert wanted == [4]
    model.extend(rows[3:], has_more=False)
    assert [each.lead for each in model.rows] == [1, 2, 3, 4, 5, 6, 7]
