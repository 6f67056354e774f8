"""The one gate: may this text go out now? Every outgoing text passes it, when queued and again when sent.

Must not: look anything up. The caller brings every fact; the answer carries its reasons, to be kept as
evidence.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, TypeAlias

from mcdesk.domain.hours import Place, is_open, next_opening
from mcdesk.domain.leads import EndReason
from mcdesk.domain.numbers import TEXTABLE_REGIONS, Number

#: Changes whenever a rule here changes; stored with every decision.
RULES_VERSION = "2026-11-21.3"
#: One acknowledgement per caller in this time, two automatic texts at most (rule T-3).
CAP_SPAN = timedelta(hours=24)
ACKNOWLEDGEMENTS_PER_SPAN = 1
AUTOMATIC_PER_SPAN = 2
#: A confirmation of an opt-out later than this is no longer presumed wanted (rule O-6).
CONFIRM_WITHIN = timedelta(minutes=5)
#: A number that answered like a machine gets no automatic text for so long.
MACHINE_SPAN = timedelta(hours=24)
#: A first text held for this is free when that call ends.
ON_THE_LINE = "They are calling right now."
#: ... and looks again after this, in case nobody tells of the end.
LOOK_AGAIN = timedelta(seconds=15)


class TextClass(StrEnum):
    """What a text is for (rule T-2). Marketing is not among them."""

    #: The immediate answer to the caller's own call.
    ACK = "ack"
    FOLLOWUP = "followup"
    #: Typed by a person.
    SERVICE = "service"
    HELP = "help"
    OPTOUT_CONFIRM = "optout-confirm"


#: Texts of a sequence: nobody asked for them just now.
AUTOMATIC = frozenset({TextClass.ACK, TextClass.FOLLOWUP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything the gate looks at."""

    text_class: TextClass
    now: datetime
    to: Number
    body: str
    firm: str
    place: Place
    opted_out: bool
    landline: bool
    #: They answer like a machine: texting them would go round in circles.
    machine: bool
    #: They are calling the office at this moment.
    on_the_line: bool
    #: Why the lead's automation ended; None while it goes on.
    ended: EndReason | None
    #: Of the call, or of the text, being answered; None where there is none.
    call_at: datetime | None
    #: Somebody of the office spoke with them after the last call that nobody answered.
    spoken_to: bool
    acknowledge_within: timedelta
    #: Of this caller in the last 24 h, handed over or possibly so.
    acknowledgements: int
    automatic: int


