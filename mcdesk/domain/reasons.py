"""Why somebody was texted or not: each kept answer of the gate and what it rested on, in words.

Must not: ask or change anything, or judge anew.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, tzinfo

from mcdesk.domain import shown
from mcdesk.domain.quiet_hours import rule_words
from mcdesk.domain.spoken import clock, counted, day_clock, hour, language_words, theirs, zones_words

#: A kept answer, or an entry of the consent ledger, as `store/timeline.evidence` gives it.
Written = Mapping[str, object]
#: How an instant is said in the office's zone.
When = Callable[[datetime, tzinfo], str]

CLASSES = {
    "ack": "First text",
    "followup": "Follow-up",
    "service": "Typed text",
    "help": "Answer to HELP",
    "optout-confirm": "Opt-out confirmation",
}
MOMENTS = {"queued": "when it was queued", "sent": "when it was to go out"}
KINDS = {"given": "Given", "withdrawn": "Withdrawn", "restored": "Restored", "deleted": "Deleted"}
SOURCES = {
    "call": "by their call",
    "text": "by text",
    "phone": "by phone",
    "voicemail": "by voicemail",
    "mail": "by mail",
    "person": "in person",
    "paper": "on paper",
    "web": "on the web",
    "verbal": "by word of mouth",
    "import": "in an imported list",
    "provider": "by the texting company",
    "request": "on request",
}
#: What a row of evidence is called.
TABLES = {"decisions": "Decision", "consents": "Entry", "greetings": "Greeting"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One answer of the gate, in words; the same answer again and again is one."""

    #: When it was given first.
    at: datetime
    #: Which text, and when it was asked about: "First text, when it was queued".
    about: str
    #: *send*, *hold* or *no*, as it was kept.
    answer: str
    #: "yes", "held until Mon, Nov 23, 11:00 am (8:00 am Pacific time)" or "no".
    answered: str
    #: Sentences, the deciding one first.
    why: str
    #: "looked at 14 times, last 10:32 am"; empty for an answer given once.
    again: str
    #: Sentences: rule, their time, hours, counters, wording, consent.
    facts: tuple[str, ...]


def reasons(
    decisions: Sequence[Written], consents: Sequence[Written], zone: tzinfo, *, when: When = day_clock
) -> Iterator[Reason]:
    """In the order of the decisions. `zone`: the office's."""
    entries = {entry["id"]: entry for entry in consents}
    for same in _gathered(decisions):
        first, last = same[0], same[-1]
        text = CLASSES.get(str(last["text_class"]), str(last["text_class"]))
        moment = MOMENTS.get(str(last["moment"]), str(last["moment"]))
        yield Reason(
            at=_instant(first["at"]),
            about=f"{text}, {moment}",
            answer=str(last["answer"]),
            answered=_answered(last, zone, when),
            why=shown.one_line(_words(last, "why", " ")),
            again=_again(same, zone, when),
            facts=tuple(_facts(last, entries, zone)),
        )


def decision_lines(
    decisions: Sequence[Written], consents: Sequence[Written], zone: tzinfo, *, when: When = day_clock
) -> Iterator[str]:
    """What was decided, and below it by which rule and on what facts."""
    for each in reasons(decisions, consents, zone, when=when):
        again = f" ({each.again})" if each.again else ""
        yield f"  {when(each.at, zone)}  {each.about}: {each.answered}. {each.why}{again}"
        for fact in each.facts:
            yield f"      {fact}"


def consent_lines(consents: Sequence[Written], zone: tzinfo, *, when: When = day_clock) -> Iterator[str]:
    """The entries of the consent ledger."""
    for each in consents:
        by = f", noted by {each['by']}" if each["by"] else ""
        kind = KINDS.get(str(each["kind"]), str(each["kind"]))
        source = SOURCES.get(str(each["source"]), str(each["source"]))
        entry = f"Entry {each['id']}: {kind} {source}{by}. {_told(each)}"
        yield f"  {when(_instant(each['at']), zone)}  {entry}".rstrip()


def flaw_lines(flaws: Sequence[Written]) -> Iterator[str]:
    """What of the evidence is not as it was written."""
    for each in flaws:
        yield f"  {TABLES.get(str(each['table']), each['table'])} {each['row']}: {each['what']}"


def _gathered(decisions: Sequence[Written]) -> list[list[Written]]:
    """Answers, each with those after it that say the same of the same text."""
    gathered: list[list[Written]] = []
    newest: dict[object, list[Written]] = {}
    for each in decisions:
        text = each["message"]
        same = newest.get(text)
        if same is not None and text is not None and _says(same[-1]) == _says(each):
            same.append(each)
        else:
            newest[text] = [each]
            gathered.append(newest[text])
    return gathered


def _says(decision: Written) -> tuple[object, ...]:
    return tuple(decision[name] for name in ("text_class", "moment", "answer", "rule", "why"))


