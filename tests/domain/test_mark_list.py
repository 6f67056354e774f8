"""A spreadsheet of numbers is read line by line, and every line that cannot be used is named.

Must not: import anything anywhere.
"""

import pytest

from mcdesk.domain import mark_list
from mcdesk.domain.mark_list import BadLine, Listed, read
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.numbers import Number

COURT = Number("+14155550177")


def test_a_number_and_a_reason_are_enough() -> None:
    assert read("number,reason\n(415) 555-0177,Superior court\n") == mark_list.MarkList(
        (Listed(2, COURT, MarkKind.NEVER, "Superior court"),), ()
    )


@pytest.mark.parametrize("kind", MarkKind)
def test_a_kind_may_be_given(kind: MarkKind) -> None:
    (found,) = read(f"Number;Why;Kind\n415-555-0177;A reason, with a comma;{kind.upper()}\n").good
    assert (found.number, found.kind, found.why) == (COURT, kind, "A reason, with a comma")


def test_columns_stand_in_any_order_and_others_are_left_alone() -> None:
    (found,) = read("reason\tcity\tphone\nVendor\tOakland\t+14155550177\r\n").good
    assert (found.number, found.why) == (COURT, "Vendor")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (",Court", "The number is missing."),
        ("hello,Court", "'hello' is not a phone number."),
        ("anonymous,Court", "'anonymous' is not a phone number."),
        ("555-0177,Court", "'555-0177' has no area code."),
        ("415-555-0177", "The reason is missing."),
        ("415-555-0177,  ", "The reason is missing."),
        ("415-555-0177,Court,nope", "'nope' is no kind of mark; there are: never, vip, sensitive, blocked."),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_good_ones_are_kept(line: str, why: str) -> None:
    found = read(f"number,reason,kind\n\n415-555-0178,Clerk,vip\n{line}\n415-555-0179,Vendor,\n")
    assert found.bad == (BadLine(4, why),)
    assert [each.line for each in found.good] == [3, 5]


def test_a_number_on_two_lines_is_told_unless_it_is_marked_two_ways() -> None:
    found = read("number,reason,kind\n415-555-0177,a,never\n(415) 5550177,b,never\n415-555-0177,c,vip\n")
    assert [each.line for each in found.good] == [2, 4]
    assert found.bad == (BadLine(3, "This number is on line 2 already."),)


def test_a_reason_over_two_lines_does_not_shift_the_numbers_of_those_after_it() -> None:
    found = read('number,reason\n415-555-0177,"Court,\nroom 4"\nhello,x\n')
    assert [each.line for each in found.bad] == [4]


@pytest.mark.parametrize("text", ["", "\n\n", "415-555-0177,Court\n", "number\n415-555-0177\n"])
def test_without_a_heading_nothing_is_guessed(text: str) -> None:
    found = read(text)
    assert (found.good, len(found.bad)) == ((), 1)
    assert "must name the columns" in found.bad[0].why


def test_a_list_that_is_too_long_says_where_it_was_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mark_list, "MOST_LINES", 3)
    lines = [f"+1415555018{each},x" for each in range(5)]
    found = read("\n".join(["number,reason", *lines]))
    assert len(found.good) == 3
    assert found.bad == (BadLine(5, "A list has at most 3 numbers. Put the rest in another."),)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('number,reason\n415-555-0178,"Clerk\n415-555-0179,Vendor\n', 2),
        ('number,reason\n415-555-0177,Judge\n415-555-0178,"Clerk\n415-555-0179,"Vendor"\n', 3),
        ('number,reason\n415-555-0178,"Clerk\n415-555-0179,Vendor\n415-555-0180,"\n', 2),
        ('number,reason\n415-555-0178,Cl"erk"x,\n"415-555-0179"x,Vendor\n', 3),
    ],
)
def test_a_quotation_mark_swallows_no_numbers(text: str, line: int) -> None:
    found = read(text)
    assert found.good == ()
    assert [each.line for each in found.bad] == [line]
    assert "quotation mark" in found.bad[0].why


def test_a_reason_may_have_two_lines() -> None:
    (found,) = read('number,reason\n415-555-0178,"Clerk\nof the court"\n').good
    assert found.number == Number("+14155550178")


@pytest.mark.parametrize("column", ["Mobile", "phone", "Phone number", "Other phone", "Fax", "Tel."])
def test_a_second_column_of_numbers_is_told(column: str) -> None:
    found = read(f"number,{column},reason\n415-555-0178,415-555-0179,Clerk\n")
    assert found.bad == (
        BadLine(1, f"The column {column!r} is not read. Give each of its numbers a line of its own."),
    )


@pytest.mark.parametrize(
    "written", ["+1４１５５５５０１７８", "٤١٥٥٥٥٠١٧٨", "+1415555017٨", "４１５-５５５-０１７８"]
)
def test_digits_of_other_scripts_are_the_same_number(written: str) -> None:
    (found,) = read(f"number,reason\n{written},Clerk\n").good
    assert found.number == Number("+14155550178")
