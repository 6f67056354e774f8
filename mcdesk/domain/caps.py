"""How many texts one person gets, and how soon one after another (rule T-3 and the states' own numbers).

Must not: know hours or wording.
"""

from datetime import datetime, timedelta

from mcdesk.domain.answering import decide, refuse
from mcdesk.domain.exemptions import is_bound
from mcdesk.domain.facts import AUTOMATIC, Decision, Facts, TextClass
from mcdesk.domain.lateness import not_after
from mcdesk.domain.spoken import counted

#: One acknowledgement per caller in this time, two automatic texts at most.
CAP_SPAN = timedelta(hours=24)
ACKNOWLEDGEMENTS_PER_SPAN = 1
AUTOMATIC_PER_SPAN = 2
#: Automatic texts of one lead, ever.
AUTOMATIC_PER_LEAD = 4


def capped(facts: Facts) -> Decision | None:
    """What the number of texts before this one has against it."""
    if facts.wording.text_class is TextClass.HELP:
        return _help(facts)
    if facts.wording.text_class not in AUTOMATIC:
        return None
    return (
        _first_text(facts)
        or _of_lead(facts)
        or _automatic(facts)
        or _state(facts)
        or _cooldown(facts)
        or _cost(facts)
    )


def _first_text(facts: Facts) -> Decision | None:
    before = [each for each in facts.history.sent if each.text_class is TextClass.ACK]
    if facts.wording.text_class is not TextClass.ACK or len(before) < ACKNOWLEDGEMENTS_PER_SPAN:
        return None
    if all(each.failed for each in before):
        why = "A first text to them failed in the last 24 hours, and another is not tried so soon."
    else:
        why = "They already got a first text in the last 24 hours, and one is the most."
    return refuse(facts, "T-3", why)


def _help(facts: Facts) -> Decision | None:
    if all(each.text_class is not TextClass.HELP for each in facts.history.sent):
        return None
    why = "They were told where to find help in the last 24 hours, and once is the most."
    return refuse(facts, "Q-3", why, call_instead=False)


def _of_lead(facts: Facts) -> Decision | None:
    if facts.history.of_lead < AUTOMATIC_PER_LEAD:
        return None
    return refuse(
        facts, "T-3", "Four automatic texts went to them about this call already, and four are the most."
    )


def _automatic(facts: Facts) -> Decision | None:
    before = [each.at for each in facts.history.sent if each.text_class in AUTOMATIC]
    if len(before) < AUTOMATIC_PER_SPAN:
        return None
    why = "Two automatic texts went to them in the last 24 hours already, and two are the most."
    return _later(facts, "T-3", why, before[-AUTOMATIC_PER_SPAN] + CAP_SPAN)


def _state(facts: Facts) -> Decision | None:
    most, why = facts.firm.quiet.most_a_day(facts.person.place), over_states_number(facts)
    if most is None or why is None:
        return None
    return _later(facts, "S-1", why, facts.history.sent[-most].at + CAP_SPAN)


def over_states_number(facts: Facts) -> str | None:
    """That they were sent as many texts as a state allows where they may be; None where not (rule S-1)."""
    most = facts.firm.quiet.most_a_day(facts.person.place)
    before = facts.history.sent
    if most is None or len(before) < most:
        return None
    sent = counted(len(before), "text")
    return f"They were sent {sent} in the last 24 hours; the most where they may be is {most}."


def _cooldown(facts: Facts) -> Decision | None:
    if not facts.history.sent:
        return None
    free = facts.history.sent[-1].at + facts.firm.cooldown
    if free <= facts.moment.now:
        return None
    return _later(
        facts,
        "cool-down",
        "They were texted a short while ago, and another text so soon would be too many.",
        free,
    )


def _cost(facts: Facts) -> Decision | None:
    if not facts.moment.spent:
        return None
    return refuse(
        facts, "cost", "Today's texts have cost as much as the office allows for one day. Phone them instead."
    )


def _later(facts: Facts, rule: str, why: str, until: datetime) -> Decision:
    """It waits, unless it would come too late then: somebody calls instead."""
    limit, opening = not_after(facts), until
    if is_bound(facts, until):
        # Free in the night is not free.
        opening = facts.firm.quiet.next_opening(facts.person.place, until) or until
    if limit is not None and opening > limit:
        return refuse(facts, rule, why)
    return decide(facts, "hold", why, rule=rule, until=until, not_after=limit)
