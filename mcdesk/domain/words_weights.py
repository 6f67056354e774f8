"""The last look at a text no row knows: weights of words and parts of words, learned from labelled texts.

Must not: say what a text asks for (`consent` does), or learn (`tests/learning` does).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple
from zlib import crc32

from mcdesk.domain.tables import BadTable, rows_of
from mcdesk.domain.words_letters import normalise

COLUMNS = ("name", "value")
#: What the table says besides weights; all its numbers are thousandths.
SETTINGS = ("threshold", "bias", "buckets")
#: So many words in a row are a piece, and so many letters of a word with its edges.
WORDS_TOGETHER = range(1, 4)
LETTERS_TOGETHER = range(3, 6)
#: So many words are named that counted most.
NAMED = 4


class Piece(NamedTuple):
    """Words of a text in a row, or letters of a word, as the number of their bucket."""

    bucket: int
    #: The words it stands in: from one to before another.
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Pieces:
    """What a text is made of, each bucket once."""

    words: tuple[str, ...]
    rows: tuple[Piece, ...]
    letters: tuple[Piece, ...]

    @classmethod
    def of(cls, text: str, buckets: int) -> "Pieces":
        """Case, accents, punctuation and spaces change nothing."""
        words = tuple(normalise(text).split())
        return cls(words, _once(_rows(words, buckets)), _once(_letters(words, buckets)))


class Weights:
    """The table of weights (``optout_weights.csv``), read once."""

    def __init__(self, *, threshold: int, bias: int, buckets: int, weights: Mapping[int, int]) -> None:
        self._threshold = threshold
        self._bias = bias
        self._buckets = buckets
        self._weights = weights

    @classmethod
    def read(cls, lines: Iterable[str]) -> "Weights":
        """From ``optout_weights.csv``, which explains its rows. Raises BadTable."""
        settings: dict[str, int] = {}
        weights: dict[int, int] = {}
        line = 1
        for line, row in rows_of(lines, COLUMNS):
            if row["name"] in settings:
                raise BadTable(line, f"there is a row {row['name']!r} already")
            if row["name"] in SETTINGS:
                settings[row["name"]] = _number(line, row["value"])
                continue
            first = _number(line, row["name"])
            for pair in row["value"].split():
                place, colon, weight = pair.partition(":")
                if not colon:
                    raise BadTable(line, f"{pair!r}: expected a place, a colon and a weight such as 17:-20")
                weights[first + _number(line, place)] = _number(line, weight)
        missing = [name for name in SETTINGS if name not in settings]
        if missing:
            raise BadTable(line, f"a row {missing[0]!r} is missing")
        if settings["buckets"] < 1 or not all(0 <= bucket < settings["buckets"] for bucket in weights):
            raise BadTable(line, f"there are weights outside the {settings['buckets']} buckets")
        return cls(**settings, weights=weights)

    def sounds_like_it(self, text: str) -> tuple[str, ...]:
        """The words that counted most where the text sounds like an opt-out; none where it does not."""
        pieces = Pieces.of(text, self._buckets)
        return self._counted(pieces) if self.score(pieces) > self._threshold else ()

    def score(self, pieces: Pieces) -> float:
        """In thousandths: below 0 an ordinary text, above it one of somebody who wants no more."""
        return self._bias + sum(
            sum(self._weights.get(piece.bucket, 0) for piece in part) / sqrt(len(part))
            for part in (pieces.rows, pieces.letters)
            if part
        )

    def _counted(self, pieces: Pieces) -> tuple[str, ...]:
        counted = [0.0] * len(pieces.words)
        for part in (pieces.rows, pieces.letters):
            for bucket, start, end in part:
                share = self._weights.get(bucket, 0) / sqrt(len(part)) / (end - start)
                for place in range(start, end):
                    counted[place] += share
        most = sorted(range(len(counted)), key=lambda place: -counted[place])[:NAMED]
        return tuple(pieces.words[place] for place in sorted(most))


def _rows(words: tuple[str, ...], buckets: int) -> Iterator[Piece]:
    written = [f" {word} ".encode() for word in words]
    for many in WORDS_TOGETHER:
        for start in range(len(words) - many + 1):
            yield Piece(crc32(b"".join(written[start : start + many])) % buckets, start, start + many)


def _letters(words: tuple[str, ...], buckets: int) -> Iterator[Piece]:
    for place, word in enumerate(words):
        written = f"<{word}>".encode()
        for many in LETTERS_TOGETHER:
            for start in range(len(written) - many + 1):
                yield Piece(crc32(written[start : start + many]) % buckets, place, place + 1)


def _once(pieces: Iterator[Piece]) -> tuple[Piece, ...]:
    first: dict[int, Piece] = {}
    for piece in pieces:
        first.setdefault(piece.bucket, piece)
    return tuple(first.values())


def _number(line: int, written: str) -> int:
    try:
        return int(written)
    except ValueError:
        raise BadTable(line, f"{written!r}: expected a whole number") from None
