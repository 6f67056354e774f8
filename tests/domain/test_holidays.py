"""Public holidays by state."""

from datetime import date
from itertools import groupby

import pytest
from holidays import HolidayBase, country_holidays

from mcdesk.domain.holidays import NO_HOLIDAYS, Holidays
from mcdesk.domain.tables import BadTable
from tests.simulation.shipped import holidays, lines

HEAD = "state,date,name"
ROWS = [line.split(",") for line in lines("holidays_us.csv")[1:]]
YEARS = range(2026, 2036)
#: What a state keeps and the library does not know.
BESIDE_THE_LIBRARY = {"PA": {"Good Friday", "Flag Day", "Election Day"}}


@pytest.mark.parametrize(
    ("state", "day", "name"),
    [
        ("LA", date(2027, 2, 9), "Mardi Gras"),
        ("LA", date(2027, 3, 26), "Good Friday"),
        ("RI", date(2027, 8, 9), "Victory Day"),
        ("UT", date(2026, 7, 24), "Pioneer Day"),
        ("UT", date(2027, 7, 23), "Pioneer Day (observed)"),
        ("PA", date(2027, 6, 14), "Flag Day"),
        ("AL", date(2027, 4, 26), "Confederate Memorial Day"),
        ("RI", date(2026, 11, 26), "Thanksgiving Day"),
        ("UNKNOWN", date(2027, 7, 5), "Independence Day (observed)"),
        ("US", date(2026, 12, 25), "Christmas Day"),
    ],
)
def test_a_holiday_of_the_state_or_of_the_country(state: str, day: date, name: str) -> None:
    assert holidays().on(state, day) == name


@pytest.mark.parametrize(
    ("state", "day"),
    [("RI", date(2026, 7, 24)), ("UNKNOWN", date(2026, 7, 24)), ("US", date(2027, 2, 9)),
     ("UT", date(2026, 7, 23)), ("CA", date(2026, 11, 27))],
)  # fmt: skip
def test_an_ordinary_day_and_the_holiday_of_another_state_are_none(state: str, day: date) -> None:
    assert holidays().on(state, day) is None


def known_to_the_library(state: str) -> HolidayBase:
    return country_holidays("US", subdiv=None if state == "US" else state, years=YEARS)


@pytest.mark.parametrize("state", ["US", "AL", "LA", "PA", "RI", "UT"])
def test_the_table_has_every_day_the_library_knows(state: str) -> None:
    days = known_to_the_library(state)
    missing = {day: name for day, name in days.items() if holidays().on(state, day) is None}
    assert missing == {}


def test_the_table_has_nothing_else_but_what_the_library_lacks() -> None:
    for state, rows in groupby(ROWS, key=lambda row: row[0]):
        days = known_to_the_library(state)
        more = {name for _, day, name in rows if date.fromisoformat(day) not in days}
        assert more == BESIDE_THE_LIBRARY.get(state, set())


@pytest.mark.parametrize("year", YEARS)
def test_pennsylvania_keeps_good_friday_flag_day_and_election_day(year: int) -> None:
    """Section 7 of the compliance rules; the library has the first of them for Louisiana."""
    (good_friday,) = (day for day, name in known_to_the_library("LA").items() if name == "Good Friday"
                      and day.year == year)  # fmt: skip
    first_monday = next(day for day in range(1, 8) if date(year, 11, day).weekday() == 0)
    kept = {
        good_friday: "Good Friday",
        date(year, 6, 14): "Flag Day",
        date(year, 11, first_monday + 1): "Election Day",
    }
    assert {day: holidays().on("PA", day) for day in kept} == kept
    assert [holidays().on("US", day) for day in kept] == [None] * 3


def test_every_year_up_to_the_last_is_whole() -> None:
    assert holidays().until == date(max(YEARS), 12, 25)
    for year in YEARS:
        assert holidays().on("US", date(year, 12, 25)) == "Christmas Day"


def test_an_empty_table_has_no_holidays_and_no_end() -> None:
    assert Holidays.read([HEAD]).until is None
    assert NO_HOLIDAYS.on("US", date(2026, 12, 25)) is None


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("US,25.12.2026,Christmas Day", "'25.12.2026' is not a date such as 2026-12-25"),
        ("US,2027-02-29,Leap Day", "'2027-02-29' is not a date"),
        ("US,,Christmas Day", "'' is not a date"),
        ("US,2026-12-25,", "name"),
        ("US,2026-12-25", "expected 3 values"),
        ("US,2026-12-25,Christmas Day,2", "expected 3 values"),
    ],
)
def test_a_bad_row_is_told_with_its_line(row: str, words: str) -> None:
    with pytest.raises(BadTable, match=words) as refused:
        Holidays.read([HEAD, "US,2026-01-01,New Year's Day", "", row])
    assert refused.value.line == 4


@pytest.mark.parametrize("column", HEAD.split(","))
def test_a_column_that_is_missing_is_told(column: str) -> None:
    with pytest.raises(BadTable, match=f"line 1: the column '{column}' is missing"):
        Holidays.read([HEAD.replace(column, "other"), "US,2026-12-25,Christmas Day"])
