"""The letters of a text as plain ones: case, accents, apostrophes, look-alikes, digits in place of letters.

Must not: know any word (the table does).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

#: Apostrophes of all kinds to one; what is not seen to nothing.
_MARKS: Mapping[int, str | None] = dict.fromkeys(map(ord, "´`‘’ʼ′＇"), "'") | dict.fromkeys(
    map(
        ord,
        "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060"
        "\u2066\u2067\u2068\u2069\ufe0e\ufe0f\ufeff",
    )
)
#: Small letters of other alphabets, and small capitals, that are taken for Latin ones.
_LOOK_ALIKE: Mapping[int, str] = {
    ord(other): latin
    for latin, others in {
        "a": "аαᴀ", "b": "вʙ", "c": "сᴄ", "d": "ԁᴅđ", "e": "еεᴇ", "f": "ꜰ", "g": "ɢ", "h": "һнհʜ",
        "i": "іιɪı", "j": "јᴊ", "k": "кκᴋ", "l": "ʟł", "m": "мᴍ", "n": "νɴ", "o": "оοօᴏø",
        "p": "рρᴘ", "q": "ԛ", "r": "ʀ", "s": "ѕտꜱ", "t": "тτᴛ", "u": "υսᴜ", "v": "ѵᴠ", "w": "ԝᴡ",
        "x": "хχ", "y": "уʏ", "z": "ᴢ",
    }.items()
    for other in others
}  # fmt: skip
#: Letters in black squares and circles, which Unicode does not take apart.
_BLACK = {first + place: chr(ord("a") + place) for first in (0x1F150, 0x1F170) for place in range(26)}
#: Digits and signs that stand for letters: 1 for i, or for l.
_DIGITS = [str.maketrans("014357$@", letters) for letters in ("oiaestsa", "olaestsa")]


def fold(text: str) -> str:
    """Case and accents off, one kind of apostrophe, look-alikes as the letters they look like."""
    if not text.isascii():
        marked = unicodedata.normalize("NFKD", text.translate(_MARKS).translate(_BLACK))
        text = "".join(each for each in marked if not unicodedata.combining(each))
        return text.casefold().translate(_LOOK_ALIKE)
    return text.casefold()


def normalise(text: str) -> str:
    """NFKD, accents and case off, punctuation to spaces, spaces closed up (rule O-1)."""
    return " ".join(re.sub(r"[^\w\s]|_", " ", fold(text).replace("'", "")).split())


def readings(written: str) -> Iterator[str]:
    """A folded word with its digits and signs read as letters, and without the stars that mask one."""
    for digits in _DIGITS:
        yield written.translate(digits).replace("*", "")
