"""The table of inbound words (``optout_keywords.csv``) read: spelling, lists, phrases, keywords, pictures.

Must not: decide what a text asks for (`consent` does).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from mcdesk.domain.patterns import BadPattern, compiled
from mcdesk.domain.tables import BadTable, rows_of
from mcdesk.domain.words_finder import Finder
from mcdesk.domain.words_letters import fold, normalise
from mcdesk.domain.words_phrases import BadPhrase, Phrase, Runs, Vocabulary
from mcdesk.domain.words_spelling import END, Spelling

COLUMNS = ("pattern", "match_type", "language", "action")
LANGUAGES = {"en": "en", "es": "es", "any": None}
_LETTERS = re.compile(r"[^\W\d_]+")
#: The name of a list, and words written with %.
_NO_WORD = re.compile(r"\{[a-z]+\}|^[a-z]+:|\w*%\w*")
#: Among the variants of a word: slips of the finger are forgiven.
SLIPS = "~"


class Match(StrEnum):
    """How a pattern meets a text."""

    #: The whole text is these words, politeness aside.
    EXACT = "exact"
    #: These words are a part of the text by themselves.
    SENTENCE = "sentence"
    #: The words stand anywhere.
    PHRASE = "phrase"
    #: A regular expression over the normalised text.
    REGEX = "regex"
    #: A regular expression over the text as written, where it has hardly a letter besides (pictures).
    REGEX_RAW = "regex_raw"
    #: Words that later rows use: see `Use`.
    WORDS = "words"


class Use(StrEnum):
    """What a row of words is for."""

    #: ``name: one|other``, written ``{name}`` in patterns.
    LIST = "list"
    #: ``word: variant|variant``, how else the word is written; ``~`` for slips of the finger.
    SPELLING = "spelling"
    #: Stands around a wish without changing it.
    POLITE = "polite"
    #: Changes nothing wherever it stands.
    FILLER = "filler"
    #: Begins another part of the text, as a comma does.
    PAUSE = "pause"


class Action(StrEnum):
    """What a pattern asks for."""

    OPT_OUT = "opt_out"
    WRONG_NUMBER = "wrong_number"
    REVIEW = "review"
    HELP = "help"
    OPT_IN = "opt_in"
    OPT_IN_IF_OPTED_OUT = "opt_in_if_opted_out"
    #: Sounds like not wanting texts: for a person to judge where nothing else is said and explains it.
    DOUBT = "doubt"
    #: About somebody else or a matter of law (rule O-5); an opt-out beside it is for a person to judge.
    GUARD = "guard"
    #: About something else than our texts, whatever stands beside it.
    ASIDE = "aside"


#: What not every kind of match can mean.
MATCHES: Mapping[str, tuple[Match, ...]] = {
    Action.OPT_IN_IF_OPTED_OUT: (Match.EXACT,),
    Action.DOUBT: (Match.PHRASE, Match.SENTENCE),
    Action.GUARD: (Match.PHRASE, Match.SENTENCE, Match.REGEX),
    Action.ASIDE: (Match.PHRASE, Match.SENTENCE),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """A row that asks for something."""

    action: Action
    pattern: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """Everything the table knows, ready to use."""

    spelling: Spelling
    polite: Runs
    phrases: Finder[Rule]
    #: By the words of the whole text.
    exact: Mapping[str, Rule]
    #: Normalised texts that opt back in who is opted out.
    if_opted_out: frozenset[str]
    regexes: tuple[tuple[re.Pattern[str], Rule], ...]
    raw: tuple[tuple[re.Pattern[str], Rule], ...]


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    pattern: str
    match: Match
    language: str | None
    action: str


def read(lines: Iterable[str]) -> Table:
    """Raises BadTable."""
    rows = [_row(line, row) for line, row in rows_of(lines, COLUMNS)]
    variants, slippery = _variants(rows)
    written = Spelling(variants)
    vocabulary = Vocabulary(cache(lambda word: written.meant(fold(word))))
    phrases, polite = _phrases(rows, vocabulary)
    keywords = [row for row in rows if row.match is Match.EXACT and row.action != Action.OPT_IN_IF_OPTED_OUT]
    known = vocabulary.known | {word for row in keywords for word in normalise(row.pattern).split()}
    spelling = Spelling(
        variants,
        slippery=slippery,
        fillers=_alone(rows, Use.FILLER),
        pauses=_alone(rows, Use.PAUSE),
        known=known,
        spoken=_spoken(rows),
    )
    return Table(
        spelling=spelling,
        polite=polite,
        phrases=Finder(phrases),
        exact=_exact(keywords, spelling),
        if_opted_out=frozenset(
            normalise(row.pattern) for row in rows if row.action == Action.OPT_IN_IF_OPTED_OUT
        ),
        regexes=tuple(_regex(row) for row in rows if row.match is Match.REGEX),
        raw=tuple(_regex(row) for row in rows if row.match is Match.REGEX_RAW),
    )


def _row(line: int, row: Mapping[str, str]) -> _Row:
    if row["match_type"] not in set(Match):
        raise BadTable(line, f"match_type {row['match_type']!r}: expected {', '.join(Match)}")
    match = Match(row["match_type"])
    actions: type[StrEnum] = Use if match is Match.WORDS else Action
    if row["action"] not in set(actions):
        raise BadTable(line, f"action {row['action']!r}: expected {', '.join(actions)} with {match}")
    if row["language"] not in LANGUAGES:
        raise BadTable(line, f"language {row['language']!r}: expected {', '.join(LANGUAGES)}")
    if not row["pattern"]:
        raise BadTable(line, "the pattern is empty")
    if row["action"] in MATCHES and match not in MATCHES[row["action"]]:
        raise BadTable(line, f"{row['action']} goes with {', '.join(MATCHES[row['action']])} only")
    return _Row(line, row["pattern"], match, LANGUAGES[row["language"]], row["action"])


def _rule(row: _Row) -> Rule:
    return Rule(Action(row.action), row.pattern, row.language)


def _named(row: _Row) -> tuple[str, str]:
    name, colon, words = (part.strip() for part in row.pattern.partition(":"))
    if not (name and colon and words):
        raise BadTable(row.line, f"expected a word, a colon and its {row.action} such as name: one|other")
    return name, words


def _variants(rows: Iterable[_Row]) -> tuple[dict[str, str], set[str]]:
    """As written to as meant, and the words whose slips are forgiven."""
    found: dict[str, str] = {}
    slippery: set[str] = set()
    for row in rows:
        if row.action != Use.SPELLING:
            continue
        word, variants = _named(row)
        for variant in variants.split("|"):
            if variant == SLIPS and word.isalpha():
                slippery.add(word)
            elif variant == SLIPS or len(variant.split()) != 1:
                raise BadTable(row.line, f"{variant!r} of {word!r}: expected one word for one word")
            else:
                found[fold(variant)] = word
    return found, slippery


def _alone(rows: Iterable[_Row], use: Use) -> set[str]:
    """The words of the rows of this use."""
    found: set[str] = set()
    for row in rows:
        if row.action == use:
            found |= {normalise(text) for text in row.pattern.split("|")}
            if "" in found:
                raise BadTable(row.line, f"a {use} without letters")
    return found


def _spoken(rows: Iterable[_Row]) -> set[str]:
    """Every Spanish word, however patterns use it."""
    return {
        word
        for row in rows
        if row.language == "es"
        and row.action != Use.SPELLING
        and row.match not in (Match.REGEX, Match.REGEX_RAW)
        for word in _LETTERS.findall(_NO_WORD.sub(" ", fold(row.pattern)))
    }


def _phrases(rows: Iterable[_Row], vocabulary: Vocabulary) -> tuple[list[tuple[Phrase, Rule]], Runs]:
    """The phrases, and what is polite."""
    found: list[tuple[Phrase, Rule]] = []
    polite = Runs()
    for row in rows:
        try:
            if row.action == Use.LIST:
                vocabulary.add(*_named(row))
            elif row.action == Use.POLITE:
                for run in vocabulary.runs(row.pattern):
                    polite.add(run)
            elif row.match is Match.PHRASE:
                found.append((vocabulary.phrase(row.pattern), _rule(row)))
            elif row.match is Match.SENTENCE:
                found.append((vocabulary.phrase(f"^ {row.pattern} $"), _rule(row)))
        except BadPhrase as error:
            raise BadTable(row.line, str(error)) from error
    return found, polite


def _exact(rows: Iterable[_Row], spelling: Spelling) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for row in rows:
        key = " ".join(word for word in spelling.words(row.pattern).tokens if word != END)
        if not key:
            raise BadTable(row.line, f"{row.pattern!r} has no word but fillers")
        if found.setdefault(key, _rule(row)).action != row.action:
            raise BadTable(row.line, f"{row.pattern!r} is {found[key].action} already")
    return found


def _regex(row: _Row) -> tuple[re.Pattern[str], Rule]:
    try:
        return compiled(row.pattern, 0), _rule(row)
    except BadPattern as bad:
        raise BadTable(row.line, str(bad)) from bad
