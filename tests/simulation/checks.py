"""What must be true of every text of every caller, by the tables and the numbers of the rules alone.

Must not: import anything of the program, or of the office that played the story.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.simulation.hours import blocked_by, closed_by
from tests.simulation.reckoning import (
    ANSWER_WITHIN,
    AUTOMATIC_A_DAY,
    CONFIRM_WITHIN,
    FOLLOW_FOR,
    LOOK,
    automatic,
    earliest,
    is_bound,
    last_arrival,
    latest,
    place_of,
    second,
    waits_first,
)  # fmt: skip
from tests.simulation.story import AUTOMATIC, Hindrance, Kind, Reach, Story, Text

AUTOMATIC_OF_A_LEAD = 4
#: A person took over; nothing automatic follows before another call.
HUMAN = frozenset({"gets through", "writes", "stops", "typed", "closed"})
EVERY: frozenset[Kind] = frozenset({"ack", "followup", "service", "help", "optout-confirm"})
#: What may go to whom; nothing to whoever is not named.
MAY_GET: dict[Reach, frozenset[Kind]] = {
    "texts": EVERY,
    "forged": EVERY - AUTOMATIC,
    "by hand": EVERY - AUTOMATIC,
    "spam": frozenset({"service"}),
    "machine": frozenset({"service"}),
}

Check = Callable[[Story], Iterator[str]]


def violations(story: Story) -> list[str]:
    """Everything wrong with one story, each with the name of the check."""
    return [f"{check.__name__.replace('_', ' ')}: {what}" for check in CHECKS for what in check(story)]


def no_text_in_a_closed_hour(story: Story) -> Iterator[str]:
    for text in story.sent:
        at = second(text.at)
        closed = closed_by(place_of(story), at) if is_bound(story, text, at) else ""
        if closed:
            yield f"{_told(text)}: closed by {closed}"


def no_first_text_into_a_blocked_state(story: Story) -> Iterator[str]:
    for text in story.sent:
        blocked = blocked_by(place_of(story), second(text.at))
        if text.kind == "ack" and blocked:
            yield f"{_told(text)}: {blocked}"


def one_first_text_a_day(story: Story) -> Iterator[str]:
    for text, before in _with_the_day_before(story):
        if text.kind == "ack" and any(each.kind == "ack" for each in before):
            yield _told(text)


def two_automatic_texts_a_day(story: Story) -> Iterator[str]:
    for text, before in _with_the_day_before(story):
        if text.kind in AUTOMATIC and len(automatic(before)) >= AUTOMATIC_A_DAY:
            yield f"{_told(text)} after {len(automatic(before))}"


def no_more_texts_than_the_state_allows(story: Story) -> Iterator[str]:
    most = place_of(story).most
    for text, before in _with_the_day_before(story):
        if most is not None and text.kind in AUTOMATIC and len(before) >= most:
            yield f"{_told(text)} after {len(before)} texts"


def four_automatic_texts_of_a_lead(story: Story) -> Iterator[str]:
    for number, text in enumerate(story.sent):
        if text.kind in AUTOMATIC and _of_lead(story.sent[:number], text.lead) >= AUTOMATIC_OF_A_LEAD:
            yield _told(text)


def no_two_texts_in_a_hurry(story: Story) -> Iterator[str]:
    for text, before in _with_the_day_before(story):
        if text.kind in AUTOMATIC and before and text.at - before[-1].at < story.caller.office.cooldown:
            yield f"{_told(text)} after one of {before[-1].at:%H:%M:%S}"


def no_follow_up_after_14_days(story: Story) -> Iterator[str]:
    for text in story.sent:
        if text.kind == "followup" and _age(text, text.call_at) > FOLLOW_FOR:
            yield _told(text)


def no_first_text_too_late(story: Story) -> Iterator[str]:
    for text in story.sent:
        last = latest(story, text)
        if text.kind == "ack" and last is not None and second(text.at) > last:
            yield f"{_told(text)}, {_late(last)}"


def no_confirmation_after_five_minutes(story: Story) -> Iterator[str]:
    for text in story.sent:
        if text.kind == "optout-confirm" and _age(text, text.wrote_at) > CONFIRM_WITHIN:
            yield _told(text)


def no_help_after_ten_minutes(story: Story) -> Iterator[str]:
    for text in story.sent:
        if text.kind == "help" and _age(text, text.wrote_at) > ANSWER_WITHIN:
            yield _told(text)


def one_help_a_day(story: Story) -> Iterator[str]:
    for text, before in _with_the_day_before(story):
        if text.kind == "help" and any(each.kind == "help" for each in before):
            yield _told(text)


def nothing_arrives_after_its_hours(story: Story) -> Iterator[str]:
    for text in story.sent:
        last, told = last_arrival(story, text), text.good_until
        if last != (second(told) if told is not None else None):
            yield f"{_told(text)}: good until {told}, {_late(last)}"


def no_confirmation_without_an_opt_out(story: Story) -> Iterator[str]:
    for text in story.sent:
        if text.kind == "optout-confirm" and _opted_out(story, text.at) is None:
            yield _told(text)


def one_confirmation_of_an_opt_out(story: Story) -> Iterator[str]:
    confirmed = set()
    for text in story.sent:
        if text.kind == "optout-confirm":
            since = _opted_out(story, text.at)
            if since in confirmed:
                yield f"{_told(text)}, of {since}"
            confirmed.add(since)


def nothing_after_an_opt_out(story: Story) -> Iterator[str]:
    for text in story.sent:
        if text.kind != "optout-confirm" and _opted_out(story, text.at) is not None:
            yield _told(text)


def nothing_automatic_after_a_person_acted(story: Story) -> Iterator[str]:
    for text in story.sent:
        if text.kind in AUTOMATIC and _is_over(story, text):
            yield _told(text)


def nothing_to_who_cannot_be_texted(story: Story) -> Iterator[str]:
    for text in story.sent:
        if not _can_reach(story, text):
            yield f"{_told(text)}: {story.caller.reach}"


def nothing_by_a_wrong_clock(story: Story) -> Iterator[str]:
    yield from _in_spite_of(story, "clock wrong", EVERY)


def no_text_before_all_is_read(story: Story) -> Iterator[str]:
    yield from _in_spite_of(story, "unread", EVERY)


def nothing_automatic_while_they_call(story: Story) -> Iterator[str]:
    yield from _in_spite_of(story, "on the line", AUTOMATIC)


def a_typed_text_asks_in_closed_hours_and_beyond_the_states_number(story: Story) -> Iterator[str]:
    for text in (*story.sent, *story.refused):
        if text.kind != "service" or text.why not in {"", "not insisted"}:
            continue
        answers = text.wrote_at is not None and _age(text, text.wrote_at) <= ANSWER_WITHIN
        closed, most = closed_by(place_of(story), second(text.at)), place_of(story).most
        before = [each for each in story.sent if timedelta(0) < text.at - each.at < timedelta(days=1)]
        # Of two in one second nobody can say which was first.
        with_them = [each for each in story.sent if each is not text and each.at == text.at]
        too_many = {most is not None and number >= most for number in (len(before), len(before + with_them))}
        if text.asked not in {(bool(closed) and not answers) or each for each in too_many}:
            told = f"closed by {closed or 'nothing'}, {len(before)} texts before"
            yield f"{_told(text)}: asked {text.asked}, {told}"


def nothing_is_held_longer_than_needed(story: Story) -> Iterator[str]:
    for number, text in enumerate(story.sent):
        first = earliest(story, text, story.sent[:number], second(text.due))
        if first != second(text.at):
            yield f"{_told(text)}, could have gone out {_clock(first)}"


def nothing_is_held_past_its_time(story: Story) -> Iterator[str]:
    for text in story.held:
        last = latest(story, text)
        assert text.until is not None
        if last is not None and second(text.until) > last and not _is_look(text):
            yield f"{_told(text)} held until {text.until:%Y-%m-%d %H:%M:%S}, {_late(last)}"


def every_answer_says_when_it_is_too_late(story: Story) -> Iterator[str]:
    for text in (*story.sent, *story.held):
        last, told = latest(story, text), text.not_after
        if last != (second(told) if told is not None else None):
            yield f"{_told(text)}: too late after {told}, {_late(last)}"


def nothing_is_refused_without_cause(story: Story) -> Iterator[str]:
    for text in story.refused:
        if not any(_causes(story, text)):
            yield f"{_told(text)} refused: {text.why}"


def _causes(story: Story, text: Text) -> Iterator[bool]:
    """What may speak against a text for good."""
    opted_out = _opted_out(story, text.at) is not None
    yield not _can_reach(story, text)
    yield opted_out if text.kind != "optout-confirm" else not opted_out
    before = [each for each in story.sent if each.at <= text.at]
    if text.kind == "optout-confirm" and text.wrote_at is not None:
        yield any(each.kind == "optout-confirm" and each.at >= text.wrote_at for each in before)
        wrong = story.caller.hindered("clock wrong", text.at)
        # By the right time, or by a clock that is ahead of it.
        ahead = max(wrong.off, timedelta(0)) if wrong is not None else timedelta(0)
        yield _age(text, text.wrote_at - ahead) > CONFIRM_WITHIN
    yield text.kind == "service" and text.asked
    last = latest(story, text)
    yield last is not None and second(text.at) > last
    if waits_first(story, text, second(text.at)):
        return
    if text.kind in AUTOMATIC:
        yield _is_over(story, text)
        yield _of_lead(before, text.lead) >= AUTOMATIC_OF_A_LEAD
    if text.kind == "ack":
        yield bool(blocked_by(place_of(story), second(text.at)))
        yield any(each.kind == "ack" and text.at - each.at < timedelta(days=1) for each in before)
    if text.kind == "help":
        yield any(each.kind == "help" and text.at - each.at < timedelta(days=1) for each in before)
    unhindered = replace(story, caller=replace(story.caller, spells=()))
    first = earliest(unhindered, text, before, second(text.at))
    yield first is None or (last is not None and first > last)


def _in_spite_of(story: Story, what: Hindrance, kinds: frozenset[Kind]) -> Iterator[str]:
    for text in story.sent:
        if text.kind in kinds and story.caller.hindered(what, text.at) is not None:
            yield _told(text)


def _is_look(text: Text) -> bool:
    """Whether it waits only to be looked at again."""
    return text.until is not None and text.until - text.at == timedelta(seconds=LOOK)


def _can_reach(story: Story, text: Text) -> bool:
    return text.kind in MAY_GET.get(story.caller.reach, frozenset())


def _opted_out(story: Story, at: datetime) -> datetime | None:
    """When the opt-out in force then began; None where there is none."""
    since = None
    for act in sorted(story.caller.acts, key=lambda each: each.at):
        if act.does == "stops" and act.at <= at:
            since = since or act.at
        elif act.does == "opts in" and act.at <= at:
            since = None
    return since


def _is_over(story: Story, text: Text) -> bool:
    """Whether a person took over after the last call, or the text's own call is not the caller's."""
    acts, call_at = story.caller.acts, text.call_at
    if call_at is None or not any(act.does == "calls" and act.at == call_at for act in acts):
        return True
    return any(act.does in HUMAN and call_at < act.at <= text.at for act in acts)


def _of_lead(texts: list[Text], lead: int) -> int:
    return sum(each.kind in AUTOMATIC and each.lead == lead for each in texts)


def _with_the_day_before(story: Story) -> Iterator[tuple[Text, list[Text]]]:
    for number, text in enumerate(story.sent):
        since = text.at - timedelta(days=1)
        yield text, [each for each in story.sent[:number] if each.at > since]


def _age(text: Text, since: datetime | None) -> int:
    return 0 if since is None else second(text.at) - second(since)


def _late(last: int | None) -> str:
    return f"too late {'never' if last is None else f'after {_clock(last)}'}"


def _clock(at: int | None) -> str:
    return "never" if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"


def _told(text: Text) -> str:
    return f"{text.kind} wanted {text.due:%Y-%m-%d %H:%M:%S}, at {text.at:%Y-%m-%d %H:%M:%S} UTC"


CHECKS: tuple[Check, ...] = (
    no_text_in_a_closed_hour,
    no_first_text_into_a_blocked_state,
    one_first_text_a_day,
    two_automatic_texts_a_day,
    no_more_texts_than_the_state_allows,
    four_automatic_texts_of_a_lead,
    no_two_texts_in_a_hurry,
    no_follow_up_after_14_days,
    no_first_text_too_late,
    no_confirmation_after_five_minutes,
    no_help_after_ten_minutes,
    one_help_a_day,
    nothing_arrives_after_its_hours,
    no_confirmation_without_an_opt_out,
    one_confirmation_of_an_opt_out,
    nothing_after_an_opt_out,
    nothing_automatic_after_a_person_acted,
    nothing_to_who_cannot_be_texted,
    nothing_by_a_wrong_clock,
    no_text_before_all_is_read,
    nothing_automatic_while_they_call,
    a_typed_text_asks_in_closed_hours_and_beyond_the_states_number,
    nothing_is_held_longer_than_needed,
    nothing_is_held_past_its_time,
    every_answer_says_when_it_is_too_late,
    nothing_is_refused_without_cause,
)
