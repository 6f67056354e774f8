"""Two robots texting each other are told from a person in a hurry."""

import pytest

from mcdesk.domain.machines import loops


@pytest.mark.parametrize(
    ("bodies", "machine"),
    [
        ([], False),
        (["Hello?", "hello?", "Hello? "], False),
        (["I was in an accident", "yesterday", "on I-5", "can you call", "please", "Hello?"], False),
        (["Thanks for your message"] * 4, True),
        (["thanks  for your message", "Thanks for your message"] * 2, True),
        (["Automatic reply: we are closed."], False),
        (["Automatic reply: we are closed."] * 2, True),
        (["Respuesta automática: cerrado"] * 2, True),
        ([f"Your code is {number}" for number in range(12)], True),
        (["", "", "", ""], False),  # pictures
    ],
)
def test_a_machine_repeats_itself(bodies: list[str], machine: bool) -> None:
    assert loops(bodies) is machine
