"""The engine of one process: its holder id, its loops, starting and stopping them in order.

Must not: know Qt, companies or the command line.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from mcdesk.engine import carrying_over, holders, restoring, work
from mcdesk.engine.catching_up import CatchingUp
from mcdesk.engine.changes import Changes, Feed
from mcdesk.engine.clock import Clock
from mcdesk.engine.connections import Connections
from mcdesk.engine.crm_writing import CrmWriter
from mcdesk.engine.health import Health
from mcdesk.engine.house import House
from mcdesk.engine.inbox import Inbox
from mcdesk.engine.looking_up import CallLookUps
from mcdesk.engine.means import Means
from mcdesk.engine.patience import Patience
from mcdesk.engine.pulse import Pulse
from mcdesk.engine.retention import Retention
from mcdesk.engine.sending import Sender
from mcdesk.engine.turn import Turn
from mcdesk.engine.unserved import Unserved
from mcdesk.engine.worker import LOOK, Wakes, Worker
from mcdesk.ports.phone import Phone
from mcdesk.ports.texts import Texts
from mcdesk.store import facts, feed, jobs, leases, restored, set_back
from mcdesk.store.database import Database
from mcdesk.store.transaction import StoreTrouble, Touched, Tx

T = TypeVar("T")
#: Seconds between two looks at what others wrote.
GATHER = 0.05
log = logging.getLogger(__name__)


class Engine:
    """Takes in, decides, sends. `feed` tells screens what changed."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        house: House,
        connections: Connections,
        *,
        patience: Patience,
        alone: bool = False,
    ) -> None:
        self.database = database
        self.clock = clock
        self.house = house
        self.connections = connections
        self.patience = patience
        self.feed = Feed()
        self.holder = holders.new_holder()
        self.health = Health(database, clock)
        self.inbox = Inbox(database, clock, house=lambda: self.house, connections=lambda: self.connections)
        self._means = Means(database, clock, self.health, lambda: self.house, self.holder, patience)
        #: `alone`: of the engines on this database one works, the others stand by.
        self.turn = Turn(self._means, alone=alone, look=lambda: self._pulse.check())
        #: Whether it polls, sends and writes.
        self.is_at_work = False
        self._wakes = Wakes()
        #: Connections whose logs are read before anything is sent over them.
        self.catching_up = CatchingUp(self._wakes.wake_all, look=lambda: self._pulse.check())
        #: Told after a sleep or a standstill, on the engine's loop.
        self.on_gap: Callable[[], None] = lambda: None
        # A gap shorter than a lease: whoever has had none still holds what it held.
        self._pulse = Pulse(clock, self._missed, self._set_back, gap=patience.lease / 2)
        self._worker = Worker(self._means, self._wakes, self.catching_up)
        self._tasks: set[asyncio.Task[None]] = set()
        #: Those that hold a provider, replaced when the configuration changes.
        self._work: set[asyncio.Task[None]] = set()
        self._renewed = 0.0
        self._hinted = asyncio.Event()
        self._installation = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._senders: dict[str, Sender] = {}
        self._look_ups: dict[str, CallLookUps] = {}
        #: Set when a part of the engine ended by a bug that restarting it did not mend.
        self.broken = asyncio.Event()

    async def start(self) -> None:
        """Take the lease, learn what is stored, take in hooks. Nothing is sent before `start_work`."""
        self._loop = asyncio.get_running_loop()
        self.database.on_commit(self._committed)
        await self.turn.begin()
        await self._renew()
        await self._means.write(lambda tx: carrying_over.carry_over(tx, self._means.house()))
        await self._means.write(partial(restored.begin, channels=restoring.CHANNELS))
        await self._means.write(jobs.take_back_stranded)
        await self._means.write(leases.forget_long_dead)
        self._installation = await self._means.write(facts.installation)
        await self.inbox.begin([live.name for live in self.connections])
        self.supervise("lease", self._keep_lease)
        self.supervise("pulse", self._pulse.run)
        self.supervise("inbox", self.inbox.understand_left_behind)
        self.database.on_hint(self._hint)
        self.supervise("watch", self._watch)
        self.supervise("retention", Retention(self._means).run)

    async def start_work(self) -> None:
        """Begin to send and to write."""
        self.is_at_work = True
        for name, texts in self.connections.texts().items():
            sender = Sender(name, texts, self._means, still_ours=self.is_alive, catching_up=self.catching_up)
            self._senders[name] = sender
            self._employ(sender.channel, partial(self._worker.run_texts, sender))
        for name, phone in self.connections.phones().items():
            look_ups = CallLookUps(
                name, phone, self._means, source=partial(self.inbox.source, name, phone.settle)
            )
            self._look_ups[name] = look_ups
            self._employ(look_ups.channel, partial(self._worker.run_calls, look_ups))
        for name, crm in self.connections.crms().items():
            writer = CrmWriter(
                name, crm, self._means, installation=self._installation, still_ours=self.is_alive
            )
            self._employ(writer.channel, partial(self._worker.run_crm, writer))
        self._employ(work.CLOCK, self._worker.run_clock)
        self._begin("unserved", Unserved(self._means, lambda: self.connections).run, self._work)

    async def retry(self, name: str) -> None:
        """A connection was mended: what waited for it goes on at once."""
        if name in self._senders:
            self._senders[name].resume()
        if name in self._look_ups:
            self._look_ups[name].resume()

        def forward(tx: Tx) -> None:
            for channel in (work.texts_channel(name), work.crm_channel(name), work.calls_channel(name)):
                jobs.bring_stuck_forward(tx, channel)

        await self._means.write(forward)

    async def stop_work(self) -> None:
        """Finish what is on the wire; nothing new is begun."""
        self.is_at_work = False
        await _end(self._work)

    async def stand_by(self) -> None:
        """Another engine works: finish what is on the wire, and leave the rest to it."""
        await self.stop_work()
        self.catching_up.forget()
        await self._means.write(lambda tx: jobs.let_go(tx, holder=self.holder))

    async def replace(self, house: House, connections: Connections) -> None:
        """Another configuration from here on; `start_work` begins with it."""
        await self.stop_work()
        self.catching_up.forget()
        old, self.house, self.connections = self.connections, house, connections
        await self._means.write(lambda tx: jobs.let_go(tx, holder=self.holder))
        await self.inbox.begin([live.name for live in connections])
        for live in connections:
            if not live.is_made_like(old.get(live.name)):
                await self.health.forget(live.name)
        await old.close()
        self.feed.publish(Changes(everything=True))

    async def stop(self) -> None:
        """Finish what is on the wire, then let go."""
        await self.stop_work()
        await _end(self._tasks)
        try:
            await self._means.write(self._leave)
        except StoreTrouble as trouble:
            # It ends by itself.
            log.warning("The lease is not given back: %s", trouble, extra={"action": "lease.kept"})
        self.database.on_commit(lambda touched: None)

    def _leave(self, tx: Tx) -> None:
        """What was cut off is in doubt before anybody can take it for untouched."""
        jobs.let_go(tx, holder=self.holder)
        leases.give_all_back(tx, holder=self.holder)

    def is_alive(self) -> bool:
        """Whether our lease surely still holds. False after a sleep: others may have taken our work over."""
        self._pulse.check()
        return self.clock.ticks() - self._renewed < self._means.patience.lease * 0.75

    def _missed(self, seconds: float) -> None:
        """Time went on without us: what came in meanwhile is read first, and our lease may be lost."""
        log.warning(
            "This PC slept or stood still",
            extra={"action": "engine.gap", "seconds": round(seconds)},
        )
        self._renewed = self.clock.ticks() - self._means.patience.lease
        # Other engines of this PC slept too: they are not gone because their leases ran out.
        self.database.write(self.turn.give_time)
        self.catching_up.begin(
            (live.name for live in self.connections if isinstance(live.provider, (Phone, Texts))),
            "This PC was asleep.",
        )
        self.on_gap()

    def _set_back(self, by: timedelta) -> None:
        """Somebody set the clock back: what was owed by the wrong time is owed that much earlier."""
        log.warning("The clock was set back", extra={"action": "engine.set-back", "by": str(by)})
        self.database.write(lambda tx: set_back.move_back(tx, by))
        self.inbox.set_back(by)
        self._wakes.wake_all()

    def supervise(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Keep a part running: an exception is logged and the part begins again, with a growing pause."""
        self._begin(name, run, self._tasks)

    def _employ(self, channel: str, run: Callable[[], Awaitable[None]]) -> None:
        """Like `supervise`, for a channel's work, which `stop_work` ends."""

        async def afresh() -> None:
            # Whatever a run before this one left behind, nobody else knows of.
            await self._means.write(lambda tx: jobs.let_go(tx, holder=self.holder, channel=channel))
            await run()

        self._begin(channel, afresh, self._work)

    def _begin(self, name: str, run: Callable[[], Awaitable[None]], tasks: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(self.keep_going(name, run), name=f"mcdesk:{name}")
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def keep_going(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Run it; after an exception, again."""
        failures = 0
        while True:
            began = self.clock.ticks()
            try:
                await run()
                return
            except StoreTrouble as trouble:
                # No bug of the part: it goes on when the disk does.
                log.warning("A part waits: %s", trouble, extra={"action": "part.waits", "part": name})
                await asyncio.sleep(self._means.patience.disk)
            except (Exception, asyncio.CancelledError) as error:
                if isinstance(error, asyncio.CancelledError) and _is_asked_to_end():
                    raise
                failures = failures + 1 if self.clock.ticks() - began < 60 else 1
                log.exception(
                    "A part of the engine failed and begins again",
                    extra={"action": "part.failed", "part": name},
                )
                if failures >= 20:
                    self.broken.set()
                await asyncio.sleep(min(0.1 * 2 ** min(failures, 10), 30))

    @property
    def _lease(self) -> str:
        return f"engine:{self.holder}"

    async def _renew(self) -> None:
        ticks = self.clock.ticks()
        await self._means.write(
            lambda tx: leases.hold(
                tx,
                self._lease,
                holder=self.holder,
                lasts=self.clock.real(self._means.patience.lease),
            )
        )
        self._renewed = ticks

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(self._means.patience.renew)
            await self._renew()
            self._pulse.check()
            stranded = await self._means.read(jobs.has_stranded)
            if stranded:
                await self._means.write(jobs.take_back_stranded)
                self._wakes.wake_all()

    async def _watch(self) -> None:
        """What other processes on this database wrote: wake up, and tell the screens."""
        seen = await self._means.read(feed.newest)
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._means.patience.watch):
                    await self._hinted.wait()
            self._hinted.clear()
            if self.database.is_shared:
                self._wakes.wake(await self._means.read(self._overdue))
            if await self._means.read(feed.newest) == seen:
                continue
            news = await self._means.read(partial(self._news, seen))
            seen = max(seen, news.newest)
            if news.touched is not None:
                if not self.database.is_shared:
                    self._wakes.wake_all()
                self.feed.publish(changes_of(news.touched))
                # Others write often: what they change is looked at in one go.
                await asyncio.sleep(GATHER)

    def _hint(self) -> None:
        """On a thread of the database's: others wrote."""
        with contextlib.suppress(RuntimeError):  # the loop has ended
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._hinted.set)

    def _overdue(self, tx: Tx) -> set[str]:
        """Our channels with work that is due: whoever wrote it has it in hand by now, or is gone."""
        due = {channel: jobs.next_due(tx, channel) for channel in self._wakes.channels}
        return {channel for channel, at in due.items() if at is not None and at <= tx.now}

    def _news(self, after: int, tx: Tx) -> feed.News:
        return feed.since(tx, after, but=self.database.writer)

    def _committed(self, touched: Touched) -> None:
        """On the writer thread, after each commit."""
        soon = self.clock.now() + self.clock.real(LOOK)
        # Loops look at the outbox that often by themselves: later work need not wake them.
        channels = {channel for channel, due in touched.channels.items() if due <= soon}
        if channels and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wakes.wake, channels)
        self.feed.publish(changes_of(touched))


def _is_asked_to_end() -> bool:
    """Whether this task was cancelled; else a library's own cancellation leaked out, which is a failure."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


async def _end(tasks: set[asyncio.Task[None]]) -> None:
    ending = list(tasks)
    for task in ending:
        task.cancel()
    if ending:
        await asyncio.wait(ending, timeout=20)


def changes_of(touched: Touched) -> Changes:
    return Changes(
        leads=frozenset(touched.leads),
        alerts=frozenset(touched.alerts),
        connections=frozenset(touched.connections),
        office=touched.office,
    )
