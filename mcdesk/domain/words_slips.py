"""How a known word comes to be written otherwise: by a slip of the finger, without vowels, or by ear.

Must not: know which words there are (the table does).
"""

import re
import string
from collections.abc import Iterator

#: Slips are forgiven in words this long, more of them in words so long: shorter ones turn into others.
SHORT_WORD = 4
LONG_WORD = 6
VERY_LONG_WORD = 11
#: Words of Spanish this long are told by their sound, and by no less of it.
SPOKEN, SOUND = 4, 3
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEAR = {
    key: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in _KEYS
    for place, key in enumerate(row)
}
#: What sounds alike in the Spanish of the Americas, in this order; the h is silent.
_SOUNDS = [
    (re.compile(written), spoken)
    for written, spoken in (
        ("emen$", "enme"),
        ("ch", "C"),
        ("h", ""),
        ("ll", "y"),
        ("qu(?=[ei])|q", "k"),
        ("c(?=[ei])|z", "s"),
        ("c", "k"),
        ("gu(?=[ei])", "G"),
        ("g(?=[ei])", "j"),
        ("v", "b"),
        ("m(?=[bp])", "n"),
        (r"(.)\1+", r"\1"),
    )
]


def slips(word: str) -> Iterator[str]:
    """What a slip of the finger makes of it: letters swapped, the key beside; in long words a letter missing
    (or two after the first), and another or one too many but at the ends, where those make other words."""
    if len(word) < SHORT_WORD:
        return
    yield without_vowels(word)
    for place in range(len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    for place, letter in enumerate(word):
        for near in _NEAR.get(letter, ""):
            yield word[:place] + near + word[place + 1 :]
        if len(word) < LONG_WORD:
            continue
        yield word[:place] + word[place + 1 :]
        if place and len(word) >= VERY_LONG_WORD:
            for later in range(place + 1, len(word)):
                yield word[:place] + word[place + 1 : later] + word[later + 1 :]
        if 0 < place < len(word) - 2:
            for other in string.ascii_lowercase:
                yield word[:place] + other + word[place:]
                yield word[:place] + other + word[place + 1 :]


def without_vowels(word: str) -> str:
    """As it is texted in a hurry; the word itself where too little would be left."""
    short = word[0] + re.sub("[aeiou]", "", word[1:])
    return short if len(short) >= SOUND else word


def sound(word: str) -> str:
    """What a Spanish word sounds like: words alike here are written alike by ear."""
    for written, spoken in _SOUNDS:
        word = written.sub(spoken, word)
    return word
