"""Card numbers by their check digit, and numbers that only are as long."""

import pytest

from mcdesk.domain.card_numbers import is_card_number


@pytest.mark.parametrize(
    "number", ["4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005", "4222222222222"]
)
def test_a_number_for_tests_of_each_kind_is_a_card(number: str) -> None:
    assert is_card_number(number)


@pytest.mark.parametrize(
    "number", ["4111 1111 1111 1112", "1234567890123", "0000000000000000", "12345678901234"]
)
def test_a_booking_of_as_many_digits_is_none(number: str) -> None:
    assert not is_card_number(number)
