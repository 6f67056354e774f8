"""What a rehearsal finds: who would have been texted, and what other rules would have changed.

Must not: rehearse.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mcdesk.domain.numbers import Number

#: Texts of the same words so close in time are the same text.
SAME = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Texted:
    """A text that would have gone out by itself."""

    to: Number
    at: datetime
    #: Its wording's version.
    template: str
    body: str


@dataclass(frozen=True, slots=True)
class Untexted:
    """Somebody who called and would have got no text by itself."""

    to: Number
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Would:
    """What one set of rules comes to."""

    texts: tuple[Texted, ...]
    untexted: tuple[Untexted, ...]


class Change(StrEnum):
    """What becomes of one text under the other rules."""

    NEW = "new"
    GONE = "gone"
    MOVED = "moved"
    REWORDED = "reworded"


@dataclass(frozen=True, slots=True)
class Difference:
    """One text that differs. `before` is None for a new one, `after` for one that is gone."""

    change: Change
    to: Number
    before: Texted | None
    after: Texted | None
    #: Why it is gone, where a rule refused it.
    why: str = ""


def differences(before: Would, after: Would) -> tuple[Difference, ...]:
    """Text by text, by time: a person's first with their first, and so on."""
    old, new = _by_person(before.texts), _by_person(after.texts)
    refused = {each.to: each.why for each in after.untexted}
    found: list[Difference] = []
    for person in old.keys() | new.keys():
        ours, theirs = old[person], new[person]
        for place in range(max(len(ours), len(theirs))):
            was = ours[place] if place < len(ours) else None
            now = theirs[place] if place < len(theirs) else None
            change = _change(was, now)
            if change is not None:
                why = refused.get(person, "") if change is Change.GONE else ""
                found.append(Difference(change, person, was, now, why))
    return tuple(sorted(found, key=_when))


def _by_person(texts: Iterable[Texted]) -> defaultdict[Number, list[Texted]]:
    found: defaultdict[Number, list[Texted]] = defaultdict(list)
    for text in sorted(texts, key=lambda text: text.at):
        found[text.to].append(text)
    return found


def _change(was: Texted | None, now: Texted | None) -> Change | None:
    if was is None:
        return Change.NEW
    if now is None:
        return Change.GONE
    if abs(now.at - was.at) > SAME:
        return Change.MOVED
    return Change.REWORDED if now.body != was.body else None


def _when(difference: Difference) -> datetime:
    text = difference.before or difference.after
    assert text is not None
    return text.at
