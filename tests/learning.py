"""Learns the weights of inbound words from the labelled texts: python -m tests.learning

Writes resources/compliance/optout_weights.csv and prints what each threshold does to texts not learned from.
A support vector machine by dual coordinate descent (Hsieh et al. 2008, algorithm 1, squared loss): with + - *
/ and square roots only, so that every machine writes the same bytes. Must not: be needed by the program.
"""

import csv
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from mcdesk.domain.consent import Keywords, Wish
from mcdesk.domain.words_weights import Pieces, Weights

COMPLIANCE = Path(__file__).parents[1] / "resources" / "compliance"
LABELLED = [Path(__file__).parent / "domain" / name for name in ("optout_adversarial.csv", "optout_open.csv")]
WRITTEN = COMPLIANCE / "optout_weights.csv"
KEYWORDS = COMPLIANCE / "optout_keywords.csv"
DATE = "2026-11-21"
#: Its numbers are whole thousandths.
UNIT = 1_000
BUCKETS = 2**16
#: By the curve this prints.
THRESHOLD = 150
#: How much a text on the wrong side weighs against small weights.
COST = 0.3
ROUNDS = 12
#: A piece that fewer texts have tells nothing.
LEAST_TEXTS = 2
PER_ROW = 256
FOLDS = 5
CURVE = range(0, 450, 50)
UNWANTED = {Wish.OPT_OUT, Wish.REVIEW}
#: Not learned from: they are full of names, and a name alone is an ordinary reply.
LEFT_OUT = {Wish.WRONG_NUMBER}
#: What they are asked about sounds like it to these.
EVERYTHING = Weights(threshold=-1, bias=0, buckets=1, weights={})
HEADER = f"""\
# How much the pieces of a text count for its being from somebody who wants no more texts. Asked where no row
# of optout_keywords.csv knows the text and no guard or aside explains it; what sounds like it a person reads.
# Version 1 of {DATE}. Learned by tests/learning.py from {{count}} labelled texts of
# tests/domain/optout_adversarial.csv and optout_open.csv: not written by hand.
#
# All numbers in thousandths. A text's score is the bias, plus the weights of its words and its rows of two
# and three words over the square root of how many they are, plus the same for each three to five letters of a
# word. Above the threshold a person reads it: a higher one has fewer read, 100000 none.
#
# name   threshold, bias, buckets (how many there are), or the number of a bucket
# value  a whole number; for a bucket, place:weight of those that count, each place counted from that bucket
"""


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text."""

    text: str
    wish: str

    @property
    def side(self) -> int:
        """1 for who wants no more texts, -1 for everybody else."""
        return 1 if self.wish in UNWANTED else -1


def examples() -> list[Example]:
    """The labelled texts to learn from, with the first of what they may be taken for."""
    found: list[Example] = []
    for path in LABELLED:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(line for line in file if not line.startswith("#"))
            found += [Example(row["text"], row["expected"].split("|")[0]) for row in rows]
    return [each for each in found if each.wish not in LEFT_OUT]


def learned(texts: Sequence[Example]) -> str:
    """The table for these texts."""
    parts = [_parts(each.text) for each in texts]
    seen = [0] * BUCKETS
    for found in parts:
        for buckets, _ in found:
            for bucket in buckets:
                seen[bucket] += 1
    parts = [
        [([bucket for bucket in buckets if seen[bucket] >= LEAST_TEXTS], size) for buckets, size in found]
        for found in parts
    ]
    weights, bias = _descended(parts, [each.side for each in texts])
    return _table(weights, bias, count=len(texts))


def _parts(text: str) -> list[tuple[list[int], float]]:
    """The buckets of a text's rows of words and of its letters, with what one of them is worth."""
    pieces = Pieces.of(text, BUCKETS)
    return [
        ([piece.bucket for piece in part], 1 / sqrt(len(part)))
        for part in (pieces.rows, pieces.letters)
        if part
    ]


def _descended(
    parts: Sequence[Sequence[tuple[list[int], float]]], sides: Sequence[int]
) -> tuple[list[float], float]:
    weights, bias = [0.0] * BUCKETS, 0.0
    slack = 0.5 / COST
    held = [0.0] * len(parts)
    squares = [1 + sum(size * size * len(buckets) for buckets, size in each) for each in parts]
    order = list(range(len(parts)))
    chance = random.Random(0)
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for place in order:
            score = bias + sum(
                size * sum(weights[bucket] for bucket in buckets) for buckets, size in parts[place]
            )
            missing = 1 - sides[place] * score - slack * held[place]
            after = max(0.0, held[place] + missing / (squares[place] + slack))
            step = sides[place] * (after - held[place])
            held[place] = after
            bias += step
            for buckets, size in parts[place]:
                for bucket in buckets:
                    weights[bucket] += step * size
    return weights, bias


def _table(weights: Sequence[float], bias: float, *, count: int) -> str:
    rows = [f"threshold,{THRESHOLD}", f"bias,{round(bias * UNIT)}", f"buckets,{BUCKETS}"]
    for first in range(0, BUCKETS, PER_ROW):
        those = [round(weight * UNIT) for weight in weights[first : first + PER_ROW]]
        pairs = " ".join(f"{place}:{weight}" for place, weight in enumerate(those) if weight)
        rows.append(f"{first},{pairs}")
    return HEADER.format(count=count) + "\n".join(("name,value", *rows, ""))


def curve(texts: Sequence[Example], asked_about: Keywords) -> Iterator[str]:
    """For each threshold how many of each class it would have read, each learned from the other four fifths;
    of the ordinary ones only those the weights are asked about."""
    mixed = list(texts)
    random.Random(1).shuffle(mixed)
    scores: dict[str, list[float]] = {}
    for fold in range(FOLDS):
        rest = [each for place, each in enumerate(mixed) if place % FOLDS != fold]
        weights = Weights.read(learned(rest).splitlines())
        for each in mixed[fold::FOLDS]:
            looked_at = each.side > 0 or asked_about.classify(each.text).is_guess
            score = weights.score(Pieces.of(each.text, BUCKETS)) if looked_at else float("-inf")
            scores.setdefault(each.wish, []).append(score)
    for threshold in CURVE:
        shares = (f"{wish} {sum(s > threshold for s in of)}/{len(of)}" for wish, of in sorted(scores.items()))
        yield f"{threshold:>4}  " + "  ".join(shares)


def main() -> None:
    """Write the table, print the curve."""
    texts = examples()
    WRITTEN.write_text(learned(texts), encoding="utf-8", newline="\n")
    with KEYWORDS.open(encoding="utf-8", newline="") as file:
        asked_about = Keywords.read(file, weights=EVERYTHING)
    sys.stdout.writelines(f"{line}\n" for line in curve(texts, asked_about))


if __name__ == "__main__":
    main()
