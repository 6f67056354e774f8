"""`mcdesk rehearse`: what changed wording, sequences and rules would have done lately.

Must not: send or store anything.
"""

import json
from collections import Counter
from pathlib import Path

import click

from mcdesk import app
from mcdesk.commands import configuring, files, printing
from mcdesk.commands.door import NotSo
from mcdesk.domain.office import Office
from mcdesk.domain.rehearsal import Change, Difference, Texted, differences
from mcdesk.domain.sections import BadConfiguration
from mcdesk.domain.spoken import day_clock

_WORDS = {
    Change.NEW: "would be texted as well",
    Change.GONE: "would not be texted",
    Change.MOVED: "would be texted at another time",
    Change.REWORDED: "would get other words",
}


_UNSURE = (
    "cannot be rehearsed for sure: their track goes by what the CRM said when they called, which is not kept."
)


def rehearse(folder: Path, file: Path, *, days: int, as_json: bool) -> None:
    """Print what the configuration in a file would have changed."""
    with configuring.opened(folder) as place:
        office = app.current_office(place)
        try:
            changed = app.proofread_office(place, files.read(file))
        except BadConfiguration as bad:
            raise NotSo(f"{file}: {bad}") from bad
        rehearsed = app.rehearse(place, office, changed, days=days)
    found = differences(rehearsed.before, rehearsed.after)
    if as_json:
        click.echo(json.dumps(_object(rehearsed, found), ensure_ascii=False))
        return
    click.echo(
        f"The last {days} days, {rehearsed.calls} calls: {len(rehearsed.before.texts)} texts by the rules in "
        f"force, {len(rehearsed.after.texts)} by those of {file.name}. Nothing was sent."
    )
    for each in found:
        click.echo(_line(each, changed))
    for number in rehearsed.unsure:
        click.echo(f"{number.spoken}: {_UNSURE}")
    kinds = Counter(each.change for each in found)
    words = ", ".join(f"{count} {_WORDS[change]}" for change, count in kinds.items())
    click.echo(f"In all: {words}." if words else "Nobody would notice a difference.")


def _line(difference: Difference, office: Office) -> str:
    who = f"{difference.to.spoken}: {_WORDS[difference.change]}"
    before, after = (_text(each, office) for each in (difference.before, difference.after))
    if difference.change is Change.GONE:
        return f"{who}: {before}{f' ({difference.why})' if difference.why else ''}"
    return f"{who}: {after}{f', not {before}' if before else ''}"


def _text(text: Texted | None, office: Office) -> str:
    if text is None:
        return ""
    return f"{day_clock(text.at, office.zone)} “{text.body}”"


def _object(rehearsed: app.Rehearsed, found: tuple[Difference, ...]) -> dict[str, object]:
    return {
        "since": printing.zulu(rehearsed.since),
        "until": printing.zulu(rehearsed.until),
        "calls": rehearsed.calls,
        "texts": {"before": len(rehearsed.before.texts), "after": len(rehearsed.after.texts)},
        "unsure": [number.e164 for number in rehearsed.unsure],
        "differences": [
            {
                "change": str(each.change), "to": each.to.e164, "why": each.why,
                "before": _text_object(each.before), "after": _text_object(each.after),
            }
            for each in found
        ],
    }  # fmt: skip


def _text_object(text: Texted | None) -> dict[str, object] | None:
    if text is None:
        return None
    return {"at": printing.zulu(text.at), "template": text.template, "body": text.body}
