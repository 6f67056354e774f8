"""Plain characters for typographic ones, so that a text fits the phone alphabet; what was changed is told.

Must not: count (`segments` does), or drop anything a reader would miss.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from mcdesk.domain.segments import GSM

#: Typographic characters and the plain ones that say the same (compliance rules, section 6; list of Twilio's
#: smart encoding, with bullets and every space).
TYPOGRAPHY: Mapping[str, str] = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u2039\u203a\u02bc\u00b4`", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
    **dict.fromkeys("\u2022\u2023\u2043\u2219\u25aa\u25ab\u25cf\u25cb\u25e6\u00b7", "-"),
    **dict.fromkeys("\t\v\f\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008", " "),
    **dict.fromkeys("\u2009\u200a\u202f\u205f\u3000", " "),
    **dict.fromkeys("\u2028\u2029", "\n"),
    **dict.fromkeys("\u00ad\u200b\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""),
    "\u2026": "...",
    "\u2044": "/",
    "\u00d7": "x",
    "\u2122": "(TM)",
    "\u00a9": "(c)",
    "\u00ae": "(R)",
}
#: Letters that are no plain letter with a mark.
_LETTERS: Mapping[str, str] = {
    "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ð": "d", "þ": "th", "Þ": "Th",
}  # fmt: skip
_TYPOGRAPHY = str.maketrans(dict(TYPOGRAPHY))
#: What belongs to the character before it: Latin marks, joiners, and the variants and tones of emoji.
_ATTACHED = "\u0300-\u036f\u200c\u200e\u200f\u20d0-\u20f0\ufe00-\ufe0f\U0001f3fb-\U0001f3ff"
_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_CLUSTER = re.compile(rf"{_FLAG}|.[{_ATTACHED}]*(?:\u200d.[{_ATTACHED}]*)*", re.DOTALL)
_ATTACHMENT = re.compile(f"[{_ATTACHED}\u200d]")
_LETTER_OR_DIGIT = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd"})


@dataclass(frozen=True, slots=True)
class Change:
    """One character, or one with its marks, and what stands for it now (nothing for an invisible one)."""

    old: str
    new: str
    times: int


@dataclass(frozen=True, slots=True)
class Plain:
    """A text made plain."""

    text: str
    changes: tuple[Change, ...]
    #: What nothing can stand for (emoji, other scripts), each once; the text stays UCS-2 while there is any.
    left: tuple[str, ...]


def typewritten(text: str) -> str:
    """Plain quotes, dashes and spaces; no letter is touched. Every template goes out like this."""
    return text.translate(_TYPOGRAPHY)


def make_plain(text: str) -> Plain:
    """`typewritten`, and letters outside GSM-7 without their accents (á í ó ú; é ñ ¿ ¡ ü are in it)."""
    words: list[str] = []
    times: Counter[tuple[str, str]] = Counter()
    left: dict[str, None] = {}
    for found in _CLUSTER.finditer(text):
        old, new = found[0], _plain(found[0])
        words.append(old if new is None else new)
        if new is None:
            left[old] = None
        elif new != old:
            times[old, new] += 1
    changes = tuple(Change(old, new, count) for (old, new), count in times.items())
    return Plain("".join(words), changes, tuple(left))


def _plain(cluster: str) -> str | None:
    """What stands for it in GSM-7; None where nothing does."""
    composed = unicodedata.normalize("NFC", cluster)
    if GSM.issuperset(composed):
        return composed
    bare = "".join(map(_bare, typewritten(_ATTACHMENT.sub("", composed))))
    return bare if GSM.issuperset(bare) else None


def _bare(character: str) -> str:
    """A letter or digit without its marks; anything else, and any letter of another script, as it is."""
    if character in GSM or character in _LETTERS:
        return _LETTERS.get(character, character)
    if unicodedata.category(character) not in _LETTER_OR_DIGIT:
        return character
    plain = _ATTACHMENT.sub("", unicodedata.normalize("NFKD", character))
    return plain if plain.isascii() else character
