"""An office at work: engine, receiver, pollers, desk, started and stopped in order.

Must not: hold rules, SQL or screens.
"""

import asyncio
import contextlib
import getpass
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from mcdesk.app.after_crash import refuse_damaged
from mcdesk.app.connecting import hook_address, make_connections, make_house
from mcdesk.app.offices import current_office, office_or_starter
from mcdesk.app.place import Place
from mcdesk.domain.sections import BadConfiguration
from mcdesk.engine.changes import Changes
from mcdesk.engine.connections import Connections, Live
from mcdesk.engine.desk import Desk
from mcdesk.engine.engine import Engine
from mcdesk.engine.errands import Errands
from mcdesk.engine.heartbeat import Heartbeat, asks_of
from mcdesk.engine.nightly import Nightly
from mcdesk.engine.patience import Patience
from mcdesk.engine.silence import Silence
from mcdesk.inbound.poller import Poller
from mcdesk.inbound.reading_turn import ReadingTurn
from mcdesk.inbound.receiver import Receiver
from mcdesk.inbound.routes import Accepting, HookRoutes
from mcdesk.ports.hooks import Hook, HookAnswer, Hooked
from mcdesk.ports.phone import Phone
from mcdesk.ports.signin import SignsIn
from mcdesk.ports.texts import Texts
from mcdesk.store.transaction import StoreTrouble

log = logging.getLogger(__name__)

#: At start the logs are read before anything else is done; steps and the CRM wait no longer than this.
FIRST_READ_SECONDS = 10.0
#: A configuration that could not be taken up is tried again after so long.
RELOAD_AGAIN_SECONDS = 15.0


class Running:
    """An office at work: engine, receiver, pollers, and a desk to ask."""

    def __init__(
        self,
        place: Place,
        engine: Engine,
        desk: Desk,
        receiver: Receiver,
        listen: str,
        heartbeat: Heartbeat,
    ) -> None:
        self.heartbeat = heartbeat
        self.place = place
        self.engine = engine
        self.desk = desk
        self.listen = listen
        self._receiver = receiver
        self._pollers: list[Poller] = []
        self._polling: list[asyncio.Task[None]] = []
        self._turns: asyncio.Task[None] | None = None
        #: Held while work is begun or ended.
        self._turning = asyncio.Lock()
        self.routes: HookRoutes = HookRoutes(())

    @property
    def hooks(self) -> dict[str, str]:
        """The hook address of each connection that sends any."""
        base = self.engine.house.office.public_url or self.listen
        return {
            live.name: hook_address(base, live.name, live.hook_secret)
            for live in self.engine.connections
            if isinstance(live.provider, Hooked)
        }

    async def begin(self) -> None:
        """Take hooks from now on; poll and send as well, or stand by while another engine does."""
        self._open_routes()
        if not await self._take_turn():
            log.info("Standing by: another engine is at work", extra={"action": "turn.stands-by"})
        self._turns = asyncio.create_task(self.engine.keep_going("turns", self._take_turns))

    async def _take_turns(self) -> None:
        patience = self.engine.patience
        while True:
            await asyncio.sleep(patience.renew if self.engine.is_at_work else patience.watch)
            await self._take_turn()

    async def _take_turn(self) -> bool:
        """At work exactly while it is our turn; whether it is."""
        async with self._turning:
            is_ours = await self.engine.turn.is_ours()
            if is_ours and not self.engine.is_at_work:
                await self._go_to_work()
                log.info("At work", extra={"action": "turn.works"})
            elif not is_ours and self.engine.is_at_work:
                log.warning("Another engine has taken over", extra={"action": "turn.lost"})
                await self._stop_polling()
                await self.engine.stand_by()
            return is_ours

    async def _go_to_work(self) -> None:
        """Read the logs once, so that opt-outs come first; then poll and send."""
        await self._stop_polling()
        self._pollers = [
            Poller(
                live,
                self.engine.inbox,
                self.place.database,
                self.place.clock,
                self.engine.health,
                catching_up=self.engine.catching_up,
                house=lambda: self.engine.house,
                turn=ReadingTurn(self.place.database, live.name, holder=self.engine.holder),
                look=self.engine.patience.renew,
            )
            for live in self.engine.connections
            if isinstance(live.provider, (Phone, Texts))
        ]
        self.engine.catching_up.begin((poller.name for poller in self._pollers), "mcdesk was not running.")
        self.engine.on_gap = self._gap
        for poller in self._pollers:
            self._polling.append(asyncio.create_task(self.engine.keep_going("poll", poller.run)))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_READ_SECONDS):
                for poller in self._pollers:
                    await poller.tried.wait()
        await self.engine.start_work()

    def _gap(self) -> None:
        for poller in self._pollers:
            poller.gap("This PC was asleep.")

    async def mended(self, connection: str) -> None:
        """It works again: read its log and send what waited, at once."""
        await self.engine.retry(connection)
        for poller in self._pollers:
            poller.now.set()

    async def reload(self) -> None:
        """Go on with the configuration that is in force now."""
        office = await asyncio.to_thread(current_office, self.place)
        connections = await asyncio.to_thread(
            make_connections, self.place, office, listen=self.listen, holder=self.engine.holder
        )
        async with self._turning:
            was_at_work = self.engine.is_at_work
            await self._stop_polling()
            await self.engine.replace(make_house(office), connections)
            self._open_routes()
            if was_at_work:
                await self._go_to_work()
        for live in connections:
            await self.engine.retry(live.name)

    async def _stop_polling(self) -> None:
        for task in self._polling:
            task.cancel()
        await asyncio.gather(*self._polling, return_exceptions=True)
        self._polling, self._pollers = [], []

    async def end(self) -> None:
        await self._receiver.stop()
        if self._turns is not None:
            self._turns.cancel()
            await asyncio.gather(self._turns, return_exceptions=True)
        await self._stop_polling()
        await self.engine.stop()
        await self.engine.connections.close()

    def _open_routes(self) -> None:
        hooks = self.hooks
        self.routes = HookRoutes(
            Accepting(live.name, live.hook_secret, hooks[live.name], self._accept(live))
            for live in self.engine.connections
            if live.name in hooks
        )

    def _accept(self, live: Live) -> Callable[[Hook], Awaitable[HookAnswer]]:
        async def accept(hook: Hook) -> HookAnswer:
            return await self.engine.inbox.accept(live, hook)

        return accept


