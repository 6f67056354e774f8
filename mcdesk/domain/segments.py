"""How long a text really is on the wire: its alphabet, its units, its parts (compliance rules, section 6).

Must not: change a text (`plain` does), or judge its length (the linter does).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Encoding: TypeAlias = Literal["GSM-7", "UCS-2"]

#: Units of a text that fits one part, and of each part of a longer one.
GSM_WHOLE, GSM_PART = 160, 153
UCS_WHOLE, UCS_PART = 70, 67
#: Providers refuse a text of more parts.
MOST_PARTS = 10

#: The phone alphabet, 3GPP TS 23.038 table 6.2.1 without its escape character.
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Characters of its extension: two units each, never parted.
GSM_EXTENSION = frozenset("^{}\\[~]|€")
GSM = GSM_BASIC | GSM_EXTENSION


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs. A unit is 7 bits in GSM-7, 16 bits in UCS-2."""

    encoding: Encoding
    units: int
    #: 0 for an empty text. More than `MOST_PARTS` cannot be sent.
    parts: int
    #: Units that still fit the last part.
    left: int
    #: Units each part of this text holds: 160 or 153, 70 or 67.
    per_part: int
    #: The characters that force UCS-2, each once, in order of appearance.
    outside: tuple[str, ...]


def segments(body: str) -> Segments:
    """The true count of a text as it is: nothing is replaced before."""
    outside = tuple(dict.fromkeys(character for character in body if character not in GSM))
    encoding: Encoding = "UCS-2" if outside else "GSM-7"
    whole, part = (UCS_WHOLE, UCS_PART) if outside else (GSM_WHOLE, GSM_PART)
    lengths = [_units(character, encoding) for character in body]
    units = sum(lengths)
    if units <= whole:
        return Segments(encoding, units, min(units, 1), whole - units, whole, outside)
    parts, used = _parted(lengths, part)
    return Segments(encoding, units, parts, part - used, part, outside)


def _units(character: str, encoding: Encoding) -> int:
    if encoding == "GSM-7":
        return 2 if character in GSM_EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _parted(lengths: list[int], part: int) -> tuple[int, int]:
    """How many parts, and the units used of the last; a character of two units moves on whole."""
    parts, used = 1, 0
    for length in lengths:
        if used + length > part:
            parts, used = parts + 1, 0
        used += length
    return parts, used
