"""What looks like spam, and what looks like a person in need who calls again.

Must not: know stores.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.domain import spam
from mcdesk.domain.numbers import Number
from mcdesk.domain.spam import Ring, reasons

AT = datetime(2026, 11, 18, 19, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LINES = [Number(f"+1415555010{each}") for each in range(6)]


def ring(after: timedelta, *, line: int = 0, rang: int | None = None, forged: bool = False) -> Ring:
    """`rang`: seconds until they hung up; without, it rang out."""
    length = None if rang is None else timedelta(seconds=rang)
    return Ring(at=AT + after, line=LINES[line], hung_up=rang is not None, rang=length, forged=forged)


#: Somebody arrested, somebody's mother: they let it ring, try the other number, and try again.
PEOPLE = {
    "one call": [ring(0 * SECOND)],
    "a forged number, once": [ring(0 * SECOND, forged=True)],
    "a forged number, called back once": [ring(0 * SECOND, forged=True), ring(MINUTE, forged=True)],
    "a slip of the finger, twice": [ring(0 * SECOND, rang=2), ring(9 * SECOND, rang=1)],
    "two slips, then waiting": [
        ring(0 * SECOND, rang=2), ring(9 * SECOND, rang=1), ring(20 * SECOND, rang=30),
        ring(MINUTE, rang=2), ring(2 * MINUTE, rang=2),
    ],
    "each of three lines": [ring(each * MINUTE, line=each) for each in range(3)],
    "four lines in the course of a day": [ring(each * 20 * MINUTE, line=each) for each in range(4)],
    "five calls, redialed by hand": [ring(each * SECOND) for each in (0, 41, 78, 125, 160)],
    "ten calls in an afternoon": [ring(each * each * MINUTE) for each in range(10)],
    "five calls told of at once, after an outage": [ring(0 * SECOND)] * 5,
    "nobody knows how long each was": [
        replace(ring(each * each * MINUTE), hung_up=True) for each in range(4)
    ],
    "hanging up when the greeting begins": [ring(each * each * MINUTE) for each in range(4)],
    "short calls on different days' hours": [ring(each * 40 * MINUTE, rang=2) for each in range(3)],
}  # fmt: skip


@pytest.mark.parametrize("calls", PEOPLE.values(), ids=PEOPLE)
def test_r3_people_in_need_are_not_taken_for_spam(calls: list[Ring]) -> None:
    assert reasons(calls) == ()


def test_r3_walking_through_the_office_s_lines_is_a_machine_s_way() -> None:
    calls = [ring(each * 2 * MINUTE + each * each * 3 * SECOND, line=each) for each in range(4)]
    assert reasons(calls) == ("it rang 4 of the office's lines within 10 minutes",)
    assert reasons([*calls[:3], ring(11 * MINUTE, line=3)]) == ()


def test_r3_hanging_up_before_anybody_can_answer_counts_when_it_repeats() -> None:
    calls = [ring(each * each * MINUTE, rang=3) for each in range(3)]
    assert reasons(calls) == ("it hung up within 3 seconds 3 times in a row",)
    assert reasons([*calls[:2], ring(4 * MINUTE, rang=4)]) == ()


def test_r3_whoever_let_it_ring_out_once_waits_for_an_answer() -> None:
    calls = [ring(0 * SECOND, rang=2), ring(MINUTE, rang=2), ring(4 * MINUTE, rang=2)]
    assert reasons(calls)
    assert reasons([*calls, ring(9 * MINUTE)]) == ()


def test_r3_a_forged_number_that_keeps_calling_is_named_as_such() -> None:
    calls = [ring(0 * SECOND), ring(90 * MINUTE, forged=True), ring(300 * MINUTE)]
    (why,) = reasons(calls)
    assert why == "the phone network says its number is forged, and it called 3 times within a day"


@pytest.mark.parametrize("every", [20, 60, 600])
def test_r3_calls_by_the_clock_are_a_machine_s(every: int) -> None:
    calls = [ring(each * every * SECOND + (each % 2) * SECOND) for each in range(5)]
    assert any("at even intervals" in why for why in reasons(calls))
    assert reasons(calls[:4]) == ()


def test_r3_faster_than_a_person_dials_is_a_machine_s() -> None:
    calls = [ring(each * SECOND) for each in (0, 4, 14, 19, 33, 44)]
    assert reasons(calls) == ("it called 6 times within a minute",)
    assert reasons(calls[1:]) == ()


def test_r3_every_sign_that_holds_is_told() -> None:
    calls = [ring(each * 7 * SECOND, line=each, rang=1, forged=True) for each in range(6)]
    assert len(reasons(calls)) == 5


def test_r3_no_calls_are_no_spam() -> None:
    assert reasons([]) == ()


def test_r3_the_signs_look_no_further_back_than_calls_are_brought() -> None:
    spans = (spam.LINES_SPAN, spam.SHORT_SPAN, spam.EVEN_SPAN, spam.FAST_SPAN)
    assert max(spans) <= spam.LOOK_BACK
    assert max(spam.EVEN_TIMES, spam.FAST_TIMES, spam.MANY_LINES) <= spam.MOST_RINGS
