"""Many callers played and checked, and what was found counted.

Must not: print, or know processes.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from tests.simulation.checks import violations
from tests.simulation.hours import where
from tests.simulation.playing import HeldForEver, play
from tests.simulation.population import caller
from tests.simulation.story import Story

#: So many stories with violations are told in full.
TOLD = 5
#: Noticed while a story is played; everything else is noticed afterwards.
HELD_FOR_EVER = "nothing is held for ever"


@dataclass(slots=True)
class Found:
    """What became of some callers."""

    callers: int = 0
    #: Texts by kind, questions to the gate, and how often it said hold or no.
    counts: Counter[str] = field(default_factory=Counter)
    #: Violations by check.
    violated: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    zones: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)
    #: On which a text was asked about, in the caller's zones.
    days: set[date] = field(default_factory=set)

    def add(self, other: "Found") -> None:
        self.callers += other.callers
        self.counts += other.counts
        self.violated += other.violated
        self.told = [*self.told, *other.told][:TOLD]
        self.zones |= other.zones
        self.states |= other.states
        self.codes |= other.codes
        self.days |= other.days


def run(seed: int, numbers: range) -> Found:
    """Play and check these callers of a seed."""
    found = Found()
    for number in numbers:
        found.callers += 1
        who = caller(seed, number)
        try:
            story = play(who)
        except HeldForEver as error:
            wrong = [f"{HELD_FOR_EVER}: {error}"]
        else:
            wrong = violations(story)
            _count(found, story)
        found.violated.update(each.partition(":")[0] for each in wrong)
        if wrong and len(found.told) < TOLD:
            about = f"caller {number} of seed {seed}: {who.number} said {who.said or 'nothing'}"
            found.told.append("\n  ".join([f"{about}, office {who.office.name!r}", *wrong]))
    return found


def _count(found: Found, story: Story) -> None:
    place = where(story.caller.code, story.caller.said, story.caller.office)
    found.counts["questions"] += story.questions
    found.counts["holds"] += len(story.held)
    found.counts["refused"] += len(story.refused)
    found.counts.update(text.kind for text in story.sent)
    found.counts["held texts"] += sum(text.at > text.due for text in story.sent)
    found.zones.update(place.zones)
    found.states.update(place.states)
    found.codes.add(story.caller.code)
    asked = {text.at for text in (*story.sent, *story.refused)}
    found.days.update(at.astimezone(ZoneInfo(zone)).date() for at in asked for zone in place.zones)
