"""What must be true of every text of every caller, by the tables and the numbers of the rules alone.

Must not: import anything of the program, or of the office that played the story.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from tests.simulation.hours import DAY, Where, closed_by, next_open, where
from tests.simulation.story import AUTOMATIC, Story, Text

MINUTE = 60
HELD_AT_MOST = 18 * 60 * MINUTE
FOLLOW_FOR = 14 * DAY
CONFIRM_WITHIN = 5 * MINUTE
ANSWER_WITHIN = 10 * MINUTE
AUTOMATIC_A_DAY = 2
AUTOMATIC_OF_A_LEAD = 4
#: A person took over; nothing automatic follows before another call.
HUMAN = frozenset({"gets through", "writes", "stops", "typed", "closed"})

Check = Callable[[Story], Iterator[str]]


def violations(story: Story) -> list[str]:
    """Everything wrong with one story, each with the name of the check."""
    return [f"{check.__name__.replace('_', ' ')}: {what}" for check in CHECKS for what in check(story)]


def no_text_in_a_closed_hour(story: Story) -> Iterator[str]:
    place = _place(story)
    for text in story.sent:
        closed = closed_by(place, _second(text.at)) if _is_bound(story, text, text.at) else ""
        if closed:
            yield f"{_told(text)}: closed by {closed}"


def one_first_text_a_day(story: Story) -> Iterator[str]:
    for text, before in _with_the_day_before(story):
        if text.kind == "ack" and any(each.kind == "ack" for each in before):
            yield _told(text)


def two_automatic_texts_a_day(story: Story) -> Iterator[str]:
    for text, before in _with_the_day_before(story):
        if text.kind in AUTOMATIC and len(_automatic(before)) >= AUTOMATIC_A_DAY:
            yield f"{_told(text)} after {len(_automatic(before))}"


def no_more_texts_than_the_state_allows(story: Story) -> Iterator[str]:
    most = _place(story).most
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
        if text.kind == "ack" and _age(text, text.call_at) > _first_text_within(story):
            yield _told(text)


def no_confirmation_after_five_minutes(story: Story) -> Iterator[str]:
    for text in story.sent:
        if text.kind == "optout-confirm" and _age(text, text.wrote_at) > CONFIRM_WITHIN:
            yield _told(text)


def nothing_after_an_opt_out(story: Story) -> Iterator[str]:
    for text in story.sent:
        if text.kind != "optout-confirm" and _opted_out(story, text.at):
            yield _told(text)


def nothing_automatic_after_a_person_acted(story: Story) -> Iterator[str]:
    for text in story.sent:
        if text.kind in AUTOMATIC and _is_over(story, text):
            yield _told(text)


def nothing_to_who_cannot_be_texted(story: Story) -> Iterator[str]:
    for text in story.sent:
        if not _can_reach(story, text):
            yield f"{_told(text)}: {story.caller.reach}"


def a_typed_text_asks_in_closed_hours(story: Story) -> Iterator[str]:
    for text in (*story.sent, *story.refused):
        if text.kind != "service" or text.why not in {"", "not insisted"}:
            continue
        answers = text.wrote_at is not None and _age(text, text.wrote_at) <= ANSWER_WITHIN
        closed = closed_by(_place(story), _second(text.at))
        if text.asked != (bool(closed) and not answers):
            yield f"{_told(text)}: asked {text.asked}, closed by {closed or 'nothing'}"


def nothing_is_held_longer_than_needed(story: Story) -> Iterator[str]:
    for number, text in enumerate(story.sent):
        earliest = _earliest(story, text, story.sent[:number])
        if earliest != _second(text.at):
            when = datetime.fromtimestamp(earliest, UTC) if earliest is not None else None
            yield f"{_told(text)}, could have gone out at {when}"


def nothing_is_refused_without_cause(story: Story) -> Iterator[str]:
    for text in story.refused:
        if not any(_causes(story, text)):
            yield f"{_told(text)} refused: {text.why}"


def _earliest(story: Story, text: Text, before: list[Text]) -> int | None:
    """The first second, from when it was wanted, at which nothing spoke against it."""
    place, at = _place(story), _second(text.due)
    while True:
        free = _free(story, text, before, at)
        opens = next_open(place, free) if _is_bound(story, text, text.due) else free
        if opens is None or opens == at:
            return opens
        at = opens


def _free(story: Story, text: Text, before: list[Text], at: int) -> int:
    """When the numbers of texts allow a follow-up, by what had gone out at that second."""
    if text.kind != "followup":
        return at
    past = [each for each in before if at - DAY < _second(each.at) <= at]
    free, most = at, _place(story).most
    for texts, number in ((_automatic(past), AUTOMATIC_A_DAY), (past, most)):
        if number is not None and len(texts) >= number:
            free = max(free, _second(texts[-number].at) + DAY)
    if past:
        free = max(free, _second(past[-1].at) + int(story.caller.office.cooldown.total_seconds()))
    return free


def _causes(story: Story, text: Text) -> Iterator[bool]:
    """What may speak against a text for good."""
    yield not _can_reach(story, text)
    yield text.kind != "optout-confirm" and _opted_out(story, text.at)
    yield text.kind == "optout-confirm" and _age(text, text.wrote_at) > CONFIRM_WITHIN
    yield text.kind == "service" and text.asked
    yield text.kind == "followup" and _age(text, text.call_at) > FOLLOW_FOR
    bound = _is_bound(story, text, text.at)
    opens = next_open(_place(story), _second(text.at)) if bound else _second(text.at)
    yield opens is None or opens - _second(text.at) > FOLLOW_FOR
    if text.kind not in AUTOMATIC:
        return
    yield _is_over(story, text)
    yield _of_lead([each for each in story.sent if each.at <= text.at], text.lead) >= AUTOMATIC_OF_A_LEAD
    if text.kind != "ack":
        return
    yield _age(text, text.call_at) > _first_text_within(story)
    yield opens is not None and text.call_at is not None and opens - _second(text.call_at) > HELD_AT_MOST
    past = [each for each in story.sent if text.at - timedelta(days=1) < each.at <= text.at]
    yield any(each.kind == "ack" for each in past)
    yield len(_automatic(past)) >= AUTOMATIC_A_DAY
    yield _place(story).most is not None and len(past) >= (_place(story).most or 0)
    yield bool(past) and text.at - past[-1].at < story.caller.office.cooldown


def _is_bound(story: Story, text: Text, at: datetime) -> bool:
    """Whether it had to keep to the hours, judged at that moment."""
    match text.kind:
        case "followup":
            return True
        case "ack":
            return story.caller.office.holds
        case "help":
            return text.wrote_at is not None and _second(at) - _second(text.wrote_at) > ANSWER_WITHIN
        case _:
            return False


def _first_text_within(story: Story) -> int:
    office = story.caller.office
    return HELD_AT_MOST if office.holds else int(office.within.total_seconds())


def _can_reach(story: Story, text: Text) -> bool:
    reach = story.caller.reach
    return reach == "texts" or (reach == "forged" and text.kind not in AUTOMATIC)


def _opted_out(story: Story, at: datetime) -> bool:
    return any(act.does == "stops" and act.at <= at for act in story.caller.acts)


def _is_over(story: Story, text: Text) -> bool:
    """Whether a person took over after the last call, or the text's own call is not the caller's."""
    acts, call_at = story.caller.acts, text.call_at
    if call_at is None or not any(act.does == "calls" and act.at == call_at for act in acts):
        return True
    return any(act.does in HUMAN and call_at < act.at <= text.at for act in acts)


def _of_lead(texts: list[Text], lead: int) -> int:
    return sum(each.kind in AUTOMATIC and each.lead == lead for each in texts)


def _automatic(texts: list[Text]) -> list[Text]:
    return [each for each in texts if each.kind in AUTOMATIC]


def _with_the_day_before(story: Story) -> Iterator[tuple[Text, list[Text]]]:
    for number, text in enumerate(story.sent):
        since = text.at - timedelta(days=1)
        yield text, [each for each in story.sent[:number] if each.at > since]


def _place(story: Story) -> Where:
    caller = story.caller
    return where(caller.code, caller.said, caller.office)


def _age(text: Text, since: datetime | None) -> int:
    return 0 if since is None else _second(text.at) - _second(since)


def _second(at: datetime) -> int:
    return int(at.timestamp())


def _told(text: Text) -> str:
    return f"{text.kind} wanted {text.due:%Y-%m-%d %H:%M:%S}, at {text.at:%Y-%m-%d %H:%M:%S} UTC"


CHECKS: tuple[Check, ...] = (
    no_text_in_a_closed_hour,
    one_first_text_a_day,
    two_automatic_texts_a_day,
    no_more_texts_than_the_state_allows,
    four_automatic_texts_of_a_lead,
    no_two_texts_in_a_hurry,
    no_follow_up_after_14_days,
    no_first_text_too_late,
    no_confirmation_after_five_minutes,
    nothing_after_an_opt_out,
    nothing_automatic_after_a_person_acted,
    nothing_to_who_cannot_be_texted,
    a_typed_text_asks_in_closed_hours,
    nothing_is_held_longer_than_needed,
    nothing_is_refused_without_cause,
)