@asynccontextmanager
async def run_office(
    place: Place,
    *,
    listen: tuple[str, int] = ("127.0.0.1", 0),
    sign_in: Callable[[SignsIn], Awaitable[None]],
    person: str | None = None,
    patience: Patience | None = None,
    may_be_new: bool = False,
    on_silence: Callable[[Silence | None], None] = lambda silence: None,
    each_beat: Callable[[], None] = lambda: None,
) -> AsyncIterator[Running]:
    """The office at work until the block ends. `may_be_new`: without a configuration, wait for the first one.

    `on_silence` hears, on a thread of its own, when the engine gives no sign of life; `each_beat` is called
    there every two seconds.
    Raises NoOffice, BadConfiguration, CannotListen or StoreTrouble.
    """
    await asyncio.to_thread(refuse_damaged, place)
    office = await asyncio.to_thread(office_or_starter if may_be_new else current_office, place)
    running: Running | None = None
    receiver = Receiver(routes=lambda name, secret: running.routes(name, secret) if running else None)
    address = await receiver.start(*listen)
    engine = Engine(
        place.database,
        place.clock,
        make_house(office),
        Connections({}),
        patience=patience or Patience(),
        alone=place.file is not None,
    )

    loop = asyncio.get_running_loop()
    heartbeat = Heartbeat(
        asks_of(loop, place.database),
        limit=engine.patience.stall,
        broken=engine.broken.is_set,
        told=on_silence,
        each_beat=each_beat,
    )

    async def mended(name: str) -> None:
        if running is not None:
            await running.mended(name)

    errands = Errands(
        house=lambda: engine.house,
        connections=lambda: engine.connections,
        health=engine.health,
        sign_in=sign_in,
        mended=mended,
    )
    desk = make_desk(place, engine, errands=errands, person=person, heartbeat=heartbeat)
    running = Running(place, engine, desk, receiver, address, heartbeat)
    reloads = asyncio.Event()

    def note_reload(changes: Changes) -> None:
        if changes.office:
            loop.call_soon_threadsafe(reloads.set)

    stop_listening = engine.feed.subscribe(note_reload)
    watching = asyncio.create_task(_reload_when(reloads, running))
    try:
        engine.connections = await asyncio.to_thread(
            make_connections, place, office, listen=address, holder=engine.holder
        )
        await engine.start()
        heartbeat.start()
        await running.begin()
        if place.file is not None:
            engine.supervise("copies", _copies(place.file, engine).run)
        yield running
    finally:
        stop_listening()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await running.end()
        heartbeat.stop()


def _copies(file: Path, engine: Engine) -> Nightly:
    return Nightly(
        file, engine.database, engine.clock, house=lambda: engine.house, may=lambda: engine.is_at_work
    )


async def _reload_when(reloads: asyncio.Event, running: Running) -> None:
    while True:
        await reloads.wait()
        reloads.clear()
        try:
            await running.reload()
            log.info("The new configuration is in force", extra={"action": "office.reloaded"})
            continue
        except BadConfiguration as error:
            log.error("The new configuration is not used: %s", error, extra={"action": "office.refused"})
            continue
        except StoreTrouble as error:
            log.error("The new configuration waits: %s", error, extra={"action": "office.waits"})
        except Exception:
            log.exception("Taking up the new configuration failed", extra={"action": "office.failed"})
        await asyncio.sleep(RELOAD_AGAIN_SECONDS)
        reloads.set()


def make_desk(
    place: Place,
    engine: Engine,
    *,
    errands: Errands | None = None,
    person: str | None = None,
    heartbeat: Heartbeat | None = None,
) -> Desk:
    """A desk over a running engine."""
    return Desk(
        place.database,
        place.clock,
        house=lambda: engine.house,
        feed=engine.feed,
        person=person or who_sits_here(),
        errands=errands,
        holder=engine.holder,
        silence=lambda: heartbeat.silence if heartbeat else None,
    )


def who_sits_here() -> str:
    """The person signed in to this PC."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "This desk"
