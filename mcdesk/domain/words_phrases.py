"""Phrases as the table writes them: words in a row, with choices, repeats and gaps.

Must not: know what a phrase asks for (`consent` does), or look for it (`words_finder` does).
"""

import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, replace

from mcdesk.domain.words_spelling import END

#: How often a word with * or + may come at most.
MOST = 8
ANY = "%"
GAP = "~"
#: Stands for nothing: with it a guard may go past a comma.
COMMA = ","
_TIMES = {"": (1, 1), "?": (0, 1), "*": (0, MOST), "+": (1, MOST)}
_GAP = re.compile(rf"{GAP}([1-9])")
_LIST = re.compile(r"\{([a-z]+)\}")
_WORD = re.compile(r"%?[^\W_]*%?")


class BadPhrase(ValueError):
    """A pattern that is none; the message says why."""


class Runs:
    """Runs of words, as far as they are alike in one place."""

    __slots__ = ("complete", "following", "loose")

    def __init__(self) -> None:
        #: A run may end here.
        self.complete = False
        self.following: dict[str, Runs] = {}
        #: What follows words written with %.
        self.loose: list[tuple[re.Pattern[str], Runs]] = []

    def add(self, run: Sequence[str]) -> None:
        """One more run."""
        here = self
        for word in run:
            after = here.following.get(word)
            if after is None:
                after = here.following[word] = Runs()
                if ANY in word:
                    here.loose.append((re.compile(word.replace(ANY, ".*")), after))
            here = after
        here.complete = True

    def ends(self, tokens: Sequence[str], place: int) -> list[int]:
        """Where the runs that begin at `place` end."""
        if place == len(tokens):
            return []
        token = tokens[place]
        after = self.following.get(token)
        found = [] if after is None else after._ends_from(tokens, place + 1)
        if self.loose and token != END:
            for regex, loose in self.loose:
                if regex.fullmatch(token):
                    found += loose._ends_from(tokens, place + 1)
        return found

    def _ends_from(self, tokens: Sequence[str], place: int) -> list[int]:
        further = self.ends(tokens, place) if self.following else []
        return [place, *further] if self.complete else further


@dataclass(frozen=True, slots=True)
class Step:
    """One element of a phrase: some of these runs, so often; without runs any words."""

    #: As the table writes it: steps written alike are alike.
    text: str
    runs: tuple[Runs, ...]
    least: int
    most: int

    @property
    def firsts(self) -> Set[str]:
        """The words it may begin with."""
        return {word for runs in self.runs for word in runs.following}

    @property
    def is_open(self) -> bool:
        """Whether it may begin with other words too."""
        return not self.runs or any(runs.loose for runs in self.runs)

    def at_least_once(self) -> "Step":
        """The same, not missing."""
        return self if self.least else replace(self, least=1)

    def ends(self, tokens: Sequence[str], place: int) -> list[int]:
        """Where the step may end that begins at `place` and is not missing, each once."""
        once = self._once(tokens, place)
        if self.most == 1 or not once:
            return once
        found: list[int] = []
        for _ in range(self.most):
            once = [end for end in once if end not in found]
            if not once:
                break
            found += once
            once = [end for start in once for end in self._once(tokens, start)]
        return found

    def _once(self, tokens: Sequence[str], place: int) -> list[int]:
        if not self.runs:
            return [place + 1] if place < len(tokens) and tokens[place] != END else []
        if len(self.runs) == 1:
            return self.runs[0].ends(tokens, place)
        return [end for runs in self.runs for end in runs.ends(tokens, place)]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern ready to be looked for."""

    steps: tuple[Step, ...]
    #: Nothing but politeness stands before, or after, it in its part of the text.
    begins: bool
    ends: bool


class Vocabulary:
    """The named lists of words, and the patterns written with them.

    A pattern is words in a row. ``a|b`` is a choice, ``_`` a space within it, ``%`` any letters, ``{name}`` a
    list; ``?`` after a word means it may be missing, ``*`` that it may come often or never, ``+`` often;
    ``~3`` stands for up to three words of any kind; ``^`` and ``$`` for where a part of the text begins and
    ends. ``,`` says that a guard may go past a comma. Nothing goes past the end of a sentence.
    """

    def __init__(self, meant: Callable[[str], Sequence[str]]) -> None:
        """`meant`: one word as written to the words it stands for."""
        self._meant = meant
        self._lists: dict[str, list[tuple[str, ...]]] = {}
        self._steps: dict[str, Step] = {}
        #: Every word of the lists and patterns made so far.
        self.known: set[str] = set()

    def add(self, name: str, choices: str) -> None:
        """A list by name; it may use the lists before it. Raises BadPhrase."""
        if not _LIST.fullmatch(f"{{{name}}}"):
            raise BadPhrase(f"a list is named with small letters, not {name!r}")
        if name in self._lists:
            raise BadPhrase(f"there is a list {name!r} already")
        self._lists[name] = self.runs(choices)
        self._steps[f"{{{name}}}"] = Step(f"{{{name}}}", (_together(self._lists[name]),), 1, 1)

    def runs(self, choices: str) -> list[tuple[str, ...]]:
        """Every run of words that ``one|two words|{list}`` stands for. Raises BadPhrase."""
        return [run for choice in choices.split("|") for run in self._spelled_out(choice.split())]

    def phrase(self, pattern: str) -> Phrase:
        """A pattern as described above. Raises BadPhrase."""
        elements = pattern.replace(COMMA, " ").split()
        begins, ends = elements[:1] == ["^"], elements[-1:] == ["$"]
        steps = tuple(self._step(element) for element in elements[begins : len(elements) - ends])
        must = next((place for place, step in enumerate(steps) if step.least), None)
        if must is None:
            raise BadPhrase("no word of it must be there")
        if any(step.is_open for step in steps[: must + 1]):
            raise BadPhrase(f"it begins with {ANY} or a gap; begin with a word")
        return Phrase(steps, begins, ends)

    def _step(self, element: str) -> Step:
        if element not in self._steps:
            self._steps[element] = self._made(element)
        return self._steps[element]

    def _made(self, element: str) -> Step:
        gap = _GAP.fullmatch(element)
        if gap is not None:
            return Step(element, (), 0, int(gap[1]))
        times = element[-1] if element[-1] in _TIMES else ""
        choices = element.removesuffix(times).split("|")
        named = [choice for choice in choices if _LIST.fullmatch(choice) and choice in self._steps]
        runs = [part for choice in named for part in self._steps[choice].runs]
        spoken = [choice.replace("_", " ") for choice in choices if choice not in named]
        if spoken:
            runs.append(_together(self.runs("|".join(spoken))))
        return Step(element, tuple(runs), *_TIMES[times])

    def _spelled_out(self, words: Sequence[str]) -> list[tuple[str, ...]]:
        if not words:
            raise BadPhrase("a choice is empty")
        runs: list[tuple[str, ...]] = [()]
        for word in words:
            runs = [(*run, *more) for run in runs for more in self._word(word)]
        return runs

    def _word(self, word: str) -> list[tuple[str, ...]]:
        named = _LIST.fullmatch(word)
        if named is not None:
            if named[1] not in self._lists:
                raise BadPhrase(f"no list {named[1]!r} stands above")
            return self._lists[named[1]]
        if not _WORD.fullmatch(word):
            raise BadPhrase(f"{word!r} is not a word, a choice or a list")
        meant = (word,) if ANY in word else tuple(self._meant(word))
        self.known.update(meant)
        return [meant]


def _together(runs: Iterable[tuple[str, ...]]) -> Runs:
    together = Runs()
    for run in runs:
        together.add(run)
    return together
