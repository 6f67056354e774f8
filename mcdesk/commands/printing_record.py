"""One person's record as a page for people: headings and tables in simple HTML.

Must not: leave out what the record has, or ask anything.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from mcdesk.domain import reasons, shown
from mcdesk.domain.spoken import year_clock, zone_words

When: TypeAlias = Callable[[datetime], str]

#: A section of the record: its heading and, of each entry, what stands beside the time.
SECTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "calls": ("Calls", ("direction", "line", "outcome", "seconds", "recording_url", "why", "call_id")),
    "messages": (
        "Texts",
        ("direction", "body", "author", "status", "status_at", "why", "template", "message_id"),
    ),
    "notes": ("Notes", ("author", "body")),
    "happenings": ("What was done", ("author", "text")),
    "opt_outs": ("Opt-outs", ("words", "rule", "channel", "by", "ended_at", "ended_why")),
    "marks": ("Marks", ("kind", "why", "by", "ended_at", "ended_by")),
}
#: What people wrote or said, each on lines of its own: nothing in it can pass for one of ours.
_THEIRS = frozenset({"body", "words", "text", "ended_why", "name"})
_STYLE = "<style>h1{font-size:16pt} h2{font-size:11pt;margin-top:18px} td{padding:2px 8px 2px 0}</style>"


def page(record: Mapping[str, Any], *, office: str, zone: ZoneInfo, at: datetime, by: str) -> str:
    """As HTML that Qt can print."""
    return "".join(_parts(record, office, zone, at, by))


def _parts(record: Mapping[str, Any], office: str, zone: ZoneInfo, at: datetime, by: str) -> Iterator[str]:
    def when(instant: datetime) -> str:
        return year_clock(instant, zone)

    yield f"{_STYLE}<h1>{_safe(office)}: record of {escape(str(record['number']))}</h1>"
    yield _paragraph(
        f"Written {when(at)} by {by}. Times are {zone_words(zone.key)}, unless another is named."
    )
    yield from _person(record, when)
    for name, (title, keys) in SECTIONS.items():
        if record[name]:
            yield f"<h2>{title}</h2>{_table(record[name], keys, when)}"
    yield "<h2>Why they were texted, or not</h2>"
    told = reasons.decision_lines(record["decisions"], record["consents"], zone, when=year_clock)
    yield from map(_paragraph, told)
    yield "<h2>What they allowed and took back</h2>"
    yield from map(_paragraph, reasons.consent_lines(record["consents"], zone, when=year_clock))
    yield "<h2>Whether this evidence is as it was written</h2>"
    for name, found in record["evidence"].items():
        yield _paragraph(_verdict(name, found))
    whole = "Greetings, calls, words and texts are as this evidence of theirs says."
    yield from map(_paragraph, reasons.flaw_lines(record["flaws"]) if record["flaws"] else (whole,))


def _person(record: Mapping[str, Any], when: When) -> Iterator[str]:
    person = record["person"]
    if person is None and record["deleted_before"]:
        yield _paragraph("Their record was deleted before; what follows is what had to stay.")
        return
    if person is None:
        yield _paragraph("Nobody of that number ever had a conversation; what follows is all there is.")
        return
    name = shown.quoted(person["name"]) if person["name"] else "not known"
    yield _paragraph(f"Name: {name}. On record since {_time(person['at'], when)}.")
    if person["hold_since"]:
        yield _paragraph(f"Under legal hold since {_time(person['hold_since'], when)}: {person['hold_why']}")
    for lead in record["leads"]:
        opened, closed = _time(lead["opened_at"], when), ""
        if lead["closed_at"]:
            closed = f", closed {_time(lead['closed_at'], when)} as {lead['disposition']}"
        yield _paragraph(f"Lead {lead['id']}: opened {opened}{closed}.")
    for link in record["crm"]:
        named = shown.quoted(link["name"]) if link["name"] else ""
        told = [each for each in (named, link["crm_id"], link["url"]) if each]
        yield _paragraph(f"In {link['connection']}: {' · '.join(told)}")


def _table(rows: Sequence[Mapping[str, Any]], keys: Sequence[str], when: When) -> str:
    lines = []
    for row in rows:
        ours = [
            f"<b>{_label(key)}</b>: {_safe(_cell(key, row[key], when))}" for key in keys if _is_ours(row, key)
        ]
        theirs = [_words(_label(key), str(row[key])) for key in keys if key in _THEIRS and row[key]]
        lines.append(
            f"<tr><td>{_time(row['at'], when)}</td><td>{' · '.join(ours)}{''.join(theirs)}</td></tr>"
        )
    return f"<table>{''.join(lines)}</table>"


def _is_ours(row: Mapping[str, Any], key: str) -> bool:
    return key not in _THEIRS and bool(row[key])


def _label(key: str) -> str:
    return key.replace("_", " ")


def _words(label: str, text: str) -> str:
    written = "<br/>".join(escape(shown.isolated(line)) for line in shown.lines(shown.on_paper(text)))
    return (
        f'<p style="margin-top:0px;margin-bottom:2px"><b>{label}</b>:</p>'
        f'<p style="margin-top:0px;margin-bottom:2px;margin-left:14px;background-color:#f2f2f2">{written}</p>'
    )


def _safe(text: str) -> str:
    return escape(shown.on_paper(shown.one_line(text)))


def _cell(key: str, value: object, when: When) -> str:
    return _time(value, when) if key.endswith("_at") else str(value)


def _verdict(name: str, found: Mapping[str, Any]) -> str:
    if found["unchanged"]:
        unlinked = found["before_linking"]
        older = f", and {unlinked} of before entries were linked" if unlinked else ""
        whole = f"All {found['linked']} {name} of the office are unchanged{older}"
        return f"{whole}; last digest {found['last_digest'] or 'none'}."
    return (
        f"Entry {found['first_broken']} of the {name} was changed, or one before it is missing; "
        f"{found['linked']} before it are unchanged."
    )


def _time(written: object, when: When) -> str:
    return when(datetime.fromisoformat(str(written)))


def _paragraph(words: str) -> str:
    """What is set in by more than the rest stays so."""
    level = max(0, len(words) - len(words.lstrip()) - 2) // 4
    return f'<p style="margin-top:2px;margin-bottom:2px;-qt-block-indent:{level}">{_on_page(words)}</p>'


def _on_page(words: str) -> str:
    return escape(shown.on_paper(words.strip()))
