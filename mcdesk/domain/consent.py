"""What an inbound text asks for: opting out comes before anything else is read into it.

Must not: act on it (`engine/rules` does), or know any word (the table does).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from mcdesk.domain import words_sent, words_table
from mcdesk.domain.words_finder import Found
from mcdesk.domain.words_letters import fold, normalise
from mcdesk.domain.words_phrases import ANY, COMMA, GAP
from mcdesk.domain.words_spelling import END, Words
from mcdesk.domain.words_table import Action, Rule, Table
from mcdesk.domain.words_weights import Weights

__all__ = ["Classified", "Keywords", "Wish", "normalise"]

#: Which of two patterns counts that are alike in all else.
_SAFEST = tuple(Action)
_EXPLAIN = (Action.GUARD, Action.ASIDE)
#: A picture speaks for a text with no more letters than this beside it.
FEW_LETTERS = 3


class Wish(StrEnum):
    """Class of an inbound text."""

    OPT_OUT = "opt_out"
    WRONG_NUMBER = "wrong_number"
    OPT_IN = "opt_in"
    HELP = "help"
    REVIEW = "review"
    NONE = "none"


#: What full stops between all words do not hide.
_CLEAR = (Wish.OPT_OUT, Wish.WRONG_NUMBER)


@dataclass(frozen=True, slots=True)
class Classified:
    """A wish and the rule that found it (the keyword or pattern; empty for none; the words that counted most
    for a guess)."""

    wish: Wish
    rule: str = ""
    #: The language of the words, where the rule tells.
    language: str | None = None
    #: No row knows the text; it only sounds like this.
    is_guess: bool = False


class Keywords:
    """The opt-out table (``optout_keywords.csv``), read once.

    Of patterns that begin with the same word only the longest counts; of those alike the one with fewer open
    words, then the wish. Where a guard (or an aside) and a wish share words, the one that begins first
    counts. So "will not stop calling me" is about somebody else, and "stop calling me" about us. A guard
    explains nothing beyond a comma, unless it has one. An opt-out beside a guard is a person's to judge, and
    so is a text no row knows that sounds like one by its weights.
    """

    def __init__(self, table: Table, weights: Weights | None = None) -> None:
        self._table = table
        self._weights = weights

    @classmethod
    def read(cls, lines: Iterable[str], *, weights: Weights | None = None) -> "Keywords":
        """From ``optout_keywords.csv``, which explains its columns. Raises BadTable."""
        return cls(words_table.read(lines), weights)

    def classify(self, text: str, *, opted_out: bool = False) -> Classified:
        """`opted_out`: the sender is suppressed now, so that YES means opting back in."""
        if opted_out and normalise(text) in self._table.if_opted_out:
            return Classified(Wish.OPT_IN, normalise(text))
        own = words_sent.without_quotes(text)
        found, said = self._heard(own)
        if found is None or found.wish is Wish.REVIEW:
            together = words_sent.together(own)
            again = self._heard(together)[0] if together != own else None
            if again is not None and again.wish in _CLEAR:
                return again
        return found or self._guessed(own, said)

    def _heard(self, text: str) -> tuple[Classified | None, list[Rule]]:
        """What the rows know of it, and all of them that spoke."""
        words = self._table.spelling.words(text)
        polite = self._polite(words)
        whole = self._keyword(words, polite) or self._picture(text, words, polite)
        if whole is not None:
            return _as_said(whole), [whole]
        said = [*self._said(words, polite), *self._matched(text)]
        return _judged(said), said

    def _guessed(self, text: str, said: list[Rule]) -> Classified:
        """A guard or aside knows better."""
        if self._weights is None or any(rule.action in _EXPLAIN for rule in said):
            return Classified(Wish.NONE)
        counted = self._weights.sounds_like_it(text)
        return Classified(Wish.REVIEW, " ".join(counted), is_guess=True) if counted else Classified(Wish.NONE)

    def _polite(self, words: Words) -> list[bool]:
        polite = [False] * len(words.tokens)
        for start in range(len(words.tokens)):
            for end in self._table.polite.ends(words.tokens, start):
                polite[start:end] = [True] * (end - start)
        return polite

    def _keyword(self, words: Words, polite: list[bool]) -> Rule | None:
        """A keyword said twice, or with a please or a thank-you around it, is still that keyword."""
        plain = [word for word in words.tokens if word != END]
        bare = _bare(words, polite)
        for said in (plain, bare, dict.fromkeys(bare)):
            rule = self._table.exact.get(" ".join(said))
            if rule is not None:
                return rule
        return None

    def _picture(self, text: str, words: Words, polite: list[bool]) -> Rule | None:
        if sum(map(len, _bare(words, polite))) > FEW_LETTERS:
            return None
        return next((rule for regex, rule in self._table.raw if regex.search(text)), None)

    def _said(self, words: Words, polite: list[bool]) -> Iterator[Rule]:
        """What the text says, without what a guard explains and the guards a wish covers; doubts last."""
        explained = wished = begun = 0
        clear = [True] * len(words.tokens)
        doubts: list[Found[Rule]] = []
        for found in sorted(self._table.phrases.find(words, edges=polite), key=_order):
            if found.what.action is Action.DOUBT:
                doubts.append(found)
                continue
            if found.start < begun:
                continue
            explains, hidden = found.what.action in _EXPLAIN, found.start < explained
            if (explains or hidden) and _goes_past_a_comma(found, words):
                continue
            begun = found.start + 1
            if explains and found.end <= wished:
                continue
            if explains or hidden:
                explained = max(explained, found.end)
                clear[found.start : found.end] = [False] * (found.end - found.start)
            else:
                wished = max(wished, found.end)
            if explains or not hidden:
                yield found.what
        for doubt in doubts:
            if all(clear[doubt.start : doubt.end]) and not _goes_past_a_comma(doubt, words):
                yield doubt.what

    def _matched(self, text: str) -> Iterator[Rule]:
        if not self._table.regexes:
            return
        plain = normalise(text)
        spoken = " ".join(re.sub(r"[^\w\s'#-]|_", " ", fold(text)).split())
        for regex, rule in self._table.regexes:
            if regex.search(spoken) or regex.search(plain):
                yield rule


def _bare(words: Words, polite: list[bool]) -> list[str]:
    return [word for word, kind in zip(words.tokens, polite, strict=True) if word != END and not kind]


def _order(found: Found[Rule]) -> tuple[int, int, int, int]:
    return found.start, -found.end, _open_words(found.what.pattern), _SAFEST.index(found.what.action)


def _open_words(pattern: str) -> int:
    """How little it says: a word that may be any counts double one of which a part is said."""
    words = pattern.split()
    return sum(2 if word.startswith(GAP) or word.rstrip("?*+") == ANY else ANY in word for word in words)


def _goes_past_a_comma(found: Found[Rule], words: Words) -> bool:
    return COMMA not in found.what.pattern and words.parts[found.start] != words.parts[found.end - 1]


def _judged(said: list[Rule]) -> Classified | None:
    first = {rule.action: rule for rule in reversed(said)}
    asked, guard = first.get(Action.OPT_OUT), first.get(Action.GUARD)
    if Action.WRONG_NUMBER in first:
        return _as_said(first[Action.WRONG_NUMBER])
    if asked is not None and guard is not None:
        return Classified(Wish.REVIEW, f"{asked.pattern} beside {guard.pattern}", asked.language)
    for action in (Action.OPT_OUT, Action.REVIEW, Action.DOUBT, Action.HELP, Action.OPT_IN):
        if action in first:
            return _as_said(first[action])
    return None


def _as_said(rule: Rule) -> Classified:
    wish = Wish.REVIEW if rule.action is Action.DOUBT else Wish(rule.action)
    return Classified(wish, rule.pattern, rule.language)
