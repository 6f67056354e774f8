"""What may be an opt-out, and nobody can say yet: until a person has, nothing is texted by itself.

Must not: know words (the table does).
"""

from datetime import datetime, timedelta

from mcdesk.domain.answering import decide, refuse
from mcdesk.domain.facts import AUTOMATIC, Decision, Facts
from mcdesk.domain.lateness import not_after

#: A text held for this is free when somebody has decided.
IN_REVIEW = "What they wrote may mean stop. Until somebody decides, nothing is texted by itself."
#: So soon after its end what holds a text is surely over.
A_LITTLE_LATER = timedelta(seconds=15)
#: How soon it shows that a person has settled it.
AT_LEAST_EVERY = timedelta(hours=1)


def unreadable(facts: Facts) -> Decision | None:
    """Something of theirs trips over a mistake of ours (rule O-1)."""
    if not facts.moment.unreadable or facts.wording.text_class not in AUTOMATIC:
        return None
    why = (
        "Something they sent could not be taken in, and it may be an opt-out. Read it at the texting company "
        "and say what it was; phone them until then."
    )
    return refuse(facts, "O-1", why)


def missing(facts: Facts) -> Decision | None:
    """Opt-outs were lost with the database that a copy took the place of (rule O-2)."""
    if not facts.moment.opt_outs_unsure or facts.wording.text_class not in AUTOMATIC:
        return None
    why = "A copy of the data was put back, and opt-outs may be missing: nothing is texted by itself."
    return _hold(facts, "O-2", why, facts.moment.now + AT_LEAST_EVERY)


def in_review(facts: Facts) -> Decision | None:
    """What they wrote may mean stop, in whatever lead (rule O-4)."""
    due = facts.person.review_due
    if due is None or facts.wording.text_class not in AUTOMATIC:
        return None
    return _hold(facts, "O-4", IN_REVIEW, due)


def _hold(facts: Facts, rule: str, why: str, until: datetime) -> Decision:
    """Until then, or until it is too late and somebody calls instead."""
    limit, now = not_after(facts), facts.moment.now
    again = max(until if limit is None else min(until, limit), now) + A_LITTLE_LATER
    return decide(facts, "hold", why, rule=rule, until=again, not_after=limit)
