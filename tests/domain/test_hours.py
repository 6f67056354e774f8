"""Office hours."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mcdesk.domain.hours import OfficeHours, Span


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


@pytest.mark.parametrize("text", ["08:30-12:00", "13:00-24:00", "00:00-00:01"])
def test_a_span_is_written_as_it_was_read(text: str) -> None:
    assert str(Span.parse(text)) == text
