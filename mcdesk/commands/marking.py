"""Numbers that are never texted, left to people, or blocked: in a terminal.

Must not: decide what a mark does (`engine/marking` does).
"""

import json
import sys
from datetime import date
from pathlib import Path

import click

from mcdesk.commands import leads, printing
from mcdesk.commands.door import NotSo
from mcdesk.domain import mark_list
from mcdesk.domain.mark_list import BadLine, MarkList
from mcdesk.domain.marks import MARK_WORDS, Mark, MarkKind
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import Done
from mcdesk.domain.spoken import counted
from mcdesk.engine.desk import Desk
from mcdesk.engine.marking import Foreseen


def mark(folder: Path, number: str, kind: str, *, why: str) -> None:
    """Say so of a number."""
    to = _number(number)
    _answer(leads.at_desk(folder, lambda desk: desk.mark(to, MarkKind(kind), why)))


def unmark(folder: Path, number: str, *, kind: str | None) -> None:
    """Take one mark away, or all."""
    to, only = _number(number), MarkKind(kind) if kind else None
    _answer(leads.at_desk(folder, lambda desk: desk.unmark(to, only)))


def block(folder: Path, lead: int, *, why: str) -> None:
    """The caller of a lead is spam."""
    _answer(leads.at_desk(folder, lambda desk: desk.block_caller(lead, why=why)))


def opt_in(folder: Path, number: str, *, who: str, on: date, how: str, words: str) -> None:
    """They agreed to texts again."""
    to = _number(number)
    _answer(leads.at_desk(folder, lambda desk: desk.agreed_again(to, who=who, on=on, how=how, words=words)))


def opt_outs_complete(folder: Path) -> None:
    """What a copy did not know of is entered again."""
    _answer(leads.at_desk(folder, lambda desk: desk.opt_outs_are_complete()))


def show(folder: Path, *, of: str | None, as_json: bool) -> None:
    """Print the marks in force, or all there ever were of one number."""
    number = _number(of) if of else None

    async def work(desk: Desk) -> None:
        found = await desk.marks(number)
        for each in found:
            click.echo(json.dumps(_object(each), ensure_ascii=False) if as_json else _line(each, desk))
        if not found and not as_json:
            click.echo("No number is marked." if number is None else "Nothing was ever said of it.", err=True)

    leads.at_desk(folder, work)


def import_list(folder: Path, file: Path, *, yes: bool, skip_bad: bool) -> None:
    """Show what a list would do; do it where that is wanted."""
    listed = mark_list.read(_text(file))

    async def work(desk: Desk) -> None:
        bad = _preview(listed, await desk.foresee_marks(listed))
        if bad and not skip_bad:
            raise NotSo("Nothing was imported. Mend these lines, or leave them out with --skip-bad.")
        if not yes and not (sys.stdin.isatty() and click.confirm("Import them?", err=True)):
            click.echo("Nothing was imported. To import them, add --yes.", err=True)
            return
        _answer(await desk.import_marks(listed, skip_bad=skip_bad))

    leads.at_desk(folder, work)


def _preview(listed: MarkList, foreseen: Foreseen) -> int:
    """Say it; how many lines are bad."""
    refused = (BadLine(line, why) for line, why in foreseen.refused)
    bad = sorted((*listed.bad, *refused), key=lambda each: each.line)
    for each in bad:
        click.echo(f"Line {each.line}: {each.why}", err=True)
    known = f", {foreseen.there} are marked so already" if foreseen.there else ""
    open_now = f", {foreseen.leads} of them with an open lead" if foreseen.leads else ""
    click.echo(
        f"{counted(foreseen.new, 'number')} to mark{open_now}{known}, {counted(len(bad), 'bad line')}.",
        err=True,
    )
    return len(bad)


def _text(file: Path) -> str:
    """What is in it, as spreadsheets save it: UTF-8, or on Windows its own set of characters."""
    raw = file.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _number(text: str) -> Number:
    number = Number.parse(text)
    if number is None:
        raise click.BadParameter(f"{text!r} is not a phone number; write it like +14155550142.")
    return number


def _object(mark: Mark) -> dict[str, object]:
    return {
        "number": mark.number.e164,
        "kind": str(mark.kind),
        "why": mark.why,
        "by": mark.by,
        "at": printing.zulu(mark.at),
        "ended_at": printing.zulu(mark.ended_at),
        "ended_by": mark.ended_by,
    }


def _line(mark: Mark, desk: Desk) -> str:
    said = f"{mark.by}, {mark.at.astimezone(desk.timezone):%d %b %Y}"
    if mark.ended_at is not None:
        said += f"; ended by {mark.ended_by}, {mark.ended_at.astimezone(desk.timezone):%d %b %Y}"
    return f"{mark.number.spoken:<16} {MARK_WORDS[mark.kind]:<17} {mark.why}  ({said})"


def _answer(done: Done) -> None:
    if not done.ok:
        raise NotSo(done.sentence)
    click.echo(done.sentence)
