"""The demo in a terminal: a line for each thing as it happens, and a table at the end.

Must not: take part in what happens.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import click

from mcdesk import app
from mcdesk.commands import logs, printing
from mcdesk.commands.leads import rows
from mcdesk.commands.signing_in import in_browser
from mcdesk.commands.staging import Stage, stage
from mcdesk.commands.stopping import Stopping
from mcdesk.domain.queue import NextWhat, QueueRow, View
from mcdesk.engine.changes import Changes
from mcdesk.engine.desk import Desk

#: The callers' story in the terminal: quick enough to see replies.
PACE = 2.0
#: What only people who write provider files care about.
UNTOLD = frozenset({"hook", "signed-in"})
#: How long texts on their way are waited for at the end.
DRAIN_SECONDS = 10.0
#: Rows of the queue shown at the end.
MOST_ROWS = 15
WORDS = {
    "calls": "calls came in",
    "texts": "texts went out",
    "replies": "replies came back",
    "opt_outs": "callers opted out",
    "crm_notes": "notes are in the CRM",
    "lost": "missed callers were not texted",
    "doubled": "texts were sent twice",
}


class Teller:
    """Prints what happens, from whichever thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        #: The table at the end is not to be talked into.
        self.is_over = False
        #: The office's time, once there is an office.
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def say(self, kind: str, sentence: str) -> None:
        if kind in UNTOLD or self.is_over:
            return
        with self._lock:
            click.echo(f"{self.now():%H:%M:%S}  {kind:<10} {sentence}")


def in_terminal(*, speed: float, seconds: float) -> Mapping[str, int]:
    """Tell for so long; what the companies counted."""
    teller = Teller()
    with stage(speed=speed, pace=PACE, on_event=teller.say) as pretend:
        logs.begin(pretend.folder / "logs", spoken=logging.WARNING)
        click.echo(f"The pretend office Rivera & Cole for {seconds:g} seconds. Nothing leaves this PC.")
        place = pretend.open_place()
        try:
            asyncio.run(_tell(pretend, place, teller, seconds))
        finally:
            place.close()
        counts = pretend.counts()
    click.echo()
    for name, words in WORDS.items():
        click.echo(f"{counts[name]:>6}  {words}")
    return counts


async def _tell(pretend: Stage, place: app.Place, teller: Teller, seconds: float) -> None:
    stopped, changed = Stopping().asked, asyncio.Event()
    leads: set[int] = set()
    loop = asyncio.get_running_loop()

    def take(changes: Changes) -> None:
        leads.update(changes.leads)
        changed.set()

    def hear(changes: Changes) -> None:
        loop.call_soon_threadsafe(take, changes)

    async with app.run_office(place, sign_in=in_browser) as running:
        desk = running.desk
        teller.now = lambda: desk.now().astimezone(desk.timezone)
        stop = desk.feed.subscribe(hear)
        telling = asyncio.create_task(_tell_queue(desk, teller, leads, changed))
        await asyncio.to_thread(pretend.open_lines, running)
        await _until(stopped, seconds)
        await asyncio.to_thread(pretend.close_lines)
        await _drain(desk)
        stop()
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)
        teller.is_over = True
        await _print_queue(desk)


async def _until(stopped: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopped.wait(), seconds)
    except TimeoutError:
        return


async def _tell_queue(desk: Desk, teller: Teller, leads: set[int], changed: asyncio.Event) -> None:
    """Say what a lead waits for whenever that becomes something else."""
    known: dict[int, tuple[NextWhat, datetime | None]] = {}
    while True:
        await changed.wait()
        changed.clear()
        asked = frozenset(leads)
        leads.clear()
        for row in await desk.rows(asked):
            if known.get(row.lead) != (row.next.what, row.next.due):
                known[row.lead] = (row.next.what, row.next.due)
                teller.say("next", _waits(row, desk))


def _waits(row: QueueRow, desk: Desk) -> str:
    if row.disposition:
        return f"{row.who}: closed, {row.disposition}"
    return f"{row.who}: {printing.next_words(row, desk) or 'nothing; it is their turn'}"


async def _drain(desk: Desk) -> None:
    for _ in range(int(DRAIN_SECONDS / 0.2)):
        if not (await desk.overview()).texts_in_line:
            return
        await asyncio.sleep(0.2)


async def _print_queue(desk: Desk) -> None:
    click.echo("\nThe queue now:")
    count = 0
    async for row in rows(desk, View.OPEN):
        count += 1
        if count <= MOST_ROWS:
            click.echo(printing.row_line(row, desk))
    if count > MOST_ROWS:
        click.echo(f"       and {count - MOST_ROWS} more")