Answer: TypeAlias = Literal["send", "hold", "no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """*send now*, *hold until*, or *no, because*."""

    answer: Answer
    #: Plain sentences, the deciding one first.
    why: tuple[str, ...]
    until: datetime | None = None
    #: A person should phone instead.
    call_instead: bool = False
    #: With a *no*: why the lead's automation ends.
    ends: EndReason = EndReason.BLOCKED
    zones: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    rules_version: str = RULES_VERSION


def may_text(facts: Facts) -> Decision:
    """The answer, by the first rule that has something against it."""
    refusal = _opted_out(facts) or _unreachable(facts) or _machine(facts) or _unconfirmed(facts)
    if refusal is None and facts.text_class in AUTOMATIC:
        refusal = _ended(facts) or _spoken_to(facts) or _too_old(facts) or _capped(facts)
        refusal = refusal or _wording(facts) or _window(facts) or _on_the_line(facts)
    return refusal or _decide(facts, "send", _basis(facts))


def _decide(
    facts: Facts, answer: Answer, *why: str, until: datetime | None = None, call_instead: bool = False
) -> Decision:
    return Decision(
        answer=answer,
        why=why,
        until=until,
        call_instead=call_instead,
        zones=facts.place.zones,
        states=facts.place.states,
    )


def _opted_out(facts: Facts) -> Decision | None:
    if not facts.opted_out or facts.text_class is TextClass.OPTOUT_CONFIRM:
        return None
    return _decide(facts, "no", "They opted out of texts. Phone them instead.", call_instead=True)


def _unreachable(facts: Facts) -> Decision | None:
    if facts.landline:
        return _decide(facts, "no", "The number is a landline and cannot receive texts.", call_instead=True)
    if facts.to.is_toll_free:
        return _decide(facts, "no", "Toll-free numbers cannot be texted.", call_instead=True)
    if facts.to.region not in TEXTABLE_REGIONS:
        return _decide(facts, "no", "Only numbers of the United States are texted.", call_instead=True)
    return None


def _machine(facts: Facts) -> Decision | None:
    if not facts.machine or facts.text_class is TextClass.SERVICE:
        return None
    return _decide(
        facts,
        "no",
        "They answer like a machine: nothing is texted by itself for a day. Write or call if it is a person.",
        call_instead=True,
    )


def _on_the_line(facts: Facts) -> Decision | None:
    if not facts.on_the_line:
        return None
    return _decide(facts, "hold", ON_THE_LINE, until=facts.now + LOOK_AGAIN)


def _unconfirmed(facts: Facts) -> Decision | None:
    late = facts.call_at is not None and facts.now - facts.call_at > CONFIRM_WITHIN
    if facts.text_class is not TextClass.OPTOUT_CONFIRM or not late:
        return None
    return _decide(facts, "no", "The opt-out came more than five minutes ago: it is not confirmed by text.")


def _ended(facts: Facts) -> Decision | None:
    if facts.ended is None:
        return None
    return _decide(facts, "no", f"No automatic text: {facts.ended.value}.")


def _spoken_to(facts: Facts) -> Decision | None:
    if not facts.spoken_to:
        return None
    refusal = _decide(facts, "no", "Somebody at the office has spoken with them since their call.")
    return replace(refusal, ends=EndReason.SPOKE)


def _too_old(facts: Facts) -> Decision | None:
    if facts.text_class is not TextClass.ACK or facts.call_at is None:
        return None
    age = facts.now - facts.call_at
    if age <= facts.acknowledge_within:
        return None
    minutes = int(age.total_seconds()) // 60
    return _decide(
        facts, "no", f"The call was {minutes} minutes ago, too long for a first text.", call_instead=True
    )


def _capped(facts: Facts) -> Decision | None:
    if facts.text_class is TextClass.ACK and facts.acknowledgements >= ACKNOWLEDGEMENTS_PER_SPAN:
        return _decide(facts, "no", "They already got a first text within 24 hours.", call_instead=True)
    if facts.automatic >= AUTOMATIC_PER_SPAN:
        return _decide(
            facts, "no", "They already got two automatic texts within 24 hours.", call_instead=True
        )
    return None


def _wording(facts: Facts) -> Decision | None:
    if facts.text_class is TextClass.ACK and facts.firm.casefold() not in facts.body.casefold():
        return _decide(
            facts,
            "no",
            "The first text does not name the firm. Add {firm} to the template.",
            call_instead=True,
        )
    if "stop" not in facts.body.casefold():
        return _decide(
            facts,
            "no",
            "The text does not say how to opt out. Add 'Reply STOP to opt out'.",
            call_instead=True,
        )
    return None


def _window(facts: Facts) -> Decision | None:
    if facts.text_class is TextClass.ACK or is_open(facts.place.zones, facts.now):
        return None
    opening = next_opening(facts.place.zones, facts.now)
    if opening is None:
        return _decide(facts, "no", "There is no hour at which this number may be texted.", call_instead=True)
    return _decide(
        facts, "hold", "Quiet hours where the caller may be (texts from 8 am to 9 pm).", until=opening
    )


def _basis(facts: Facts) -> str:
    match facts.text_class:
        case TextClass.ACK:
            return "They called the office and nobody answered."
        case TextClass.FOLLOWUP:
            return "They called the office and have not been reached since."
        case TextClass.SERVICE:
            return "Someone at the office wrote this text."
        case TextClass.HELP:
            return "They asked for help."
        case TextClass.OPTOUT_CONFIRM:
            return "It confirms that they opted out."
