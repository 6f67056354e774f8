"""One person's record as a page for people: headings and tables in simple HTML.

Must not: leave out what the record has, or ask anything.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from mcdesk.domain import reasons
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
_STYLE = "<style>h1{font-size:16pt} h2{font-size:11pt;margin-top:18px} td{padding:2px 8px 2px 0}</style>"


def page(record: Mapping[str, Any], *, office: str, zone: ZoneInfo, at: datetime, by: str) -> str:
    """As HTML that Qt can print."""
    return "".join(_parts(record, office, zone, at, by))


def _parts(record: Mapping[str, Any], office: str, zone: ZoneInfo, at: datetime, by: str) -> Iterator[str]:
    def when(instant: datetime) -> str:
        return year_clock(instant, zone)

    yield f"{_STYLE}<h1>{escape(office)}: record of {escape(str(record['number']))}</h1>"
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


def _person(record: Mapping[str, Any], when: When) -> Iterator[str]:
    person = record["person"]
    if person is None:
        yield _paragraph("Their record was deleted before; what follows is what had to stay.")
        return
    yield _paragraph(f"Name: {person['name'] or 'not known'}. On record since {_time(person['at'], when)}.")
    if person["hold_since"]:
        yield _paragraph(f"Under legal hold since {_time(person['hold_since'], when)}: {person['hold_why']}")
    for lead in record["leads"]:
        opened, closed = _time(lead["opened_at"], when), ""
        if lead["closed_at"]:
            closed = f", closed {_time(lead['closed_at'], when)} as {lead['disposition']}"
        yield _paragraph(f"Lead {lead['id']}: opened {opened}{closed}.")
    for link in record["crm"]:
        told = [each for each in (link["name"], link["crm_id"], link["url"]) if each]
        yield _paragraph(f"In {link['connection']}: {' · '.join(told)}")


def _table(rows: Sequence[Mapping[str, Any]], keys: Sequence[str], when: When) -> str:
    lines = []
    for row in rows:
        told = [f"{key.replace('_', ' ')}: {_cell(key, row[key], when)}" for key in keys if row[key]]
        lines.append(f"<tr><td>{_time(row['at'], when)}</td><td>{escape(' · '.join(told))}</td></tr>")
    return f"<table>{''.join(lines)}</table>"


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
    return f'<p style="margin-top:2px;margin-bottom:2px;-qt-block-indent:{level}">{escape(words.strip())}</p>'
