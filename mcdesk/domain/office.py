"""The office as configured: hours, lines, connections, templates, sequences.

Must not: read files (`configuration` turns text into these).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from mcdesk.domain.calls import Outcome
from mcdesk.domain.hours import OfficeHours
from mcdesk.domain.numbers import Number
from mcdesk.domain.quiet_hours import NO_FIRM_RULE, FirmRule
from mcdesk.domain.sequences import Sequence
from mcdesk.domain.templates import Template
from mcdesk.domain.tracks import Occasion, Track, choose

#: For a sequence or a first text: these callers are not texted, a person calls them.
NONE = "none"
#: For a first text: the sequence's own.
OWN = "sequence"
#: What goes out first, by what became of the call: words for a missed call do not answer a voicemail.
FIRST_TEXTS: Mapping[Outcome, str] = {
    Outcome.MISSED: OWN,
    Outcome.VOICEMAIL: "voicemail",
    Outcome.ABANDONED: "abandoned",
}
#: So much of a day's limit is spent when people are told.
NEARLY = 0.8

Profession: TypeAlias = Literal["law", "medical", "accounting", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A number people call, who reports its calls and who texts for it."""

    number: Number
    label: str = ""
    practice_area: str = ""
    calls: str | None = None
    texts: str | None = None
    text_from: Number
    sequence: str | None = None
    language: str = "en"
    #: What callers hear before they can leave a message, word by word: the notice that they may be texted.
    greeting: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One signed-in account of a provider. `settings` holds its fields, never its secrets."""

    name: str
    provider: str
    settings: Mapping[str, str] = field(default_factory=dict)
    #: Part of the hook address; None until one was drawn.
    hook_secret: str | None = None
    #: How often its logs are read; 0 for hooks only.
    poll_seconds: float = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Goals:
    """How fast people and automation are expected to be."""

    #: A call older than this is no longer texted but phoned (rule T-1).
    acknowledge_within: timedelta = timedelta(minutes=10)
    reply_amber: timedelta = timedelta(minutes=5)
    reply_within: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Texting:
    """The office's own rules for automatic texts, on top of the law's."""

    #: The first text by outcome: a template's name, `OWN` or `NONE`. A track that says better counts.
    first_texts: Mapping[Outcome, str] = field(default_factory=lambda: FIRST_TEXTS)
    #: The first text waits for the hours too, instead of going out at once (rule Q-2).
    holds_first_text: bool = False
    #: Narrower hours, where the caller is, and states not texted before a day.
    quiet: FirmRule = NO_FIRM_RULE
    #: No automatic text so soon after any other.
    cooldown: timedelta = timedelta(hours=1)
    #: What one segment costs, and the most a day may cost, in dollars; None for no limit.
    segment_price: float = 0.0113
    daily_cost: float | None = None
    #: The first text waits so long at most to learn from a CRM who calls, where that matters.
    crm_deadline: timedelta = timedelta(seconds=5)

    def is_spent(self, segments: int) -> bool:
        """Whether so many segments cost what a day may."""
        return self.daily_cost is not None and segments * self.segment_price >= self.daily_cost

    def is_nearly_spent(self, segments: int) -> bool:
        """Whether so many segments cost most of what a day may."""
        limit = self.daily_cost
        return limit is not None and segments * self.segment_price >= limit * NEARLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Everything configured, as one value."""

    name: str
    timezone: str = "America/New_York"
    profession: Profession = "law"
    booking_link: str = ""
    public_url: str | None = None
    #: The phone a call back rings first; without one the desk opens a tel: address.
    staff_phone: Number | None = None
    hours: OfficeHours = field(default_factory=lambda: OfficeHours({}))
    goals: Goals = field(default_factory=Goals)
    texting: Texting = field(default_factory=Texting)
    #: How many months the words of texts with people who became no clients are kept.
    keep_messages: int = 24
    lines: tuple[Line, ...] = ()
    connections: tuple[Connection, ...] = ()
    templates: tuple[Template, ...] = ()
    sequences: tuple[Sequence, ...] = ()
    tracks: tuple[Track, ...] = ()

    @property
    def link(self) -> str:
        """The booking link as texts write it."""
        return self.booking_link.removeprefix("https://")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def line(self, number: Number | None) -> Line | None:
        """The configured line with this number, as called or as texted from."""
        return next((line for line in self.lines if number in (line.number, line.text_from)), None)

    def connection(self, name: str) -> Connection | None:
        return next((each for each in self.connections if each.name == name), None)

    def sequence(self, name: str | None) -> Sequence | None:
        return next((each for each in self.sequences if each.name == name), None)

    @property
    def asks_who_calls(self) -> bool:
        """Whether it matters to a text what a CRM says of the caller."""
        return any(track.caller for track in self.tracks)

    def template(self, name: str, language: str) -> Template | None:
        """In the language, else in English, else in whatever there is."""
        named = [each for each in self.templates if each.name == name]
        by_language = {each.language: each for each in named}
        return by_language.get(language) or by_language.get("en") or (named[0] if named else None)

    def plan(self, occasion: Occasion) -> tuple[Track | None, Sequence | None]:
        """The track a call takes, if any, and what is done with its own first text; None: a person calls."""
        track, line = choose(self.tracks, occasion), self.line(occasion.line)
        sequence = self.sequence(track.sequence if track else line.sequence if line else None)
        if sequence is None:
            return track, None
        if track is not None and track.has_first_words:
            return track, track.led(sequence)
        first = self.texting.first_texts.get(occasion.outcome, OWN)
        if first == NONE:
            return track, None
        is_there = any(each.name == first for each in self.templates)
        return track, sequence.led_by(first) if is_there else sequence

    def day(self, at: datetime) -> str:
        """The date in the office, as ``2026-11-21``."""
        return at.astimezone(self.zone).date().isoformat()

    def is_open(self, at: datetime) -> bool:
        return self.hours.is_open(at.astimezone(self.zone))
