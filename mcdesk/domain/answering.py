"""The gate's answers, put together with what was looked at.

Must not: have rules.
"""

from collections import Counter
from datetime import datetime, timedelta

from mcdesk.domain.facts import AUTOMATIC, Answer, Decision, Facts, TextClass
from mcdesk.domain.lateness import not_after as limit_of


def decide(
    facts: Facts,
    answer: Answer,
    why: str,
    *,
    rule: str = "",
    until: datetime | None = None,
    not_after: datetime | None = None,
    good_until: datetime | None = None,
    call_instead: bool = False,
    ask: str = "",
) -> Decision:
    """An answer with its record."""
    place, history = facts.person.place, facts.history
    classes = Counter(each.text_class for each in history.sent)
    return Decision(
        answer=answer,
        why=(why,),
        rule=rule,
        until=until,
        not_after=not_after,
        good_until=good_until,
        call_instead=call_instead,
        ask=ask,
        zones=place.zones,
        states=place.states,
        windows=facts.firm.quiet.windows(place, facts.moment.now),
        counters={
            "first texts in 24 h": classes[TextClass.ACK],
            "automatic in 24 h": sum(classes[each] for each in AUTOMATIC),
            "texts in 24 h": len(history.sent),
            "automatic in this pursuit": history.of_lead,
        },
    )


def refuse(facts: Facts, rule: str, why: str, *, call_instead: bool = True) -> Decision:
    """No; a person should phone unless said otherwise."""
    return decide(facts, "no", why, rule=rule, call_instead=call_instead)


def wait(facts: Facts, rule: str, why: str, length: timedelta) -> Decision:
    """Hold for a while and look again."""
    until = facts.moment.now + length
    return decide(facts, "hold", why, rule=rule, until=until, not_after=limit_of(facts))