def _again(same: Sequence[Written], zone: tzinfo, when: When) -> str:
    if len(same) == 1:
        return ""
    first, last = (_instant(each["at"]).astimezone(zone) for each in (same[0], same[-1]))
    at = clock(last, zone) if first.date() == last.date() else when(last, zone)
    return f"looked at {len(same)} times, last {at}"


def _answered(decision: Written, zone: tzinfo, when: When) -> str:
    answer = str(decision["answer"])
    if answer != "hold" or not decision["until"]:
        return {"send": "yes", "hold": "held"}.get(answer, answer)
    until = _instant(decision["until"])
    there = theirs(until, _names(decision), zone)
    return f"held until {when(until, zone)}{f' ({there})' if there else ''}"


def _facts(decision: Written, entries: Mapping[object, Written], zone: tzinfo) -> Iterator[str]:
    by = (f"rule {decision['rule']}" if decision.get("rule") else "", _version(decision))
    if any(by):
        yield f"Decided by {' of '.join(each for each in by if each)}."
    there = theirs(_instant(decision["at"]), _names(decision), zone)
    if there:
        yield f"It was {there} where they may be."
    if decision.get("windows"):
        yield f"Hours for texts that day: {_hours(decision['windows'])}."
    elif decision.get("zones"):
        yield f"They may be in {zones_words(_names(decision))}."
    counters = decision.get("counters")
    if isinstance(counters, Mapping):
        yield _before(counters)
    if decision.get("template"):
        yield f"Wording: {_template(str(decision['template']))}."
    if "consent" in decision:
        yield f"It rests on {_basis(entries.get(decision['consent']))}"


def _version(decision: Written) -> str:
    version = decision.get("rules_version")
    return f"the texting rules of {version}" if version else ""


def _hours(windows: object) -> str:
    """``8 am to 8:59 pm Eastern time (the federal rule)``; zones with the same hours together."""
    assert isinstance(windows, Mapping)
    zones: dict[tuple[str, str], list[str]] = {}
    for name, hours in windows.items():
        rule, _, zone = str(name).partition(" ")
        zones.setdefault((rule, str(hours)), []).append(zone)
    return "; ".join(
        f"{_window(hours)}, {zones_words(names)} ({rule_words(rule)})"
        for (rule, hours), names in zones.items()
    )


def _window(hours: str) -> str:
    start, dash, end = hours.partition("-")
    return f"{hour(time.fromisoformat(start))} to {hour(time.fromisoformat(end))}" if dash else "no texts"


def _before(counters: Mapping[str, int]) -> str:
    """What they had got by then, as `answering.decide` counts it."""
    texts, first = counters.get("texts in 24 h", 0), counters.get("first texts in 24 h", 0)
    automatic, of_call = counters.get("automatic in 24 h", 0), counters.get("automatic in this pursuit", 0)
    kinds = [f"{automatic} automatic"] if automatic else []
    if first:
        kinds.append("1 of them a first text" if first == 1 else f"{first} of them first texts")
    said = [f"{counted(texts, 'text')} in 24 hours"] if texts else []
    if of_call:
        said.append(f"{counted(of_call, 'automatic text')} about this call")
    if not said:
        return "They had got no text before it."
    if kinds:
        said[0] += f" ({', '.join(kinds)})"
    return f"They had got {' and '.join(said)} before it."


def _template(version: str) -> str:
    """``the template “first” in English, version 3f9a`` for ``first/en#3f9a``."""
    name, _, rest = version.partition("/")
    language, _, digest = rest.partition("#")
    return (
        f"the template \u201c{name}\u201d in {language_words(language)}, version {digest}"
        if digest
        else version
    )


def _basis(entry: Written | None) -> str:
    if entry is None:
        return "no entry of the consent ledger."
    return f"entry {entry['id']} of the consent ledger. {_told(entry)}".rstrip()


def _told(entry: Written) -> str:
    """What the entry itself says."""
    evidence = entry["evidence"]
    assert isinstance(evidence, Mapping)
    if evidence.get("words"):
        return f"They said: {shown.quoted(str(evidence['words']))}"
    if not evidence.get("call"):
        return ""
    if evidence.get("reduced"):
        return f"Their call {evidence['call']}; no greeting was on record, which is less evidence."
    return f"Their call {evidence['call']}, greeted with: {shown.quoted(str(entry.get('greeting') or ''))}"


def _names(decision: Written) -> tuple[str, ...]:
    zones = decision.get("zones")
    return tuple(str(each) for each in zones) if isinstance(zones, (list, tuple)) else ()


def _words(decision: Written, name: str, between: str) -> str:
    value = decision.get(name)
    return between.join(str(each) for each in value) if isinstance(value, (list, tuple)) else str(value or "")


def _instant(written: object) -> datetime:
    return datetime.fromisoformat(str(written))
