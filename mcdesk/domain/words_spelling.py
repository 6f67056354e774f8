"""A text as plain words: case, accents, stretched letters, slips of the finger and short forms set right.

Must not: know what any word asks for (`consent` does).
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

from mcdesk.domain.words_letters import fold, readings
from mcdesk.domain.words_slips import SHORT_WORD, SOUND, SPOKEN, slips, sound

#: Stands among the words where a sentence ends.
END = "."
#: A heap of letters of so many is taken apart into words.
HEAP = range(7, 41)
#: A piece of a torn word is no word of its own, or one as short as this; a piece of a heap is no shorter.
PIECE = 2
_TOKEN = re.compile(
    r"(?P<word>(?:\$(?=[^\W\d_]))?[^\W_]+(?:['$@*]+[^\W_]+)*)|(?P<end>[.!?;:¿¡\n\r]+)"
    r"|(?P<pause>(?<=\s)-+(?=\s)|[^\w\s'\"“”„«».!?;:¿¡#*&@+%$-]+)"
)
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W_][\W_]{1,3}){2,}[^\W_](?![^\W_])")
#: The key beside the apostrophe.
_SEMICOLON = re.compile(r"(?<=n);(?=t\b)")
_REPEATED = re.compile(r"(.)\1+")
_STRETCHED = re.compile(r"(.)\1\1+")
_TORN = re.compile(r"(?<![^\W_'])([^\W_]++)(?:[^\S\n\r]++|[.-])(?=([^\W_]++)(?!'))")


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
        fillers: Set[str] = frozenset(),
        pauses: Set[str] = frozenset(),
        known: Set[str] = frozenset(),
        spoken: Set[str] = frozenset(),
    ) -> None:
        """`variants`: as written to as meant, maybe several words. `slippery`: words that are told though a
        finger slipped. `fillers`: left out wherever they stand. `pauses`: begin another part of the text.
        `known`: words that mean themselves. `spoken`: those of them that are told by their sound."""
        self._fillers: dict[str, list[tuple[str, ...]]] = {}
        for filler in sorted(fillers, key=len, reverse=True):
            whole = tuple(filler.split())
            self._fillers.setdefault(whole[0], []).append(whole)
        self._slippery = slippery
        self._pauses = pauses
        self._known = known | slippery | pauses | {word for filler in fillers for word in filler.split()}
        self._variants = {
            slip: (word,) for word in sorted(slippery) for slip in slips(word) if slip not in self._known
        } | {written: tuple(word.split()) for written, word in variants.items()}
        self._whole = {
            word
            for word in slippery | {written for written, word in variants.items() if word in slippery}
            if len(word) >= SHORT_WORD
        }
        self._pieces = self._known | variants.keys()
        self._sounds = {sound(word): word for word in sorted(spoken, reverse=True) if len(word) >= SPOKEN}
        self._symbols = {
            ord(written): f" {word} "
            for written, word in variants.items()
            if len(written) == 1 and not written.isalnum()
        }

    def words(self, text: str) -> Words:
        """The words of `text` as they are meant."""
        tokens: list[str] = []
        parts: list[int] = []
        part = 0
        folded = _SEMICOLON.sub("'", fold(text.translate(self._symbols)))
        folded = _SPACED.sub(self._closed_up, folded)
        for match in _TOKEN.finditer(_TORN.sub(self._mended, folded)):
            if match.lastgroup == "word":
                meant = self.meant(match.group())
                part += not self._pauses.isdisjoint(meant)
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
        plain = token.removesuffix("'s").replace("'", "")
        found = self._variants.get(token) or self._variants.get(token.replace("'", ""))
        if found is None and plain not in self._known:
            found = self._unstretched(plain) or self._read(plain) or self._heard(plain) or self._parted(plain)
        return found or (plain,)

    def _unstretched(self, plain: str) -> tuple[str, ...] | None:
        """A droppin g given back, and letters held down."""
        if plain.endswith("in") and f"{plain}g" in self._known:
            return (f"{plain}g",)
        if not _REPEATED.search(plain):
            return None
        once = _REPEATED.sub(r"\1", plain)
        if once in self._slippery:
            return (once,)
        if _STRETCHED.search(plain):
            for shorter in (_STRETCHED.sub(r"\1\1", plain), once):
                if shorter in self._known or shorter in self._variants:
                    return self._variants.get(shorter, (shorter,))
        return None

    def _read(self, plain: str) -> tuple[str, ...] | None:
        """Digits and signs in place of letters."""
        if plain.isalpha() or plain.isdecimal():
            return None
        for read in readings(plain):
            if read.isalpha() and (read in self._known or read in self._variants):
                return self._variants.get(read, (read,))
        return None

    def _heard(self, plain: str) -> tuple[str, ...] | None:
        heard = sound(plain)
        word = self._sounds.get(heard) if len(heard) >= SOUND else None
        return None if word is None else (word,)

    def _parted(self, plain: str) -> tuple[str, ...] | None:
        """Words without a space between, where one of them tells."""
        if len(plain) not in HEAP or not self._whole:
            return None
        fewest: list[tuple[str, ...] | None] = [()]
        for end in range(1, len(plain) + 1):
            ways = [
                (*before, plain[start:end])
                for start in range(end - PIECE + 1)
                if (before := fewest[start]) is not None and plain[start:end] in self._pieces
            ]
            fewest.append(min(ways, key=len, default=None))
        pieces = fewest[-1] or ()
        if self._whole.isdisjoint(pieces):
            return None
        return tuple(word for piece in pieces for word in self._variants.get(piece, (piece,)))

    def _closed_up(self, match: re.Match[str]) -> str:
        """S.T.O.P. is one word, where that word is known."""
        joined = re.sub(r"[\W_]", "", match.group())
        tells = len(joined) >= SHORT_WORD and not self._slippery.isdisjoint(self.meant(joined))
        return f" {joined} " if tells else match.group()

    def _mended(self, match: re.Match[str]) -> str:
        """A word torn in two."""
        first, second = match.groups()
        torn = any(len(piece) <= PIECE or piece not in self._pieces for piece in (first, second))
        return first if torn and first + second in self._whole else match.group()

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
