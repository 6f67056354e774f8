"""Languages a line or a track promises, and the texts that lack a wording in them.

Must not: choose a wording (`office.template` does, and falls back to English), or judge one (`lint` does).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from mcdesk.domain.office import Line, Office
from mcdesk.domain.spoken import language_words
from mcdesk.domain.tracks import OUTCOMES, Caller, Occasion, Track, When


@dataclass(frozen=True, slots=True)
class Lacking:
    """A text that callers can get by a line in its language, or by a track that is for that language."""

    line: Line
    #: The track that says so; None where the line itself does.
    track: Track | None
    template: str
    language: str

    def __str__(self) -> str:
        language = language_words(self.language)
        return (
            f"its texts are to be in {language}, and the template {self.template!r} has no {language} wording"
        )

    @property
    def fix(self) -> str:
        return f'add [[templates]] with name = "{self.template}" and language = "{self.language}"'


def lacking(office: Office) -> Iterator[Lacking]:
    """Each once, line by line. A caller who happens to write another language has English to fall back on."""
    there = {(each.name, each.language) for each in office.templates}
    told: set[tuple[object, ...]] = set()
    for line in office.lines:
        for track, template, language in _promises(office, line):
            key = (track or line.number, template, language)
            if (template, language) not in there and key not in told:
                told.add(key)
                yield Lacking(line, track, template, language)


def _promises(office: Office, line: Line) -> Iterator[tuple[Track | None, str, str]]:
    """Each text a caller of the line can get in a language that somebody said, and by which track it was."""
    if line.texts is None:
        return
    languages = dict.fromkeys((line.language, *(track.language for track in office.tracks if track.language)))
    for outcome, when, caller, language in product(OUTCOMES, When, (None, *Caller), languages):
        occasion = Occasion(
            outcome=outcome, when=when, line=line.number, practice_area=line.practice_area, caller=caller,
            language=language,
        )  # fmt: skip
        track, sequence = office.plan(occasion)
        by_track = track is not None and track.language == language
        if language == line.language or by_track:
            for step in sequence.steps if sequence else ():
                if step.do == "text":
                    yield track if by_track else None, step.template, language
