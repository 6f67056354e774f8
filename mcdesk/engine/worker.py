"""Runs the outbox: one loop per channel, woken by commits and by due times.

Must not: know how a kind of work is done beyond whom to hand it to.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from mcdesk.domain.events import CallEnded, CallRinging
from mcdesk.engine import escalations, followups, rules, work
from mcdesk.engine.catching_up import CatchingUp
from mcdesk.engine.crm_writing import CrmWriter
from mcdesk.engine.means import Means
from mcdesk.engine.sending import Outgoing, Sender
from mcdesk.engine.shelter import sheltered
from mcdesk.ports.phone import Phone
from mcdesk.ports.provider import ProviderError
from mcdesk.store import jobs
from mcdesk.store.transaction import StoreTrouble, Tx

T = TypeVar("T")
log = logging.getLogger(__name__)

#: Without a wake-up a channel looks at the outbox this often (seconds).
LOOK = 30.0
#: A call without a verdict is looked up so often, with growing pauses of these seconds.
MOST_LOOKS = 8
LOOK_AGAIN = 3.0
#: Steps and escalations wait so long for the logs to be read after a gap (seconds).
CATCH_UP = 30.0
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
                if sender.pause:
                    await sender.give_up_late()
                    await _either(wake, sender.pause)
                    if sender.pause:
                        continue
                room = sender.at_once - len(going_out)
                if room <= 0:
                    await asyncio.wait(going_out, return_when=asyncio.FIRST_COMPLETED)
                    continue
                claimed = await sender.claim(room)
                for outgoing in claimed:
                    task = asyncio.create_task(self._send(sender, outgoing))
                    going_out.add(task)
                    task.add_done_callback(going_out.discard)
                if len(claimed) < room:
                    await self._rest(sender.channel, wake)
        finally:
            if going_out:
                await asyncio.wait(going_out, timeout=15)

    async def _send(self, sender: Sender, outgoing: Outgoing) -> None:
        noted = False
        try:
            noted = await sender.send(outgoing)
        except StoreTrouble as trouble:
            log.warning("A text waits: %s", trouble, extra={"action": "text.waits"})
        except Exception:
            log.exception("Sending a text ended in an unforeseen way", extra={"action": "text.bug"})
            await self._means.write_down(lambda tx: sender.stumbled(tx, outgoing.job))
            noted = True
        finally:
            if not noted:
                job = outgoing.job
                await self._means.write_down(lambda tx: jobs.let_go(tx, holder=self._means.holder, job=job))

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
            sheltered(tx, job, partial(self._take_turn, tx, job))
        return len(claimed)

    def _take_turn(self, tx: Tx, job: jobs.Job) -> None:
        match job.kind:
            case work.TAKE_STEP:
                followups.take_step(tx, self._means.house(), job)
            case work.ESCALATE:
                escalations.escalate(tx, job)
            case kind:
                jobs.finish(tx, job, state="failed", why=f"nobody does {kind} work")

    async def run_calls(self, connection: str, phone: Phone, source: Callable[[], rules.Source]) -> None:
        """Look up calls that ended without a verdict."""
        channel = work.calls_channel(connection)
        wake = self._wakes.event(channel)
        while True:
            wake.clear()
            claimed = await self._means.write(
                lambda tx: jobs.claim(tx, channel=channel, holder=self._means.holder, most=1)
            )
            for job in claimed:
                await self._look_up(job, phone, source())
            if not claimed:
                await self._rest(channel, wake)

    async def _look_up(self, job: jobs.Job, phone: Phone, source: rules.Source) -> None:
        try:
            event = await phone.call(str(job.work["call"]))
        except ProviderError as error:
            why = error.why
            await self._means.write_down(
                lambda tx: jobs.postpone(tx, job, due=tx.now + self._means.clock.real(5), why=why)
            )
            return

        undecided = event is None or isinstance(event, CallRinging | CallEnded)

        def note(tx: Tx) -> None:
            if undecided and job.tries < MOST_LOOKS:
                due = tx.now + self._means.clock.real(LOOK_AGAIN * job.tries)
                jobs.postpone(tx, job, due=due, why="the phone system has no verdict yet")
                return
            jobs.finish(tx, job)
            if event is not None:
                rules.apply(tx, self._means.house(), source, event)

        await self._means.write_down(note)

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
