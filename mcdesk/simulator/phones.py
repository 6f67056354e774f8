"""Phone numbers as a phone company sees them: what is a number, how it is written, where it is.
Only North American numbers are known in detail."""

import re
from dataclasses import dataclass

E164 = re.compile(r"\+[1-9]\d{7,14}")
_NORTH_AMERICAN = re.compile(r"\+1[2-9]\d{2}[2-9]\d{6}")


@dataclass(frozen=True)
class Place:
    """Where a number is registered, as companies print it."""

    city: str = ""
    state: str = ""
    zip: str = ""


_PLACES = {
    "415": Place("SAN FRANCISCO", "CA", "94103"),
    "510": Place("OAKLAND", "CA", "94601"),
    "650": Place("PALO ALTO", "CA", "94301"),
    "408": Place("SAN JOSE", "CA", "95110"),
    "213": Place("LOS ANGELES", "CA", "90012"),
    "305": Place("MIAMI", "FL", "33101"),
    "212": Place("NEW YORK", "NY", "10007"),
    "312": Place("CHICAGO", "IL", "60602"),
    "512": Place("AUSTIN", "TX", "78701"),
}


def normalized(written: str) -> str | None:
    """E.164 of what was written (ten digits are taken as North American), or None if it is no number."""
    digits = re.sub(r"[\s().\-]", "", written)
    if re.fullmatch(r"\d{10}", digits):
        digits = "+1" + digits
    elif re.fullmatch(r"1\d{10}", digits):
        digits = "+" + digits
    if not E164.fullmatch(digits):
        return None
    return digits if not digits.startswith("+1") or _NORTH_AMERICAN.fullmatch(digits) else None


def pretty(number: str) -> str:
    """(415) 555-0100 for North American numbers, others unchanged."""
    if not re.fullmatch(r"\+1\d{10}", number):
        return number
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}"


def place_of(number: str) -> Place:
    return _PLACES.get(number[2:5], Place()) if number.startswith("+1") else Place()
