"""Texting windows in every zone a number may be in (rules Z-1 to Z-5), and office hours."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.domain.hours import UNKNOWN_ZONES, AreaCodes, OfficeHours, Span, is_open, next_opening
from mcdesk.domain.numbers import Number
from mcdesk.settings import resource_folder

PACIFIC = ("America/Los_Angeles",)
SPLIT = ("America/Chicago", "America/New_York")


@pytest.fixture(scope="module")
def area_codes() -> AreaCodes:
    table = resource_folder() / "compliance" / "us_area_code_zones.csv"
    with table.open(encoding="utf-8", newline="") as file:
        return AreaCodes.read(file)


def at(text: str, zone: str = "America/Los_Angeles") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("clock", "allowed"),
    [("07:59", False), ("08:00", True), ("20:58", True), ("20:59", False), ("21:00", False)],
)
def test_the_window_opens_at_eight_and_closes_a_minute_before_nine(clock: str, allowed: bool) -> None:
    assert is_open(PACIFIC, at(f"2026-11-23T{clock}")) is allowed


def test_z1_an_area_code_in_two_zones_needs_both_open(area_codes: AreaCodes) -> None:
    kentucky = area_codes.place(Number("+12705550142"))
    assert set(kentucky.zones) == set(SPLIT)
    assert not is_open(kentucky.zones, at("2026-11-23T08:30", "America/New_York"))
    assert is_open(kentucky.zones, at("2026-11-23T08:30", "America/Chicago"))
    assert not is_open(kentucky.zones, at("2026-11-23T20:30", "America/Chicago"))


def test_z3_an_unknown_place_needs_all_four_mainland_zones(area_codes: AreaCodes) -> None:
    unknown = area_codes.place(Number("+15005550142"))
    assert unknown.zones == UNKNOWN_ZONES
    assert next_opening(unknown.zones, at("2026-11-23T02:00")) == at("2026-11-23T08:00")


@pytest.mark.parametrize("day", ["2026-11-01", "2027-03-14"])
def test_z4_days_of_a_clock_change_open_at_eight_all_the_same(day: str) -> None:
    assert next_opening(PACIFIC, at(f"{day}T00:30")) == at(f"{day}T08:00")


def test_z4_arizona_keeps_its_time() -> None:
    assert next_opening(("America/Phoenix",), at("2026-07-01T05:00")) == at(
        "2026-07-01T08:00", "America/Phoenix"
    )


@given(
    st.integers(0, 2 * 365 * 24 * 60),
    st.sampled_from([PACIFIC, SPLIT, UNKNOWN_ZONES]),
)
def test_z5_the_next_opening_is_open_and_nothing_before_it_is(minute: int, zones: tuple[str, ...]) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    opening = next_opening(zones, now)
    assert opening is not None
    assert is_open(zones, opening)
    probe = now
    while probe < opening:
        assert not is_open(zones, probe)
        probe += timedelta(minutes=7)


def test_office_hours_know_breaks_and_midnight() -> None:
    hours = OfficeHours({0: (Span.parse("08:30-12:00"), Span.parse("13:00-24:00"))})
    monday = datetime(2026, 11, 23, tzinfo=ZoneInfo("America/Los_Angeles"))
    assert hours.is_open(monday.replace(hour=8, minute=30))
    assert not hours.is_open(monday.replace(hour=12))
    assert hours.is_open(monday.replace(hour=23, minute=59))
    assert not hours.is_open(monday + timedelta(days=1, hours=9))


@pytest.mark.parametrize("text", ["8", "09:00-08:00", "09:00-25:00", "a-b", "09:00"])
def test_a_span_that_is_none_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        Span.parse(text)
