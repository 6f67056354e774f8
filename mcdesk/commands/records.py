"""What is kept of a person: their record as a file, legal holds and deletion, in a terminal.

Must not: decide what may be deleted (`engine/forgetting` does).
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import click

from mcdesk import app
from mcdesk.commands import configuring, leads, printing, printing_record
from mcdesk.commands.door import NotSo
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import Done
from mcdesk.store import person_record


def hold(folder: Path, number: str, *, why: str) -> None:
    """Keep everything of theirs."""
    to = number_of(number)
    _answer(leads.at_desk(folder, lambda desk: desk.hold(to, why)))


def unhold(folder: Path, number: str) -> None:
    """Let it go again."""
    to = number_of(number)
    _answer(leads.at_desk(folder, lambda desk: desk.release_hold(to)))


def forget(folder: Path, number: str) -> None:
    """Delete a person's record."""
    to = number_of(number)
    _answer(leads.at_desk(folder, lambda desk: desk.forget(to)))


def record(folder: Path, number: str, *, as_json: Path | None, as_pdf: Path | None) -> None:
    """Write everything kept of a person to files only this user can read."""
    to = number_of(number)
    if as_json is None and as_pdf is None:
        raise click.UsageError("Say where to: --json FILE, --pdf FILE, or both.")
    with configuring.opened(folder) as place:
        office, numbers = app.current_office(place), app.number_key(place)
        found = place.database.read(lambda tx: person_record.of_number(tx, numbers, to)).result()
        now = place.clock.now()
    if found is None:
        raise NotSo(f"Nobody with the number {to.spoken} is on record.")
    by, files = app.who_sits_here(), dict[Path, bytes]()
    if as_json is not None:
        head = {"office": office.name, "written_at": printing.zulu(now), "by": by}
        files[as_json] = json.dumps({**head, **found}, indent=1, ensure_ascii=False).encode()
    if as_pdf is not None:
        html = printing_record.page(found, office=office.name, zone=office.zone, at=now, by=by)
        files[as_pdf] = app.pdf_of(html, title=f"{office.name}: record of {to.e164}")
    _write(files)


def _write(files: Mapping[Path, bytes]) -> None:
    """All of them, or none."""
    written: list[Path] = []
    try:
        for file, content in files.items():
            target = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
            written.append(file)
            with os.fdopen(target, "wb") as opened:
                opened.write(content)
    except OSError as error:
        for file in written:
            file.unlink(missing_ok=True)
        raise NotSo(_why_not(error)) from None
    for file in files:
        click.echo(f"Written to {file}; only this user can read it.", err=True)


def _why_not(error: OSError) -> str:
    if isinstance(error, FileExistsError):
        return f"{error.filename} is there already, so nothing was written. Choose another name."
    return f"The record cannot be written ({error.strerror}), so there is no file of it."


def number_of(text: str) -> Number:
    """What was typed, as a number."""
    number = Number.parse(text)
    if number is None:
        raise click.BadParameter(f"{text!r} is not a phone number; write it like +14155550142.")
    return number


def _answer(done: Done) -> None:
    if not done.ok:
        raise NotSo(done.sentence)
    click.echo(done.sentence)
