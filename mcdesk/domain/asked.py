"""What a person must agree to before their own text goes out (rules Q-4, R-1, S-1 and of wording).

Must not: refuse anything they agreed to.
"""

from datetime import timedelta

from mcdesk.domain import caps
from mcdesk.domain.answering import refuse
from mcdesk.domain.exemptions import is_bound
from mcdesk.domain.facts import Decision, Facts, TextClass

#: Somebody not heard of for longer may have another number by now (rule R-1).
HEARD_WITHIN = timedelta(days=90)


def ask(facts: Facts) -> str:
    """A typed text outside the hours, beyond a state's number, to a number not heard of for long, or in words
    the rules warn of is its writer's choice, made knowingly."""
    if facts.wording.text_class is not TextClass.SERVICE:
        return ""
    warned = facts.wording.warnings
    asked = " ".join(each for each in (_hours(facts), _number(facts), _age(facts), *warned) if each)
    return f"{asked} Send it anyway?" if asked else ""


def not_agreed(facts: Facts) -> Decision | None:
    """It was typed when there was nothing to ask, and now there is."""
    if facts.wording.text_class is not TextClass.SERVICE or facts.wording.agreed:
        return None
    if _hours(facts):
        why = "Quiet hours began where they may be. Send it again if it should go out now."
        return refuse(facts, "Q-4", why, call_instead=False)
    if _number(facts):
        return refuse(
            facts, "S-1", f"{_number(facts)} Send it again if it should go out.", call_instead=False
        )
    return None


def _hours(facts: Facts) -> str:
    now = facts.moment.now
    closed = facts.firm.quiet.closed(facts.person.place, now)
    if closed is None or not is_bound(facts, now):
        return ""
    return f"It is quiet hours where they may be: {closed}."


def _number(facts: Facts) -> str:
    return caps.over_states_number(facts) or ""


def _age(facts: Facts) -> str:
    heard = facts.history.heard_at
    if heard is None or facts.moment.now - heard <= HEARD_WITHIN:
        return ""
    days = (facts.moment.now - heard).days
    return f"They last called or wrote {days} days ago: the number may be somebody else's by now."
