"""Patterns of a rule table, which anybody may write: only such as end in good time on any text.

Must not: know what is looked for.
"""

import re
from collections.abc import Iterable
from itertools import product
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

#: A part that may be repeated more often than this counts as endless.
MANY = 64
#: So often may a part be repeated that has more than one way to fit.
SOME = 16
#: Endless parts one text may have to be tried by, one after the other.
MOST = 2
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


class BadPattern(ValueError):
    """Why a pattern is none, or is not used."""


def compiled(source: str, flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """Raises BadPattern where it is none, or could take for ever: ``(a+)+$``."""
    try:
        pattern = re.compile(source, flags)
        tree = parser.parse(source, flags)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadPattern(f"{source!r} is not a pattern: {error}") from error
    try:
        endless = _endless(tree)
    except BadPattern as bad:
        raise BadPattern(f"{source!r} {bad}") from bad
    if endless > MOST:
        raise BadPattern(
            f"{source!r} could take too long: it has more than {MOST} parts without end in a row"
        )
    return pattern


def _endless(items: Iterable[tuple[Any, Any]]) -> int:
    """How many endless parts follow each other. Raises BadPattern where one is inside a repeated part."""
    count = 0
    for code, of in items:
        inside = [_endless(part) for part in _parts(code, of)]
        most = max(inside, default=0)
        if code in _REPEATS:
            least, times, part = of
            if (times > 1 and most) or (times > SOME and _is_unsure(part)):
                raise BadPattern("could take too long: a part that may be repeated holds another such part")
            most += times > MANY and times != least
        count += most
    return count


def _is_unsure(items: list[tuple[Any, Any]]) -> bool:
    """Whether many of it in a row may fit the same place in more than one way."""
    words = _words(items)
    return _varies(items) if words is None else not _are_told_apart(words)


def _varies(items: Iterable[tuple[Any, Any]]) -> bool:
    """Whether it may fit the same place in more than one way."""
    return any(
        code is codes.BRANCH
        or (code in _REPEATS and of[0] != of[1])
        or any(_varies(part) for part in _parts(code, of))
        for code, of in items
    )


def _words(items: Iterable[tuple[Any, Any]]) -> set[str] | None:
    """All it may be, where that is plain words; None where it is more."""
    words = {""}
    for code, of in items:
        if code is codes.LITERAL:
            more: set[str] | None = {chr(of)}
        elif code in (codes.BRANCH, codes.SUBPATTERN):
            each = [_words(part) for part in _parts(code, of)]
            more = None if None in each else {word for some in each for word in some or ()}
        else:
            more = None
        if more is None:
            return None
        words = {head + tail for head, tail in product(words, more)}
    return words


def _are_told_apart(words: set[str]) -> bool:
    """Whether a row of these words can be read in one way only (the test of Sardinas and Patterson)."""
    rests = _rests(words, words) - {""}
    seen: set[str] = set()
    while rests - seen:
        seen |= rests
        rests = _rests(words, rests) | _rests(rests, words)
    return "" not in words and words.isdisjoint(seen) and "" not in seen


def _rests(heads: set[str], words: set[str]) -> set[str]:
    """What is left of a word behind another it begins with."""
    return {word.removeprefix(head) for head, word in product(heads, words) if word.startswith(head)}


def _parts(code: Any, of: Any) -> list[Any]:
    if code in _REPEATS:
        return [of[2]]
    if code is codes.BRANCH:
        return list(of[1])
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [of[1]]
    if code is codes.SUBPATTERN:
        return [of[-1]]
    if code is codes.ATOMIC_GROUP:
        return [of]
    if code is codes.GROUPREF_EXISTS:
        return [part for part in of[1:] if part is not None]
    return []
