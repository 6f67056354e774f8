"""Why somebody was texted or not: each kept answer of the gate and what it rested on, in words.

Must not: ask or change anything, or judge anew.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

#: A kept answer, or an entry of the consent ledger, as `store/timeline.evidence` gives it.
Written = Mapping[str, object]
When: TypeAlias = Callable[[datetime], str]

CLASSES = {
    "ack": "First text",
    "followup": "Follow-up",
    "service": "Typed text",
    "help": "Answer to HELP",
    "optout-confirm": "Opt-out confirmation",
}
MOMENTS = {"queued": "when it was queued", "sent": "when it was to go out"}
KINDS = {"given": "Given", "withdrawn": "Withdrawn", "restored": "Restored", "deleted": "Deleted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One answer of the gate, in words."""

    at: datetime
    #: Which text, and when it was asked about: "First text, when it was queued".
    about: str
    #: *send*, *hold* or *no*, as it was kept.
    answer: str
    #: "yes", "held until Mon 8:00 am" or "no".
    answered: str
    #: Sentences, the deciding one first.
    why: str
    #: Sentences: rule, hours, counters, wording, consent.
    facts: tuple[str, ...]


def reasons(decisions: Sequence[Written], consents: Sequence[Written], when: When) -> Iterator[Reason]:
    """In the order of the decisions; `when` says an instant."""
    entries = {entry["id"]: entry for entry in consents}
    for each in decisions:
        text = CLASSES.get(str(each["text_class"]), str(each["text_class"]))
        moment = MOMENTS.get(str(each["moment"]), str(each["moment"]))
        yield Reason(
            at=_instant(each["at"]),
            about=f"{text}, {moment}",
            answer=str(each["answer"]),
            answered=_answered(each, when),
            why=_words(each, "why", " "),
            facts=tuple(_facts(each, entries)),
        )


def decision_lines(decisions: Sequence[Written], consents: Sequence[Written], when: When) -> Iterator[str]:
    """What was decided, and below it by which rule and on what facts."""
    for each in reasons(decisions, consents, when):
        yield f"  {when(each.at)}  {each.about}: {each.answered}. {each.why}"
        for fact in each.facts:
            yield f"      {fact}"


def consent_lines(consents: Sequence[Written], when: When) -> Iterator[str]:
    """The entries of the consent ledger."""
    for each in consents:
        by = f" by {each['by']}" if each["by"] else ""
        kind = KINDS.get(str(each["kind"]), str(each["kind"]))
        entry = f"{each['id']}: {kind} ({each['source']}){by}. {_told(each)}"
        yield f"  {when(_instant(each['at']))}  {entry}".rstrip()


def _answered(decision: Written, when: When) -> str:
    until = f" until {when(_instant(decision['until']))}" if decision["until"] else ""
    return {"send": "yes", "hold": f"held{until}", "no": "no"}.get(
        str(decision["answer"]), str(decision["answer"])
    )


def _facts(decision: Written, entries: Mapping[object, Written]) -> Iterator[str]:
    version = f"rules of {decision['rules_version']}" if decision.get("rules_version") else ""
    rule = f"Rule {decision['rule']}, {version}" if decision.get("rule") else version.capitalize()
    if rule:
        yield f"{rule}."
    if decision.get("windows"):
        yield f"Hours that day, where they may be: {_pairs(decision['windows'])}."
    elif decision.get("zones"):
        yield f"They may be in {_words(decision, 'zones', ', ')}."
    if decision.get("counters"):
        yield f"Before it: {_counted(decision['counters'])}."
    if decision.get("template"):
        yield f"Wording: {decision['template']}."
    if "consent" in decision:
        yield f"Rests on: {_basis(entries.get(decision['consent']))}"


def _basis(entry: Written | None) -> str:
    if entry is None:
        return "no entry of the consent ledger."
    return f"entry {entry['id']} of the consent ledger. {_told(entry)}".rstrip()


def _told(entry: Written) -> str:
    """What the entry itself says."""
    evidence = entry["evidence"]
    assert isinstance(evidence, Mapping)
    if evidence.get("words"):
        return f"They said: \u201c{evidence['words']}\u201d"
    if not evidence.get("call"):
        return ""
    if evidence.get("reduced"):
        return f"Their call {evidence['call']}; no greeting was on record, which is less evidence."
    return f"Their call {evidence['call']}, greeted with: \u201c{entry.get('greeting') or ''}\u201d"


def _pairs(value: object) -> str:
    assert isinstance(value, Mapping)
    return "; ".join(f"{name} {each}" for name, each in value.items())


def _counted(value: object) -> str:
    assert isinstance(value, Mapping)
    return "; ".join(f"{each} {name}" for name, each in value.items())


def _words(decision: Written, name: str, between: str) -> str:
    value = decision.get(name)
    return between.join(str(each) for each in value) if isinstance(value, (list, tuple)) else str(value or "")


def _instant(written: object) -> datetime:
    return datetime.fromisoformat(str(written))
