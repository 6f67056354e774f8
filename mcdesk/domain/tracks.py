"""Tracks: which callers get which texts, or are called by a person instead.

Must not: know what is owed to whom (`engine/choosing` does), or ask a CRM.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import combinations, product

from mcdesk.domain.calls import Outcome
from mcdesk.domain.hours import OfficeHours
from mcdesk.domain.numbers import Number
from mcdesk.domain.sequences import Sequence


class When(StrEnum):
    """When somebody called."""

    OFFICE_HOURS = "office-hours"
    #: Whenever the office is closed, also on its holidays.
    AFTER_HOURS = "after-hours"
    HOLIDAY = "holiday"


class Caller(StrEnum):
    """Who called, by the word of a CRM."""

    KNOWN = "known"
    NEW = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A call that nobody answered, as tracks see it."""

    outcome: Outcome
    when: When
    line: Number
    practice_area: str
    #: None while, or where, no CRM says.
    caller: Caller | None
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """What is done, and the conditions; what is not named does not matter."""

    name: str
    #: None: nobody is texted, a person calls.
    sequence: str | None
    #: For the first text, instead of the sequence's own.
    template: str = ""
    outcomes: frozenset[Outcome] = frozenset()
    when: frozenset[When] = frozenset()
    line: Number | None = None
    practice_area: str = ""
    caller: Caller | None = None
    language: str = ""

    def fits(self, occasion: Occasion) -> bool:
        return (
            (not self.outcomes or occasion.outcome in self.outcomes)
            and (not self.when or not self.when.isdisjoint(_ALSO[occasion.when]))
            and self.line in (None, occasion.line)
            and self.practice_area in ("", occasion.practice_area)
            and self.caller in (None, occasion.caller)
            and self.language in ("", occasion.language)
        )

    @property
    def has_first_words(self) -> bool:
        """Whether it says what the first text is, or for which outcome it is."""
        return bool(self.template or self.outcomes)

    @property
    def specificity(self) -> tuple[int, bool]:
        """More conditions are more specific; a holiday is more so than any closed hour."""
        conditions = (self.outcomes, self.when, self.line, self.practice_area, self.caller, self.language)
        return sum(map(bool, conditions)), self.when == {When.HOLIDAY}

    def led(self, sequence: Sequence) -> Sequence:
        """The sequence with this track's first text."""
        return sequence.led_by(self.template) if self.template else sequence


_ALSO: Mapping[When, frozenset[When]] = {
    When.OFFICE_HOURS: frozenset({When.OFFICE_HOURS}),
    When.AFTER_HOURS: frozenset({When.AFTER_HOURS}),
    When.HOLIDAY: frozenset({When.AFTER_HOURS, When.HOLIDAY}),
}
#: Outcomes that lead to texts.
OUTCOMES = (Outcome.MISSED, Outcome.VOICEMAIL, Outcome.ABANDONED)
_OUTCOME_WORDS = {
    Outcome.MISSED: "nobody answered",
    Outcome.VOICEMAIL: "they left a voicemail",
    Outcome.ABANDONED: "they hung up while it rang",
}
_WHEN_WORDS = {
    When.OFFICE_HOURS: "the office was open",
    When.AFTER_HOURS: "the office was closed",
    When.HOLIDAY: "it was a holiday of the office",
}
_CALLER_WORDS = {Caller.KNOWN: "they are a client already", Caller.NEW: "they are no client yet"}


def choose(tracks: Iterable[Track], occasion: Occasion) -> Track | None:
    """The most specific one that fits; None where none does."""
    fitting = (track for track in tracks if track.fits(occasion))
    return max(fitting, key=lambda track: track.specificity, default=None)


def explain(track: Track, occasion: Occasion) -> str:
    """In words, for the conversation."""
    why = [
        words
        for words, matters in (
            (_CALLER_WORDS[occasion.caller] if occasion.caller else "", track.caller),
            (_OUTCOME_WORDS[occasion.outcome], track.outcomes),
            (_WHEN_WORDS[occasion.when], track.when),
            (f"they called {occasion.line.spoken}", track.line),
            (f"the line is for {occasion.practice_area}", track.practice_area),
            (f"their language is {occasion.language}", track.language),
        )
        if matters
    ]
    because = f"because {' and '.join(why)}" if why else "which is for all other calls"
    return f"Track “{track.name}”, {because}."


def depends_on_caller(tracks: Iterable[Track], occasion: Occasion) -> bool:
    """Whether it makes a difference here what a CRM says."""
    tracks = tuple(tracks)
    return len({choose(tracks, replace(occasion, caller=caller)) for caller in (None, *Caller)}) > 1


def when(hours: OfficeHours, local: datetime) -> When:
    """`local` is wall-clock time in the office's zone."""
    if local.date() in hours.closed:
        return When.HOLIDAY
    return When.OFFICE_HOURS if hours.is_open(local) else When.AFTER_HOURS


def tie(tracks: tuple[Track, ...], lines: Mapping[Number, str]) -> tuple[Track, Track, Occasion] | None:
    """Two tracks of which nothing says which one counts, with a call for both. `lines`: practice areas."""
    rivals = [pair for pair in combinations(tracks, 2) if pair[0].specificity == pair[1].specificity]
    for occasion in _occasions(tracks, _told_apart(tracks, lines)) if rivals else ():
        best = choose(tracks, occasion)
        for one, other in rivals:
            if best in (one, other) and one.fits(occasion) and other.fits(occasion):
                return one, other, occasion
    return None


def _told_apart(tracks: tuple[Track, ...], lines: Mapping[Number, str]) -> dict[Number, str]:
    """One line of each kind: those that no track names are alike but for their practice area."""
    named = {track.line for track in tracks}
    alike = {area: line for line, area in lines.items() if line not in named}
    return {line: area for line, area in lines.items() if line in named or alike[area] == line}


def _occasions(tracks: tuple[Track, ...], lines: Mapping[Number, str]) -> Iterator[Occasion]:
    languages = ("", *sorted({track.language for track in tracks if track.language}))
    for outcome, at, (line, area), caller, language in product(
        OUTCOMES, When, lines.items(), (None, *Caller), languages
    ):
        yield Occasion(
            outcome=outcome, when=at, line=line, practice_area=area, caller=caller, language=language
        )
