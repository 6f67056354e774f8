"""When a text could first go out, and when it is too late for it: by the tables and the numbers of the rules.

Must not: import anything of the program, or of the office that played the story.
"""

from datetime import datetime

from tests.simulation.hours import DAY, Where, closed_by, next_closed, next_open, where
from tests.simulation.story import AUTOMATIC, Story, Text

MINUTE = 60
#: What may change any moment is looked at again after so many seconds.
LOOK = 15
HELD_AT_MOST = 18 * 60 * MINUTE
FOLLOW_FOR = 14 * DAY
CONFIRM_WITHIN = 5 * MINUTE
ANSWER_WITHIN = 10 * MINUTE
#: A first text later than this after the call keeps to the hours everywhere.
IMMEDIATE = 10 * MINUTE
TYPED_WITHIN = 60 * MINUTE
AUTOMATIC_A_DAY = 2


def earliest(story: Story, text: Text, before: list[Text], at: int) -> int | None:
    """The first second from there at which nothing speaks against it; None where it never comes.

    `before`: what had gone out. What hinders for a while is looked at again and again: unread texts and the
    clock before anything else, a call that goes on when everything else is right.
    """
    while True:
        free = at + LOOK if waits_first(story, text, at) else _free(story, text, before, at)
        if free == at and is_bound(story, text, at):
            opens = next_open(place_of(story), at)
            if opens is None:
                return None
            free = opens
        if free == at and text.kind in AUTOMATIC and _hindered(story, "on the line", at):
            free = at + LOOK
        if free == at:
            return at
        at = free


def latest(story: Story, text: Text) -> int | None:
    """The last second at which it is in time; None where that is no question."""
    match text.kind:
        case "ack" if text.call_at is not None:
            return _latest_first_text(story, second(text.call_at))
        case "followup" if text.call_at is not None:
            return second(text.call_at) + FOLLOW_FOR
        case "optout-confirm" if text.wrote_at is not None:
            return second(text.wrote_at) + CONFIRM_WITHIN
        case "help" if text.wrote_at is not None:
            return second(text.wrote_at) + ANSWER_WITHIN
        case "service":
            return second(text.due) + TYPED_WITHIN
        case _:
            return None


def _latest_first_text(story: Story, called: int) -> int:
    """Soon after the call or the opening after it; where the hours end before that, after the next one."""
    office, place = story.caller.office, place_of(story)
    soon = int(office.within.total_seconds())
    if not office.holds:
        return called + soon
    ends = called
    for _ in range(2):
        opens = next_open(place, ends)
        ends = (ends if opens is None else opens) + soon
        if opens is None or not closed_by(place, ends):
            break
    return min(ends, called + HELD_AT_MOST)


def _free(story: Story, text: Text, before: list[Text], at: int) -> int:
    """When the numbers of texts allow an automatic one, by what had gone out at that second."""
    if text.kind not in AUTOMATIC:
        return at
    past = [each for each in before if at - DAY < second(each.at) <= at]
    free, most = at, place_of(story).most
    for texts, number in ((automatic(past), AUTOMATIC_A_DAY), (past, most)):
        if number is not None and len(texts) >= number:
            free = max(free, second(texts[-number].at) + DAY)
    if past:
        free = max(free, second(past[-1].at) + int(story.caller.office.cooldown.total_seconds()))
    return free


def is_bound(story: Story, text: Text, at: int) -> bool:
    """Whether it has to keep to the hours, judged at that second."""
    match text.kind:
        case "followup":
            return True
        case "ack":
            return story.caller.office.holds or at - _called(story, text, at) > IMMEDIATE
        case _:
            return False


def _called(story: Story, text: Text, at: int) -> int:
    """The second of the newest call known then that a first text answers."""
    calls = (second(act.at) for act in story.caller.acts if act.does == "calls")
    last = at if text.call_at is None else min(at, second(text.call_at))
    return max((each for each in calls if each <= last), default=at)


def last_arrival(story: Story, text: Text) -> int | None:
    """The last second at which a text that went out may still arrive; None where that is no question."""
    at, place, exempt = second(text.at), place_of(story), 0
    if text.kind == "ack" and text.call_at is not None and not story.caller.office.holds:
        exempt = second(text.call_at) + IMMEDIATE
    elif text.kind == "service" and text.wrote_at is not None:
        exempt = second(text.wrote_at) + ANSWER_WITHIN
    last = latest(story, text)
    if text.kind in {"help", "optout-confirm"}:
        return last
    ends = exempt if at <= exempt else None
    if not closed_by(place, at):
        ends = max(next_closed(place, at), exempt)
    return min((each for each in (ends, last) if each is not None), default=None)


def waits_first(story: Story, text: Text, at: int) -> bool:
    """Whether something unread or a wrong clock keeps it from being judged at all."""
    return _hindered(story, "unread", at) or _hindered(story, "clock wrong", at)


def _hindered(story: Story, what: str, at: int) -> bool:
    spells = (each for each in story.caller.spells if each.what == what)
    return any(second(each.start) <= at < second(each.end) for each in spells)


def automatic(texts: list[Text]) -> list[Text]:
    return [each for each in texts if each.kind in AUTOMATIC]


def place_of(story: Story) -> Where:
    caller = story.caller
    return where(caller.code, caller.said, caller.office)


def second(at: datetime) -> int:
    return int(at.timestamp())
