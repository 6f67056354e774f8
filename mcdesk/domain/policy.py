"""The one gate: may this text go out now? Every outgoing text passes it, when queued and again when sent.

Must not: look anything up. The caller brings every fact; the answer carries its reasons, to be kept as
evidence. Rule ids are those of the compliance rules.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from mcdesk.domain import caps, unsettled
from mcdesk.domain.answering import decide, refuse, wait
from mcdesk.domain.asked import ask, not_agreed
from mcdesk.domain.exemptions import good_until, is_bound
from mcdesk.domain.facts import AUTOMATIC, Decision, Facts, TextClass
from mcdesk.domain.lateness import is_clock_wrong, is_late, not_after, now_as_of
from mcdesk.domain.leads import EndReason
from mcdesk.domain.overtaken import overtaken
from mcdesk.domain.plain import typewritten
from mcdesk.domain.reachable import unreachable
from mcdesk.domain.spoken import counted

#: Changes whenever a rule here changes; stored with every decision.
RULES_VERSION = "2026-11-21.12"
#: A first text held for this is free when that call ends.
ON_THE_LINE = "They are calling right now, so this text waits until that call is over."
#: What may end any moment is looked at again after this, in case nobody tells of its end.
LOOK_AGAIN = timedelta(seconds=15)
#: What a person must mend first is looked at again after this.
LOOK_LATER = timedelta(minutes=10)
#: A number that answered like a machine gets no automatic text for so long.
MACHINE_SPAN = timedelta(hours=24)

Rule = Callable[[Facts], Decision | None]


def may_text(facts: Facts) -> Decision:
    """The answer, by the first rule that has something against it."""
    for rule in _RULES:
        decision = rule(facts)
        if decision is not None:
            # What waits now goes out later, when nobody is there to be asked.
            return replace(decision, ask=ask(facts)) if decision.answer == "hold" else decision
    return decide(
        facts, "send", _basis(facts), not_after=not_after(facts), good_until=good_until(facts), ask=ask(facts)
    )


# 1: who said no


def _opted_out(facts: Facts) -> Decision | None:
    if not facts.person.opted_out or facts.wording.text_class is TextClass.OPTOUT_CONFIRM:
        return None
    return refuse(facts, "O-2", "They opted out of texts. Phone them instead.")


def _blocked(facts: Facts) -> Decision | None:
    if facts.person.blocked is None or facts.wording.text_class is TextClass.SERVICE:
        return None
    why = f"The office blocked this number ({facts.person.blocked}): nothing is texted to it by itself."
    return refuse(facts, "blocked", why, call_instead=False)


def _never(facts: Facts) -> Decision | None:
    if facts.person.never is None:
        return None
    why = f"The office never texts this number ({facts.person.never}). Phone them instead."
    return refuse(facts, "never", why)


def _unconfirmed(facts: Facts) -> Decision | None:
    if facts.wording.text_class is not TextClass.OPTOUT_CONFIRM:
        return None
    wrote, limit = facts.history.wrote_at, not_after(facts)
    if not facts.person.opted_out or wrote is None or limit is None:
        return refuse(facts, "O-6", "There is no opt-out of theirs to confirm.", call_instead=False)
    if any(each.text_class is TextClass.OPTOUT_CONFIRM and each.at >= wrote for each in facts.history.sent):
        why = "Their opt-out was confirmed before, and it is confirmed only once."
        return refuse(facts, "O-6", why, call_instead=False)
    # The provider's clock may have told when they said so, or this PC's: by neither may it be late.
    if max(facts.moment.now, facts.moment.now - facts.moment.clock_off) <= limit:
        return None
    why = "Their opt-out came more than five minutes ago. It counts, but is not confirmed so late."
    return refuse(facts, "O-6", why, call_instead=False)


# 2: what nobody has read yet; what is too late anyway waits for nothing, and somebody calls


def _unread(facts: Facts) -> Decision | None:
    if not facts.moment.unread or is_late(facts):
        return None
    why = "Something of theirs arrived and is not read yet. It may be an opt-out, so this text waits."
    return wait(facts, "O-1", why, LOOK_AGAIN)


# 9, first: with a wrong clock no hour is right


def _clock(facts: Facts) -> Decision | None:
    if not is_clock_wrong(facts.moment.clock_off) or is_late(facts):
        return None
    minutes = int(abs(facts.moment.clock_off).total_seconds()) // 60
    why = f"This PC's clock is {minutes} minutes wrong, so no hour is sure. Set it; texts go on then."
    return wait(facts, "clock", why, LOOK_AGAIN)


# 3: whom a text may reach (`reachable` has the rest)


def _by_hand(facts: Facts) -> Decision | None:
    if facts.wording.text_class not in AUTOMATIC:
        return None
    if facts.person.forged:
        why = (
            "The phone network says that the number was forged. Its owner may never have called, so it is "
            "not texted."
        )
        return refuse(facts, "R-3", why)
    if facts.person.by_hand is not None:
        why = f"A person deals with this number ({facts.person.by_hand}): nothing is texted by itself."
        return refuse(facts, "by-hand", why)
    return None


def _machine(facts: Facts) -> Decision | None:
    if not facts.person.machine or facts.wording.text_class is TextClass.SERVICE:
        return None
    why = (
        "They answer like a machine: nothing is texted by itself for a day. Write or call if it is a person."
    )
    return refuse(facts, "loop", why)


# 5: what the text rests on


def _ended(facts: Facts) -> Decision | None:
    if facts.history.ended is None or facts.wording.text_class not in AUTOMATIC:
        return None
    why = f"Automatic texts about this call have ended, because {facts.history.ended.value}."
    return refuse(facts, "T-3", why, call_instead=False)


def _spoken_to(facts: Facts) -> Decision | None:
    if not facts.history.spoken_to or facts.wording.text_class not in AUTOMATIC:
        return None
    why = "Somebody at the office has spoken with them since their call."
    return replace(refuse(facts, "T-3", why, call_instead=False), ends=EndReason.SPOKE)


def _too_old(facts: Facts) -> Decision | None:
    called = facts.history.call_at
    if facts.wording.text_class not in AUTOMATIC:
        return None
    if called is None:
        return refuse(facts, "T-1", "No call of theirs is on record that this text could answer.")
    if not is_late(facts):
        return None
    if facts.wording.text_class is TextClass.FOLLOWUP:
        return refuse(facts, "T-3", "They called more than 14 days ago, and follow-ups end then.")
    age = int((now_as_of(facts, called) - called).total_seconds()) // 60
    ago = counted(age, "minute") if age < 120 else counted(age // 60, "hour")
    rule = "Q-5" if facts.firm.holds_first_text else "T-1"
    why = f"They called {ago} ago, which is too long for a first text. Phone them instead."
    return refuse(facts, rule, why)


# 7: what it says


def _wording(facts: Facts) -> Decision | None:
    wording = facts.wording
    if wording.text_class is TextClass.SERVICE and wording.problems:
        why = f"This must not be texted: {' '.join(wording.problems)}"
        return refuse(facts, "lint", why, call_instead=False)
    if wording.text_class not in AUTOMATIC:
        return None
    # As templates write it.
    name = " ".join(typewritten(facts.firm.name).split())
    if name.casefold() not in wording.body.casefold():
        return refuse(facts, "STR001", "The text does not name the firm. Add {firm} to the template.")
    if "stop" not in wording.body.casefold():
        why = "The text does not say how to opt out. Add 'Reply STOP to opt out' to the template."
        return refuse(facts, "STR002", why)
    if wording.problems:
        return refuse(facts, "lint", f"The wording may not be sent: {wording.problems[0]}")
    if wording.repeats:
        why = "They got the very same words before. Give each step of the sequence its own template."
        return refuse(facts, "repeat", why)
    return None


# 8: the hour


def _state_blocked(facts: Facts) -> Decision | None:
    """A state the office sends nothing to, as in a declared emergency, whatever the hour."""
    why = facts.firm.quiet.blocked(facts.person.place, facts.moment.now)
    if why is None or facts.wording.text_class is not TextClass.ACK:
        return None
    return refuse(facts, "S-1", f"{why[:1].upper()}{why[1:]}.")


def _keeps_hours(facts: Facts) -> bool:
    """A typed text may be sent at any hour by who knows of it."""
    return facts.wording.text_class in AUTOMATIC and is_bound(facts, facts.moment.now)


def _window(facts: Facts) -> Decision | None:
    quiet, place, now = facts.firm.quiet, facts.person.place, facts.moment.now
    if not _keeps_hours(facts) or quiet.closed(place, now) is None:
        return None
    opening, limit = quiet.next_opening(place, now), not_after(facts)
    if opening is None:
        why = "No hour of the next 14 days is open for texts to this number. Phone them instead."
        return refuse(facts, "Z-5", why)
    is_first = facts.wording.text_class is TextClass.ACK
    if limit is not None and opening > limit:
        why = "Where they may be, texts may go out again only when it is too late for this one."
        return refuse(facts, "Q-5" if is_first else "T-3", why)
    closed = quiet.closed_until(place, now, opening)
    return decide(
        facts, "hold", f"Quiet hours where they may be: {closed}.",
        rule="Q-2" if is_first else "Q-1", until=opening, not_after=limit,
    )  # fmt: skip


# 9: how things stand


def _stopped(facts: Facts) -> Decision | None:
    if facts.moment.stopped is None:
        return None
    why = f"Texting has stopped before somebody mends it: {facts.moment.stopped}"
    if facts.wording.text_class is TextClass.FOLLOWUP:
        return wait(facts, "registration", why, LOOK_LATER)
    confirms = facts.wording.text_class is TextClass.OPTOUT_CONFIRM
    return refuse(facts, "registration", why, call_instead=not confirms)


def _on_the_line(facts: Facts) -> Decision | None:
    if not facts.person.on_the_line or facts.wording.text_class not in AUTOMATIC:
        return None
    return wait(facts, "settle", ON_THE_LINE, LOOK_AGAIN)


_RULES: tuple[Rule, ...] = (
    _opted_out,
    _blocked,
    _never,
    _unconfirmed,
    _unread,
    unsettled.unreadable,
    _clock,
    unreachable,
    _by_hand,
    _machine,
    _ended,
    _spoken_to,
    _too_old,
    overtaken,
    caps.capped,
    _wording,
    _state_blocked,
    unsettled.missing,
    unsettled.in_review,
    _window,
    not_agreed,
    _stopped,
    _on_the_line,
)


# what speaks for it


def _basis(facts: Facts) -> str:
    match facts.wording.text_class:
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
