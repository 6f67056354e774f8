"""Months are counted by the calendar, and what is none is told.

Must not: know what is kept for so long.
"""

from datetime import UTC, datetime

import pytest

from mcdesk.domain.months import months_before, parse_months


@pytest.mark.parametrize(
    ("text", "months"),
    [("24 months", 24), ("1 month", 1), ("7 years", 84), (" 2year ", 24), ("100 years", 1200)],
)
def test_what_an_office_writes(text: str, months: int) -> None:
    assert parse_months(text) == months


@pytest.mark.parametrize("text", ["24", "months", "0 months", "-1 months", "1.5 years", "101 years"])
def test_what_is_no_number_of_months_is_told(text: str) -> None:
    with pytest.raises(ValueError, match='write it like "24 months"'):
        parse_months(text)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        ("2026-11-21", 24, "2024-11-21"), ("2026-01-31", 1, "2025-12-31"), ("2026-03-31", 1, "2026-02-28"),
        ("2028-03-30", 1, "2028-02-29"), ("2026-12-05", 12, "2025-12-05"),
    ],
)  # fmt: skip
def test_so_many_months_earlier(day: str, months: int, before: str) -> None:
    at = datetime.fromisoformat(f"{day}T09:30").replace(tzinfo=UTC)
    assert months_before(at, months).isoformat() == f"{before}T09:30:00+00:00"
