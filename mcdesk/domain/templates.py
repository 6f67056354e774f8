"""Wording with blanks, and how long a text really is on the wire.

Must not: judge wording (the linter will) or fetch values for blanks.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import smsutil

#: Every blank a template may have, with what it stands for.
BLANKS: Mapping[str, str] = {
    "firm": "the office's name",
    "link": "the booking link",
    "phone": "the office line the caller rang",
    "name": "the caller's name, or nothing",
    "line": "the label of the line the caller rang",
}

#: Typographic characters that would double a text's cost, and their plain twins (Twilio smart encoding list).
PLAIN = str.maketrans(
    {
        "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'", "\u00b4": "'", "`": "'",
        "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2033": '"', "\u00ab": '"', "\u00bb": '"',
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2015": "-",
        "\u2026": "...", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "",
    }
)  # fmt: skip


class UnknownBlank(ValueError):
    """A template has a blank nobody can fill."""


@dataclass(frozen=True, slots=True)
class Template:
    """A named wording in one language."""

    name: str
    language: str
    body: str

    def __post_init__(self) -> None:
        for blank in blanks(self.body):
            if blank not in BLANKS:
                known = ", ".join("{" + name + "}" for name in BLANKS)
                raise UnknownBlank(f"{{{blank}}} is not a known blank; known are {known}")

    def render(self, values: Mapping[str, str]) -> str:
        """The text with plain punctuation; missing values leave nothing behind, double spaces close up."""
        filled = self.body.format_map({name: values.get(name, "") for name in BLANKS})
        return make_plain(" ".join(filled.split(" ")).replace("  ", " ").strip())


@lru_cache(maxsize=256)
def blanks(body: str) -> tuple[str, ...]:
    """Names of the blanks in order. Raises UnknownBlank where braces do not pair up."""
    try:
        parts = list(string.Formatter().parse(body))
    except ValueError as error:
        raise UnknownBlank(f"the braces do not pair up ({error}); write {{{{ for a brace itself") from error
    if any(conversion or spec for _, name, spec, conversion in parts if name is not None):
        raise UnknownBlank("a blank is a name in braces and nothing else, such as {firm}")
    return tuple(name for _, name, _, _ in parts if name is not None)


def make_plain(text: str) -> str:
    """Curly quotes, dashes and the like replaced by characters every phone alphabet has."""
    return text.translate(PLAIN)


@dataclass(frozen=True, slots=True)
class Size:
    """What a text costs."""

    characters: int
    segments: int
    encoding: str
    #: Characters one segment of this text holds: 160/153 GSM-7, 70/67 UCS-2.
    per_segment: int


def measure(text: str) -> Size:
    """True length: extension characters count two, one character outside GSM-7 makes the whole text UCS-2."""
    if not text:
        return Size(0, 0, "GSM-7", 160)
    split = smsutil.split(text)
    plain = split.encoding == "gsm0338"
    several = len(split.parts) > 1
    per_segment = (153 if several else 160) if plain else (67 if several else 70)
    length = sum(part.bytes for part in split.parts)
    return Size(
        characters=length if plain else length // 2,
        segments=len(split.parts),
        encoding="GSM-7" if plain else "UCS-2",
        per_segment=per_segment,
    )
