"""Phone numbers the way people type them into Clio, and whether one of those is the number we look for.

Must not: trust what Clio says matches.
"""

import re
from collections.abc import Iterable

from mcdesk.domain.numbers import Number


def renderings(number: Number) -> tuple[str, ...]:
    """What to search for, all of it: Clio keeps a number as typed and searches it as text.

    The last four digits are in one piece however a number is written, so as a search inside the text
    they find everybody, other people's numbers too (`is_among` sorts them out). How Clio splits a number
    into words is not documented; should it match whole words only, the usual renderings find the rest.
    """
    if not number.is_north_american:
        return tuple(dict.fromkeys((number.spoken, number.e164, number.digits)))
    area, exchange, station = number.digits[:3], number.digits[3:6], number.digits[6:]
    return (
        station,
        number.spoken,
        f"{area}-{exchange}-{station}",
        number.digits,
        number.e164,
        f"{area}.{exchange}.{station}",
    )


def is_among(number: Number, typed: Iterable[str | None]) -> bool:
    """Whether one of these is exactly this number, whatever it looks like."""
    return any(_is(number, text) for text in typed if text)


def is_only_a_number(name: str) -> bool:
    """Whether a record's name is a stand-in: a phone number, with or without our word before it."""
    return Number.parse(name.removeprefix(f"{STAND_IN} ")) is not None


#: First name of somebody whose name nobody knows yet.
STAND_IN = "Caller"


def _is(number: Number, text: str) -> bool:
    if Number.parse(text) == number:
        return True
    # "415.555.0142 (cell, evenings)" is no number to a parser, but to a person
    digits = re.sub(r"\D", "", text)
    return digits in {number.e164.removeprefix("+"), number.digits}
