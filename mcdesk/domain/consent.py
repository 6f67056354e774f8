"""What an inbound text asks for: opting out comes before anything else is read into it.

Must not: act on it (`engine/rules` does).
"""

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Wish(StrEnum):
    """Class of an inbound text."""

    OPT_OUT = "opt_out"
    WRONG_NUMBER = "wrong_number"
    OPT_IN = "opt_in"
    HELP = "help"
    REVIEW = "review"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Classified:
    """A wish and the rule that found it (the keyword or pattern; empty for none)."""

    wish: Wish
    rule: str = ""
    #: The language of the words, where the rule tells.
    language: str | None = None


@dataclass(frozen=True, slots=True)
class _Pattern:
    regex: re.Pattern[str]
    wish: Wish
    language: str | None
    #: Matched against the text as written (emoji) instead of the normalised one.
    raw: bool


#: A text that talks about a legal matter or an appointment rather than about our texts (rule O-5).
_GUARD = re.compile(
    r"\b(my (ex|wife|husband|boss|landlord|neighbou?r|employer)|creditors?|debt collectors?|collectors?"
    r"|police|officer|foreclosure|eviction|garnish\w*|marriage|divorce|lawsuit|red light|traffic"
    r"|deportacion|embargo|desalojo"
    r"|how (do|can) i|can (i|you) (stop|help))\b"
)


class Keywords:
    """The opt-out table (``optout_keywords.csv``), read once."""

    def __init__(
        self, exact: dict[str, Classified], patterns: tuple[_Pattern, ...], if_opted_out: frozenset[str]
    ) -> None:
        self._exact = exact
        self._patterns = patterns
        self._if_opted_out = if_opted_out

    @classmethod
    def read(cls, lines: Iterable[str]) -> "Keywords":
        exact: dict[str, Classified] = {}
        conditional: set[str] = set()
        patterns: list[_Pattern] = []
        for row in csv.DictReader(line for line in lines if not line.startswith("#")):
            if row["action"] == "opt_in_if_opted_out":
                conditional.add(normalise(row["pattern"]))
                continue
            wish, plain = Wish(row["action"]), normalise(row["pattern"])
            language = row["language"] if row["language"] != "any" else None
            if row["match_type"] == "exact":
                exact[plain] = Classified(wish, plain, language)
            else:
                raw = row["match_type"] == "regex_raw"
                patterns.append(_Pattern(re.compile(row["pattern"]), wish, language, raw))
        return cls(exact, tuple(patterns), frozenset(conditional))

    def classify(self, text: str, *, opted_out: bool = False) -> Classified:
        """`opted_out`: the sender is suppressed now, so that YES means opting back in."""
        plain = normalise(text)
        if opted_out and plain in self._if_opted_out:
            return Classified(Wish.OPT_IN, plain)
        if plain in self._exact:
            return self._exact[plain]
        spoken = _spoken(text)
        for pattern in self._patterns:
            if pattern.raw:
                if pattern.regex.search(text) and len(re.sub(r"[^a-z]", "", plain)) <= 3:
                    return Classified(pattern.wish, pattern.regex.pattern)
            elif pattern.regex.search(spoken) or pattern.regex.search(plain):
                return self._guarded(pattern, spoken)
        return self._with_politeness(plain)

    def _guarded(self, pattern: _Pattern, spoken: str) -> Classified:
        if pattern.wish is Wish.OPT_OUT and _GUARD.search(spoken):
            return Classified(Wish.REVIEW, pattern.regex.pattern, pattern.language)
        return Classified(pattern.wish, pattern.regex.pattern, pattern.language)

    def _with_politeness(self, plain: str) -> Classified:
        """A keyword with a please or a thank-you around it is still that keyword."""
        words = [word for word in plain.split() if word not in _POLITE]
        bare = " ".join(words)
        found = self._exact.get(bare)
        if found is not None and found.wish is Wish.OPT_OUT:
            return found
        return Classified(Wish.NONE)


_POLITE = frozenset(["please", "pls", "plz", "kindly", "thanks", "thank", "you", "por", "favor", "gracias"])


def _fold(text: str) -> str:
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return bare.casefold().replace("\u2019", "'").replace("\u2018", "'")


def normalise(text: str) -> str:
    """NFKD, accents and case off, punctuation to spaces, spaces closed up (rule O-1)."""
    return " ".join(re.sub(r"[^\w\s]|_", " ", _fold(text).replace("'", "")).split())


def _spoken(text: str) -> str:
    """Like `normalise`, with the apostrophes the patterns know (don't)."""
    return " ".join(re.sub(r"[^\w\s'#-]|_", " ", _fold(text)).split())
