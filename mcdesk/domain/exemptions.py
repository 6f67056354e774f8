"""Which texts keep to the hours, and until when one handed over now may still arrive (rules Q-1 to Q-4).

Must not: decide whether a text goes out.
"""

from datetime import datetime, timedelta

from mcdesk.domain.facts import ANSWERS, Facts, TextClass
from mcdesk.domain.lateness import ANSWER_WITHIN, not_after

#: A first text answers the caller's own call, at any hour, for so long after it (rule Q-2).
IMMEDIATE = timedelta(minutes=10)


def is_bound(facts: Facts, at: datetime) -> bool:
    """Whether the hours bind this text at that moment, whatever its writer agreed to."""
    if facts.wording.text_class in ANSWERS:
        return False
    until = _exempt_until(facts)
    return until is None or at > until


def good_until(facts: Facts) -> datetime | None:
    """A text handed over now must not reach its phone later; None where that is no question.

    A carrier may hold it back for hours: it must not come out in the night for that.
    """
    limit, exempt, now = not_after(facts), _exempt_until(facts), facts.moment.now
    closing = facts.firm.quiet.closing(facts.person.place, now)
    if facts.wording.text_class in ANSWERS:
        ends = [limit]
    elif closing is not None:
        ends = [limit, closing if exempt is None else max(closing, exempt)]
    else:
        # It answers what they did a moment ago, or its writer agreed to the hour.
        ends = [limit, exempt if exempt is not None and now <= exempt else None]
    return min((each for each in ends if each is not None), default=None)


def _exempt_until(facts: Facts) -> datetime | None:
    """As an answer to what they did a moment ago it may go out at any hour."""
    called, wrote = facts.history.call_at, facts.history.wrote_at
    match facts.wording.text_class:
        case TextClass.ACK if called is not None and not facts.firm.holds_first_text:
            return called + IMMEDIATE
        case TextClass.SERVICE if wrote is not None:
            return wrote + ANSWER_WITHIN
        case _:
            return None
