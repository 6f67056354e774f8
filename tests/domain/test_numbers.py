"""Phone numbers as values."""

import pytest

from mcdesk.domain.numbers import Number


@pytest.mark.parametrize(
    "text",
    ["+14155550142", "14155550142", "4155550142", "(415) 555-0142", "415-555-0142", "415.555.0142"],
)
def test_every_usual_rendering_is_the_same_number(text: str) -> None:
    assert Number.parse(text) == Number("+14155550142")


@pytest.mark.parametrize(
    "text", [None, "", "anonymous", "Restricted", "+266696687", "384387", "101", "hello"]
)
def test_hidden_short_and_senseless_callers_are_no_number(text: str | None) -> None:
    assert Number.parse(text) is None


def test_a_number_reads_as_people_here_write_it() -> None:
    assert Number("+14155550142").spoken == "(415) 555-0142"


def test_a_masked_number_keeps_the_last_four_digits_only() -> None:
    assert Number("+14155550142").masked == "********0142"


@pytest.mark.parametrize(
    ("e164", "region"),
    [("+14155550142", "US"), ("+14165550142", "CA"), ("+12425550142", "BS"), ("+17875550142", "PR")],
)
def test_plus_one_is_more_than_one_country(e164: str, region: str) -> None:
    assert Number(e164).region == region


def test_toll_free_is_told_by_its_code() -> None:
    assert Number("+18005550142").is_toll_free
    assert not Number("+14155550142").is_toll_free


def test_premium_numbers_are_known_by_area_code_and_exchange() -> None:
    assert Number("+19005550142").is_premium
    assert Number("+14159760142").is_premium
    assert not Number("+14155550142").is_premium
    assert not Number("+442079460142").is_premium
