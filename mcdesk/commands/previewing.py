"""`mcdesk preview`: a template as a real person would get it.

Must not: send or keep anything.
"""

import json
from pathlib import Path

import click

from mcdesk.commands.door import NotSo
from mcdesk.commands.leads import at_desk
from mcdesk.domain import wording
from mcdesk.engine.desk import Desk
from mcdesk.engine.previewing import NoSuchTemplate, Preview


def preview(folder: Path, template: str, lead: int, *, language: str | None, as_json: bool) -> None:
    """Print the text, its size and price, and what the wording rules say of it."""

    async def work(desk: Desk) -> Preview:
        return await desk.preview(lead, template, language=language)

    try:
        found = at_desk(folder, work)
    except NoSuchTemplate as unknown:
        raise NotSo(str(unknown)) from unknown
    if as_json:
        click.echo(json.dumps(_object(found), ensure_ascii=False))
        return
    size = found.size
    click.echo(found.body)
    parts = "1 segment" if size.parts == 1 else f"{size.parts} segments"
    outside = f", because of {' '.join(size.outside)}" if size.outside else ""
    click.echo(f"{parts} in {size.encoding}{outside}; {size.left} left in the last; ${found.cost:.4f}")
    for each in found.findings:
        click.echo(f"{each.severity}: {wording.in_words(each)}")


def _object(found: Preview) -> dict[str, object]:
    return {
        "template": found.template.version,
        "body": found.body,
        "encoding": str(found.size.encoding),
        "segments": found.size.parts,
        "left": found.size.left,
        "cost": round(found.cost, 4),
        "findings": [
            {"rule": each.rule, "severity": str(each.severity), "words": wording.in_words(each)}
            for each in found.findings
        ],
    }
