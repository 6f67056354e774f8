"""How late a text may still go out (rules T-1, T-3, Q-3, Q-5 and O-6), and by which clock.

Must not: decide anything about a text that is in time.
"""

from datetime import datetime, timedelta

from mcdesk.domain.facts import Facts, TextClass

#: A confirmation of an opt-out later than this is no longer presumed wanted (rule O-6).
CONFIRM_WITHIN = timedelta(minutes=5)
#: A first text later than this after the call is dropped, and a person calls (rule Q-5).
HELD_AT_MOST = timedelta(hours=18)
#: An answer to their own text is exempt from hours for so long, and HELP is not answered later (rule Q-3).
ANSWER_WITHIN = timedelta(minutes=10)
#: What a person typed is theirs again when it could not go out for so long: things have changed since.
TYPED_WITHIN = timedelta(hours=1)
#: Follow-ups end so long after the call (rule T-3).
FOLLOW_FOR = timedelta(days=14)
#: A clock this wrong makes quiet hours and ages unsafe.
CLOCK_MAY_BE_OFF = timedelta(minutes=5)


def not_after(facts: Facts) -> datetime | None:
    """Sent later, it would come too late; None where that is no question."""
    called, wrote, typed = facts.history.call_at, facts.history.wrote_at, facts.history.typed_at
    match facts.wording.text_class:
        case TextClass.ACK if called is not None:
            return _first_text(facts, called)
        case TextClass.FOLLOWUP if called is not None:
            return called + FOLLOW_FOR
        case TextClass.OPTOUT_CONFIRM if wrote is not None:
            return wrote + CONFIRM_WITHIN
        case TextClass.HELP if wrote is not None:
            return wrote + ANSWER_WITHIN
        case TextClass.SERVICE if typed is not None:
            return typed + TYPED_WITHIN
        case _:
            return None


def is_late(facts: Facts) -> bool:
    """Whether it would come too late now."""
    limit, since = not_after(facts), _since(facts)
    return limit is not None and since is not None and now_as_of(facts, since) > limit


def is_clock_wrong(clock_off: timedelta) -> bool:
    """Whether by that much no hour is sure."""
    return abs(clock_off) > CLOCK_MAY_BE_OFF


def now_as_of(facts: Facts, since: datetime) -> datetime:
    """The time to measure from `since`. Where this PC's clock is wrong by the provider's, either may have
    dated it: surely not the one that it lies ahead of, and else it is as young as it can be."""
    now, off = facts.moment.now, facts.moment.clock_off
    if not is_clock_wrong(off):
        return now
    first, second = sorted((now, now - off))
    return first if since <= first else second


def _since(facts: Facts) -> datetime | None:
    """What it answers was then; of a typed text, when it was typed."""
    match facts.wording.text_class:
        case TextClass.ACK | TextClass.FOLLOWUP:
            return facts.history.call_at
        case TextClass.OPTOUT_CONFIRM | TextClass.HELP:
            return facts.history.wrote_at
        case TextClass.SERVICE:
            return facts.history.typed_at


def _first_text(facts: Facts, called: datetime) -> datetime:
    """Soon after the call; where the office waits for the hours, soon after they open."""
    soon = facts.firm.acknowledge_within
    if not facts.firm.holds_first_text:
        return called + min(soon, HELD_AT_MOST)
    quiet, place, last = facts.firm.quiet, facts.person.place, called + HELD_AT_MOST
    opening = quiet.next_opening(place, called)
    if opening is None:
        return called + min(soon, HELD_AT_MOST)
    if opening >= last:
        return last
    limit = opening + soon
    if quiet.closed(place, limit) is not None:
        # The hours ended before it was time.
        limit = (quiet.next_opening(place, limit) or limit) + soon
    return min(limit, last)
