"""Leads as JSON objects for scripts and as lines for people.

Must not: ask or change anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from mcdesk.domain import reasons, shown
from mcdesk.domain.marks import MARK_WORDS
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import Conversation, Item, ItemKind, NextWhat, QueueRow
from mcdesk.domain.spoken import clock, day_clock
from mcdesk.engine.desk import Desk

Evidence = Mapping[str, Sequence[Mapping[str, object]]]

NEXT_WORDS = {
    NextWhat.REPLY: "reply",
    NextWhat.CALL: "call",
    NextWhat.CHECK: "check whether the text arrived",
    NextWhat.TEXT: "text goes out",
    NextWhat.HELD: "text held for texting hours",
    NextWhat.STUCK: "text waits for its provider",
    NextWhat.CALL_TASK: "call task",
    NextWhat.CLOSE: "closes by itself",
    NextWhat.NOTHING: "",
}


def zulu(at: datetime | None) -> str | None:
    """An instant as scripts read it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def number(value: Number | None) -> str | None:
    return value.e164 if value else None


def row_object(row: QueueRow) -> dict[str, object]:
    """A queue row for scripts; its keys are relied on."""
    return {
        "lead": row.lead,
        "caller": number(row.number),
        "name": row.name,
        "line": number(row.line),
        "stage": str(row.stage),
        "unread": row.unread,
        "owner": row.owner,
        "opened_at": zulu(row.opened_at),
        "due": zulu(row.next.due),
        "next": str(row.next.what),
        "last_text_status": str(row.last_text_status) if row.last_text_status else None,
        "calls": row.calls,
        "disposition": row.disposition,
    }


def lead_object(conversation: Conversation, evidence: Evidence) -> dict[str, object]:
    """One lead for scripts."""
    row, card, items = conversation.row, conversation.card, conversation.items
    times_called = row.calls
    return {
        **row_object(row),
        "times_called": times_called,
        "opted_out": row.opted_out,
        "crm": {"name": card.crm_name, "url": card.crm_url, "state": card.crm_state},
        "calls": [
            {"id": each.id, "at": zulu(each.at), "what": each.text} for each in _of(items, ItemKind.CALL)
        ],
        "messages": [_message(each) for each in _of(items, ItemKind.TEXT_IN, ItemKind.TEXT_OUT)],
        "notes": [
            {"id": each.id, "at": zulu(each.at), "author": each.author, "body": each.text}
            for each in _of(items, ItemKind.NOTE)
        ],
        "happenings": [
            {"at": zulu(each.at), "author": each.author, "what": each.text}
            for each in _of(items, ItemKind.EVENT)
        ],
        "jobs": list(evidence["jobs"]),
        "decisions": list(evidence["decisions"]),
        "consents": list(evidence["consents"]),
        "flaws": list(evidence["flaws"]),
    }


def _of(items: Sequence[Item], *kinds: ItemKind) -> Iterator[Item]:
    return (each for each in items if each.kind in kinds)


def _message(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "direction": "in" if item.kind is ItemKind.TEXT_IN else "out",
        "at": zulu(item.at),
        "body": item.text,
        "author": item.author,
        "automatic": item.automatic,
        "status": str(item.status) if item.status else None,
        "status_at": zulu(item.status_at),
        "why": item.why,
        "media": item.media,
    }


def next_words(row: QueueRow, desk: Desk) -> str:
    """What happens next and when, in the office's time."""
    words = NEXT_WORDS[row.next.what]
    if row.next.what is NextWhat.TEXT and row.next.ordinal > 1:
        words = f"text {row.next.ordinal} goes out"
    if row.next.due is None or not words:
        return words
    due, now = row.next.due.astimezone(desk.timezone), desk.now().astimezone(desk.timezone)
    when = clock(due, desk.timezone) if due.date() == now.date() else day_clock(due, desk.timezone)
    return f"{words}, {when}" + (" (late)" if row.next.amber_at and row.next.due <= now else "")


def row_line(row: QueueRow, desk: Desk) -> str:
    """A queue row for people."""
    owner = f"  {row.owner}" if row.owner else ""
    calls = f" ×{row.calls}" if row.calls > 1 else ""
    mark = f" [{MARK_WORDS[row.mark]}]" if row.mark else ""
    who, what = row.who + calls + mark, next_words(row, desk)
    preview = shown.one_line(row.preview[:60])
    return f"{row.lead:>5}  {who:<22} {row.stage:<12} {what:<34}{owner}  {preview}"


def lead_lines(conversation: Conversation, evidence: Evidence, desk: Desk) -> Iterator[str]:
    """One lead for people."""
    row, card = conversation.row, conversation.card
    line = row.line_label or (row.line.spoken if row.line else "no line")
    yield f"Lead {row.lead}: {row.who} → {line}, {row.stage}"
    may = ". ".join(each for each in (card.may_text, card.locked or card.think_first) if each)
    details = (next_words(row, desk), row.owner and f"{row.owner} has it", card.crm_state, may)
    yield "  " + " · ".join(each for each in details if each)
    for item in conversation.items:
        first, *more = shown.lines(_item_words(item))
        yield f"  {day_clock(item.at, desk.timezone)}  {first}"
        # Nobody outside can write a line that looks like one of ours.
        yield from (f"    | {line}" for line in more)
    if evidence["jobs"]:
        yield "Jobs"
        for job in evidence["jobs"]:
            tries = f"{job['state']}, tries {job['tries']}"
            due = day_clock(datetime.fromisoformat(str(job["due"])), desk.timezone)
            yield f"  {due}  {job['kind']}: {tries}  {job['why'] or ''}".rstrip()
    if evidence["decisions"]:
        yield "Why they were texted, or not"
        yield from reasons.decision_lines(evidence["decisions"], evidence["consents"], desk.timezone)
    if evidence["consents"]:
        yield "What they allowed and took back"
        yield from reasons.consent_lines(evidence["consents"], desk.timezone)
    if evidence["flaws"]:
        yield "Evidence that is not as it was written; see mcdesk doctor"
        yield from reasons.flaw_lines(evidence["flaws"])


def _item_words(item: Item) -> str:
    match item.kind:
        case ItemKind.TEXT_IN:
            return f"← {item.text}"
        case ItemKind.TEXT_OUT:
            author = f" ({item.author})" if item.author else ""
            why = f" {item.why.removeprefix('Not sent: ')}" if item.why else ""
            return f"→ {item.text} [{_state(item)}]{why}{author}"
        case ItemKind.NOTE:
            return f"Note by {item.author}: {item.text}"
        case _:
            return item.text


def _state(item: Item) -> str:
    if item.withheld:
        return "not sent"
    return str(item.status) if item.status else "in line"
