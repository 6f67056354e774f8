"""`mcdesk rules`: the tables the rules are read from, and the office's own in their place.

Must not: read meaning into a table.
"""

import json
from pathlib import Path

import click

from mcdesk import app
from mcdesk.commands import configuring, files, printing
from mcdesk.commands.door import NotSo
from mcdesk.domain.rulebook import NAMES
from mcdesk.domain.spoken import year_clock
from mcdesk.domain.templates import is_name
from mcdesk.store import rule_tables

#: So much of what a table gives up is told at once.
TOLD = 5


def show(folder: Path, *, as_json: bool) -> None:
    """Print each table: the shipped one or the office's own, and since when."""
    with configuring.opened(folder) as place:
        own = place.database.read(rule_tables.in_force).result()
        office = app.office_or_starter(place)
    for name in NAMES:
        table = own.get(name)
        wrong = app.unusable(name, table.source) if table else None
        lost = app.gives_up(name, table.source) if table and not wrong else ()
        if as_json:
            told = {
                "table": name, "own": table is not None, "by": table.by if table else None,
                "at": printing.zulu(table.at) if table else None, "wrong": wrong, "gives_up": list(lost),
                "accepted_by": table.accepted_by if table else "",
            }  # fmt: skip
            click.echo(json.dumps(told, ensure_ascii=False))
        elif table is None:
            click.echo(f"{name}: as shipped ({app.shipped_version()})")
        else:
            words = f"the office's own, by {table.by}, {year_clock(table.at, office.zone)}"
            click.echo(f"{name}: {words}{f'; not used: {wrong}' if wrong else ''}")
            if lost:
                click.echo(f"  {table.accepted_by or 'Nobody'} answers for this: {'; '.join(lost)}")


def import_table(folder: Path, file: Path, *, accepted_by: str) -> None:
    """Put a table in the place of the shipped one of the same name. `accepted_by`: who answers for what it
    gives up of that one."""
    source = files.read(file)
    if file.name not in NAMES:
        raise NotSo(f"{file.name} is no rule table. Name the file as one of: {', '.join(NAMES)}.")
    wrong = app.unusable(file.name, source)
    if wrong is not None:
        raise NotSo(f"{wrong}. Nothing was changed.")
    lost = app.gives_up(file.name, source)
    if lost and not is_name(accepted_by):
        more = f"; and {len(lost) - TOLD} more" if len(lost) > TOLD else ""
        raise NotSo(
            f"{file.name} gives up rules that come with mcdesk: {'; '.join(lost[:TOLD])}{more}. "
            'Nothing was changed. Put them back, or let somebody answer for it: --accept "their name".'
        )
    _put(folder, file.name, source, accepted_by=accepted_by.strip() if lost else "")
    click.echo(f"{file.name} is in force; a running engine goes on with it.")


def reset(folder: Path, name: str) -> None:
    """Back to the shipped one."""
    _put(folder, name, "")
    click.echo(f"{name} is the shipped one again.")


def _put(folder: Path, name: str, source: str, *, accepted_by: str = "") -> None:
    by = app.who_sits_here()
    with configuring.opened(folder) as place:
        place.database.write(
            lambda tx: rule_tables.put(tx, name, source, by=by, accepted_by=accepted_by)
        ).result()
