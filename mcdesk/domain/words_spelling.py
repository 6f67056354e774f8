"""A text as plain words: case, accents, stretched letters, slips of the finger and short forms set right.

Must not: know what any word asks for (`consent` does).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

#: Stands among the words where a sentence ends.
END = "."
#: Slips are forgiven in words this long, a missing letter in words so long: shorter ones turn into others.
SHORT_WORD = 4
LONG_WORD = 6
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEAR = {
    key: row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    for row in _KEYS
    for place, key in enumerate(row)
}
#: Apostrophes of all kinds to one; what is not seen to nothing.
_MARKS: Mapping[int, str | None] = dict.fromkeys(map(ord, "´`‘’ʼ′＇"), "'") | dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff")
)
_TOKEN = re.compile(
    r"(?P<word>[^\W_]+(?:'[^\W_]+)*)|(?P<end>[.!?;:¿¡\n\r]+)|(?P<pause>(?<=\s)-+(?=\s)|[^\w\s'\"“”„«».!?;:¿¡#*&@+%$-]+)"
)
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W_][\W_]{1,3}){2,}[^\W_](?![^\W_])")
_REPEATED = re.compile(r"(.)\1+")
_STRETCHED = re.compile(r"(.)\1\1+")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in order, `END` between its sentences."""

    tokens: tuple[str, ...]
    #: For each word the part of the text it stands in: sentences, and what commas and pictures set off.
    parts: tuple[int, ...]


class Spelling:
    """How words may be written, from the table."""

    def __init__(
        self,
        variants: Mapping[str, str],
        *,
        slippery: Set[str] = frozenset(),
        fillers: Iterable[str] = (),
        known: Set[str] = frozenset(),
    ) -> None:
        """`variants`: as written to as meant, maybe several words. `slippery`: words that are told though a
        finger slipped. `fillers`: left out wherever they stand. `known`: words that mean themselves."""
        slipped = {slip: word for word in slippery for slip in slips(word)}
        self._slippery = slippery
        self._known = known | slippery
        self._variants = {
            written: tuple(word.split())
            for written, word in {**slipped, **variants}.items()
            if written in variants or written not in known
        }
        self._symbols = {
            ord(written): f" {word} "
            for written, word in variants.items()
            if len(written) == 1 and not written.isalnum()
        }
        self._fillers: dict[str, list[tuple[str, ...]]] = {}
        for filler in sorted(fillers, key=len, reverse=True):
            whole = tuple(filler.split())
            self._fillers.setdefault(whole[0], []).append(whole)

    def words(self, text: str) -> Words:
        """The words of `text` as they are meant."""
        tokens: list[str] = []
        parts: list[int] = []
        part = 0
        folded = _SPACED.sub(self._closed_up, fold(text.translate(self._symbols)))
        for match in _TOKEN.finditer(folded):
            if match.lastgroup == "word":
                meant = self.meant(match.group())
                tokens += meant
                parts += [part] * len(meant)
                continue
            part += 1
            if match.lastgroup == "end":
                tokens.append(END)
                parts.append(part)
                part += 1
        return self._without_fillers(tokens, parts)

    def meant(self, token: str) -> tuple[str, ...]:
        """One written word (folded) as meant."""
        found = self._variants.get(token) or self._variants.get(token.replace("'", ""))
        if found is not None:
            return found
        plain = token.removesuffix("'s").replace("'", "")
        if plain.endswith("in") and f"{plain}g" in self._known and plain not in self._known:
            return (f"{plain}g",)
        if plain in self._known or not _REPEATED.search(plain):
            return (plain,)
        once = _REPEATED.sub(r"\1", plain)
        if once in self._slippery:
            return (once,)
        if _STRETCHED.search(plain):
            for shorter in (_STRETCHED.sub(r"\1\1", plain), once):
                if shorter in self._known or shorter in self._variants:
                    return self._variants.get(shorter, (shorter,))
        return (plain,)

    def _closed_up(self, match: re.Match[str]) -> str:
        """S.T.O.P. is one word, where that word is known."""
        joined = re.sub(r"[\W_]", "", match.group())
        return f" {joined} " if len(joined) >= SHORT_WORD and joined in self._slippery else match.group()

    def _without_fillers(self, tokens: list[str], parts: list[int]) -> Words:
        kept: list[int] = []
        place = 0
        while place < len(tokens):
            filler = self._filler_at(tokens, place)
            if not filler:
                kept.append(place)
            place += filler or 1
        return Words(tuple(tokens[each] for each in kept), tuple(parts[each] for each in kept))

    def _filler_at(self, tokens: list[str], place: int) -> int:
        """How many words of a filler begin here."""
        for filler in self._fillers.get(tokens[place], ()):
            if tuple(tokens[place : place + len(filler)]) == filler:
                return len(filler)
        return 0


def fold(text: str) -> str:
    """Case and accents off, one kind of apostrophe."""
    if not text.isascii():
        marked = unicodedata.normalize("NFKD", text.translate(_MARKS))
        text = "".join(each for each in marked if not unicodedata.combining(each))
    return text.casefold()


def normalise(text: str) -> str:
    """NFKD, accents and case off, punctuation to spaces, spaces closed up (rule O-1)."""
    return " ".join(re.sub(r"[^\w\s]|_", " ", fold(text).replace("'", "")).split())


def slips(word: str) -> Iterator[str]:
    """What a slip of the finger makes of it: letters swapped, the key beside, one missing (long words)."""
    if len(word) < SHORT_WORD:
        return
    for place in range(len(word) - 1):
        yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    for place, letter in enumerate(word):
        for near in _NEAR.get(letter, ""):
            yield word[:place] + near + word[place + 1 :]
        if len(word) >= LONG_WORD:
            yield word[:place] + word[place + 1 :]
