"""Runs the outbox: one loop per channel, woken by commits and by due times.

Must not: know how a kind of work is done beyond whom to hand it to.
"""

import asyncio
import contextlib
import logging
from datetime import timedelta
from functools import partial
from typing import TypeVar

from mcdesk.engine import clock_work, work
from mcdesk.engine.catching_up import CatchingUp
from mcdesk.engine.claiming import Outgoing
from mcdesk.engine.crm_writing import CrmWriter
from mcdesk.engine.looking_up import CallLookUps
from mcdesk.engine.means import Means
from mcdesk.engine.sending import Sender
from mcdesk.engine.shelter import sheltered
from mcdesk.store import jobs
from mcdesk.store.transaction import StoreTrouble, Tx

T = TypeVar("T")
log = logging.getLogger(__name__)

#: Without a wake-up a channel looks at the outbox this often (seconds).
LOOK = 30.0
#: Steps and escalations wait so long for the logs to be read after a gap (seconds).
CATCH_UP = 30.0
#: What is on the wire when this ends is finished, but not for longer (real seconds).
LAST_TEXTS = 8.0
#: Clock work done in one transaction.
BATCH = 50


class Wakes:
    """Tells channels that they have work. Used on the engine's loop only."""

    def __init__(self) -> None:
        self._events: dict[str, asyncio.Event] = {}

    def event(self, channel: str) -> asyncio.Event:
        return self._events.setdefault(channel, asyncio.Event())

    def wake(self, channels: set[str]) -> None:
        for channel in channels:
            if channel in self._events:
                self._events[channel].set()

    def wake_all(self) -> None:
        for event in self._events.values():
            event.set()

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(self._events)


class Worker:
    """The loops of one engine."""

    def __init__(self, means: Means, wakes: Wakes, catching_up: CatchingUp) -> None:
        self._means = means
        self._wakes = wakes
        self._catching_up = catching_up

    async def run_texts(self, sender: Sender) -> None:
        """Send one connection's texts while the engine runs; at the end what is on the wire is finished."""
        wake = self._wakes.event(sender.channel)
        going_out: set[asyncio.Task[None]] = set()
        try:
            while True:
                wake.clear()
                _raise_what_went_wrong(going_out)
                if sender.pause:
                    await sender.give_up_late()
                    await _either(wake, sender.pause)
                    continue
                room = sender.room(len(going_out))
                if room <= 0:
                    await asyncio.wait(going_out, return_when=asyncio.FIRST_COMPLETED)
                    continue
                if sender.until_turn:
                    await asyncio.sleep(sender.until_turn)
                claimed = await sender.claim(room)
                going_out.update(asyncio.create_task(self._send(sender, outgoing)) for outgoing in claimed)
                if len(claimed) < room:
                    await self._rest(sender.channel, wake)
        finally:
            await _finished(going_out)

    async def _send(self, sender: Sender, outgoing: Outgoing) -> None:
        """Whatever happens, what is known of the text is written down, or it goes back in line in doubt."""

        def let_go(tx: Tx) -> None:
            jobs.let_go(tx, holder=self._means.holder, job=outgoing.job)

        noted = False
        try:
            noted = await sender.send(outgoing)
        except asyncio.CancelledError:
            # The end does not wait for a disk that takes nothing: the next start finds the text with nobody.
            with contextlib.suppress(StoreTrouble):
                await self._means.write(let_go)
            raise
        except StoreTrouble as trouble:
            log.warning("A text waits: %s", trouble, extra={"action": "text.waits"})
        except Exception:
            log.exception("Sending a text ended in an unforeseen way", extra={"action": "text.bug"})
            await self._means.write_down(lambda tx: sender.stumbled(tx, outgoing.job))
            noted = True
        if not noted:
            await self._means.write_down(let_go)

    async def run_crm(self, writer: CrmWriter) -> None:
        """Write one CRM's work, in order."""
        wake = self._wakes.event(writer.channel)
        while True:
            wake.clear()
            if not await writer.do_due():
                if writer.elsewhere:
                    # What is due there is not ours to do: nothing wakes us but that engine's end.
                    await asyncio.sleep(self._means.patience.renew)
                else:
                    await self._rest(writer.channel, wake)
            elif writer.pause:
                await asyncio.sleep(min(writer.pause, 1.0))

    async def run_clock(self) -> None:
        """Steps and escalations: work that needs nobody outside."""
        wake = self._wakes.event(work.CLOCK)
        while True:
            wake.clear()
            # An answer that came in meanwhile ends what would be due now; people are not kept waiting long.
            await self._catching_up.over(CATCH_UP)
            if await self._means.write(self._do_clock_work) < BATCH:
                await self._rest(work.CLOCK, wake)

    def _do_clock_work(self, tx: Tx) -> int:
        claimed = jobs.claim(tx, channel=work.CLOCK, holder=self._means.holder, most=BATCH)
        for job in claimed:
            sheltered(tx, job, partial(clock_work.do, tx, self._means.house(), job))
        return len(claimed)

    async def run_calls(self, look_ups: CallLookUps) -> None:
        """Look up calls that ended without a verdict."""
        wake = self._wakes.event(look_ups.channel)
        while True:
            wake.clear()
            if look_ups.pause:
                await look_ups.give_up_late()
                await _either(wake, look_ups.pause)
            elif not await look_ups.do_due():
                await self._rest(look_ups.channel, wake)

    async def _rest(self, channel: str, wake: asyncio.Event) -> None:
        """Until woken, or until something is due."""
        if wake.is_set():
            return
        due = await self._means.read(lambda tx: jobs.next_due(tx, channel))
        seconds = LOOK
        if due is not None:
            seconds = (due - self._means.clock.now()) / timedelta(seconds=1) / self._means.clock.speed
        await _either(wake, min(max(seconds, 0.005), LOOK))


async def _either(wake: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await wake.wait()
    except TimeoutError:
        pass


def _raise_what_went_wrong(going_out: set[asyncio.Task[None]]) -> None:
    """Forget those that are over. Raises what ended one of them without a word: whoever starts this part
    again puts its work back in line."""
    over = {task for task in going_out if task.done()}
    going_out -= over
    for task in over:
        task.result()


async def _finished(going_out: set[asyncio.Task[None]]) -> None:
    """Until nothing is on the wire; what takes too long is cut off, and looked up by whoever comes next."""
    if not going_out:
        return
    _, left = await asyncio.wait(going_out, timeout=LAST_TEXTS)
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left)
