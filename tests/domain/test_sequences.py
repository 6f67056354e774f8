"""Planned follow-ups."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.domain.sequences import Step, parse_length, write_length

CALL = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0s", 0), ("90s", 90), ("15m", 900), ("4h", 14_400), ("3d", 259_200), ("1h 30m", 5_400)],
)
def test_lengths_as_people_write_them(text: str, seconds: int) -> None:
    assert parse_length(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "4", "4x", "h4", "4h!", "-4h"])
def test_a_length_that_is_none_says_how_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        parse_length(text)


def test_ten_years_are_the_longest_length() -> None:
    assert parse_length("3650d") == timedelta(days=3650)
    for text in ("3650d 1s", "99999999999h", "9" * 5000 + "d"):
        with pytest.raises(ValueError, match="expected at most 3650d") as refused:
            parse_length(text)
        assert len(str(refused.value)) < 100


@given(st.integers(0, 10_000_000))
def test_what_is_written_reads_back(seconds: int) -> None:
    length = timedelta(seconds=seconds)
    assert parse_length(write_length(length)) == length


def test_a_step_counts_from_the_call_or_from_the_step_before() -> None:
    from_call = Step(after=timedelta(hours=72), counted_from="call", do="close", disposition="non-responsive")
    from_previous = Step(after=timedelta(hours=4), counted_from="previous", do="text", template="second")
    later = CALL + timedelta(hours=1)
    assert from_call.due(call_at=CALL, previous_at=later) == CALL + timedelta(hours=72)
    assert from_previous.due(call_at=CALL, previous_at=later) == later + timedelta(hours=4)
