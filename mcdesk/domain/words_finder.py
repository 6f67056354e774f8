"""Finds many phrases in one pass over the words of a text, in time that grows with its length only.

Must not: know what a phrase asks for (`consent` does).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from mcdesk.domain.words_phrases import Phrase, Step
from mcdesk.domain.words_spelling import Words

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What was said from one word to before another."""

    start: int
    end: int
    what: T


class _Point(Generic[T]):
    """Where phrases have got to that began alike."""

    __slots__ = ("by_word", "complete", "open", "steps")

    def __init__(self) -> None:
        #: What may follow, by how the table writes it.
        self.steps: dict[str, tuple[Step, _Point[T]]] = {}
        #: The same by the next word; `open` where that word does not tell.
        self.by_word: dict[str, list[tuple[Step, _Point[T]]]] = {}
        self.open: list[tuple[Step, _Point[T]]] = []
        #: What is said here: whether it must end a part, and what it is.
        self.complete: list[tuple[bool, T]] = []

    def add(self, steps: Sequence[Step], complete: tuple[bool, T]) -> None:
        """One more phrase, from here on."""
        if not steps:
            self.complete.append(complete)
            return
        _, after = self.steps.setdefault(steps[0].text, (steps[0], _Point()))
        after.add(steps[1:], complete)

    def finish(self) -> "_Point[T]":
        """Ready to be walked: a step that may be missing is left out here, not there."""
        for step, after in self.steps.values():
            after.finish()
            way = step.at_least_once(), after
            if step.is_open:
                self.open.append(way)
            else:
                for word in step.firsts:
                    self.by_word.setdefault(word, []).append(way)
            if step.least == 0:
                self.complete += after.complete
                self.open += after.open
                for word, ways in after.by_word.items():
                    self.by_word.setdefault(word, []).extend(ways)
        return self


class Finder(Generic[T]):
    """Phrases by what they mean."""

    def __init__(self, phrases: Iterable[tuple[Phrase, T]]) -> None:
        self._anywhere: _Point[T] = _Point()
        self._beginning: _Point[T] = _Point()
        for phrase, what in phrases:
            point = self._beginning if phrase.begins else self._anywhere
            point.add(phrase.steps, (phrase.ends, what))
        self._anywhere.finish()
        self._beginning.finish()

    def find(self, words: Words, *, edges: Sequence[bool]) -> Iterator[Found[T]]:
        """Wherever a phrase is said. `edges`: for each word whether it is politeness, which may stand around
        a phrase that begins or ends a part."""
        tokens = words.tokens
        begins = _clear(words.parts, edges)
        ends = _clear(words.parts[::-1], edges[::-1])[::-1]
        for start, token in enumerate(tokens):
            for end, (must_end, what) in _walk(self._anywhere.by_word.get(token, ()), tokens, start):
                if not must_end or ends[end - 1]:
                    yield Found(start, end, what)
            if not begins[start]:
                continue
            for end, (must_end, what) in _walk(self._beginning.by_word.get(token, ()), tokens, start):
                if not must_end or (ends[end - 1] and words.parts[start] == words.parts[end - 1]):
                    yield Found(start, end, what)


def _walk(
    ways: Sequence[tuple[Step, _Point[T]]], tokens: Sequence[str], start: int
) -> Iterator[tuple[int, tuple[bool, T]]]:
    """What is said from `start` on these ways, with where it ends; nowhere is come to twice."""
    if not ways:
        return
    reached = [(after, end) for step, after in ways for end in step.ends(tokens, start)]
    seen = set(reached)
    for point, place in reached:
        for complete in point.complete:
            yield place, complete
        by_word = point.by_word.get(tokens[place]) if point.by_word and place < len(tokens) else None
        for steps in (by_word, point.open):
            for step, after in steps or ():
                for end in step.ends(tokens, place):
                    if (after, end) not in seen:
                        seen.add((after, end))
                        reached.append((after, end))


def _clear(parts: Sequence[int], edges: Sequence[bool]) -> list[bool]:
    """For each word whether nothing but politeness stands before it in its part of the text."""
    clear: list[bool] = []
    for place, part in enumerate(parts):
        first = place == 0 or parts[place - 1] != part
        clear.append(first or (edges[place - 1] and clear[-1]))
    return clear
