"""Queue, leads and the desk's verbs in a terminal. Another process's engine picks up what is written here.

Must not: decide anything about a lead (`engine/verbs` does).
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from mcdesk import app
from mcdesk.commands import configuring, printing
from mcdesk.commands.door import NotSo
from mcdesk.domain.leads import Disposition
from mcdesk.domain.queue import Done, QueueRow, View
from mcdesk.engine.changes import Feed
from mcdesk.engine.desk import Desk

T = TypeVar("T")
#: Rows asked for at once.
PAGE = 300
#: More items than any lead has: read once, however many there are.
EVERYTHING = 10**9
#: `all` is what is open, what is booked and what is closed.
ALL = (View.OPEN, View.BOOKED, View.CLOSED)


def at_desk(folder: Path, work: Callable[[Desk], Awaitable[T]]) -> T:
    """Do `work` at a desk of this process, which has no engine."""

    async def sit() -> T:
        return await work(desk)

    with configuring.opened(folder) as place:
        house = app.house_of(place, app.current_office(place))
        desk = Desk(place.database, place.clock, house=lambda: house, feed=Feed(), person=app.who_sits_here())
        return asyncio.run(sit())


def queue(folder: Path, *, view: str, as_json: bool) -> None:
    """Print a view."""
    views = ALL if view == "all" else (View(view),)

    async def work(desk: Desk) -> None:
        printed = set()
        for each in views:
            async for row in rows(desk, each):
                if row.lead not in printed:
                    click.echo(_printed(row, desk, as_json=as_json))
                printed.add(row.lead)
        if not printed and not as_json:
            click.echo("Nothing here.", err=True)

    at_desk(folder, work)


def _printed(row: QueueRow, desk: Desk, *, as_json: bool) -> str:
    return json.dumps(printing.row_object(row)) if as_json else printing.row_line(row, desk)


async def rows(desk: Desk, view: View) -> AsyncIterator[QueueRow]:
    """Every row of a view."""
    offset = 0
    while page := await desk.queue(view, limit=PAGE, offset=offset):
        for row in page:
            yield row
        offset += len(page)


def show(folder: Path, lead: int, *, as_json: bool) -> None:
    """Print one lead with everything known about it."""

    async def work(desk: Desk) -> None:
        conversation = await desk.conversation(lead, limit=EVERYTHING)
        evidence = await desk.evidence(lead)
        if as_json:
            click.echo(json.dumps(printing.lead_object(conversation, evidence)))
            return
        for line in printing.lead_lines(conversation, evidence, desk):
            click.echo(line)

    at_desk(folder, work)


def reply(folder: Path, lead: int, text: str, *, confirmed: bool) -> None:
    """Text the caller. `confirmed`: also outside their hours."""
    body = _words(text)

    async def work(desk: Desk) -> Done:
        conversation = await desk.conversation(lead, limit=1)
        return await desk.reply(lead, body, last_seen=conversation.last_seen, confirmed=confirmed)

    _answer(at_desk(folder, work))
    with configuring.opened(folder) as place:
        if not configuring.has_engine(place):
            click.echo("No engine is at work here: it goes out once mcdesk or `mcdesk serve` runs.", err=True)


def note(folder: Path, lead: int, text: str) -> None:
    """Keep a note."""
    body = _words(text)
    _answer(at_desk(folder, lambda desk: desk.note(lead, body)))


def close(folder: Path, lead: int, disposition: str, *, reason: str) -> None:
    """End a lead."""
    _answer(at_desk(folder, lambda desk: desk.close(lead, Disposition(disposition), reason=reason)))


def state(folder: Path, lead: int, state: str) -> None:
    """Say in which state they are."""
    _answer(at_desk(folder, lambda desk: desk.say_state(lead, state)))


def claim(folder: Path, lead: int) -> None:
    """Make it yours."""
    _answer(at_desk(folder, lambda desk: desk.claim(lead)))


def release(folder: Path, lead: int) -> None:
    """Give it back."""
    _answer(at_desk(folder, lambda desk: desk.release(lead)))


def keep_texting(folder: Path, lead: int) -> None:
    """What they wrote did not mean stop."""
    _answer(at_desk(folder, lambda desk: desk.keep_texting(lead)))


def stop_texting(folder: Path, lead: int, words: str, *, channel: str) -> None:
    """They asked by phone or mail not to be texted."""
    _answer(at_desk(folder, lambda desk: desk.asked_to_stop(lead, words=words, channel=channel)))


def _words(text: str) -> str:
    return sys.stdin.read().strip() if text == "-" else text


def _answer(done: Done) -> None:
    if done.confirm:
        raise NotSo(f"{done.sentence} With --yes it goes out.")
    if not done.ok:
        raise NotSo(done.sentence)
    click.echo(done.sentence)
