"""An office at work: engine, receiver, pollers, desk, started and stopped in order.

Must not: hold rules, SQL or screens.
"""

import asyncio
import contextlib
import getpass
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from mcdesk.app.connecting import hook_address, make_connections, make_house
from mcdesk.app.offices import current_office, office_or_starter
from mcdesk.app.place import Place
from mcdesk.domain.sections import BadConfiguration
from mcdesk.engine.changes import Changes
from mcdesk.engine.connections import Connections, Live
from mcdesk.engine.desk import Desk
from mcdesk.engine.engine import Engine
from mcdesk.engine.errands import Errands
from mcdesk.engine.patience import Patience
from mcdesk.inbound.poller import Poller
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


class Running:
    """An office at work: engine, receiver, pollers, and a desk to ask."""

    def __init__(self, place: Place, engine: Engine, desk: Desk, receiver: Receiver, listen: str) -> None:
        self.place = place
        self.engine = engine
        self.desk = desk
        self.listen = listen
        self._receiver = receiver
        self._pollers: list[Poller] = []
        self._polling: list[asyncio.Task[None]] = []
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
        """Read the logs once, so that opt-outs come first; then poll and send."""
        self._open_routes()
        self._pollers = [
            Poller(
                live,
                self.engine.inbox,
                self.place.database,
                self.place.clock,
                self.engine.health,
                catching_up=self.engine.catching_up,
                house=lambda: self.engine.house,
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
        await self._stop_polling()
        await self.engine.replace(make_house(office), connections)
        await self.begin()
        for live in connections:
            await self.engine.retry(live.name)

    async def _stop_polling(self) -> None:
        for task in self._polling:
            task.cancel()
        await asyncio.gather(*self._polling, return_exceptions=True)
        self._polling = []

    async def end(self) -> None:
        await self._receiver.stop()
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
) -> AsyncIterator[Running]:
    """The office at work until the block ends. `may_be_new`: without a configuration, wait for the first one.

    Raises NoOffice, BadConfiguration, CannotListen or StoreTrouble.
    """
    office = await asyncio.to_thread(office_or_starter if may_be_new else current_office, place)
    running: Running | None = None
    receiver = Receiver(routes=lambda name, secret: running.routes(name, secret) if running else None)
    address = await receiver.start(*listen)
    engine = Engine(
        place.database, place.clock, make_house(office), Connections({}), patience=patience or Patience()
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
    desk = make_desk(place, engine, errands=errands, person=person)
    running = Running(place, engine, desk, receiver, address)
    reloads = asyncio.Event()
    loop = asyncio.get_running_loop()

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
        await running.begin()
        yield running
    finally:
        stop_listening()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await running.end()


async def _reload_when(reloads: asyncio.Event, running: Running) -> None:
    while True:
        await reloads.wait()
        reloads.clear()
        try:
            await running.reload()
            log.info("The new configuration is in force", extra={"action": "office.reloaded"})
        except (BadConfiguration, StoreTrouble) as error:
            log.error("The new configuration is not used: %s", error, extra={"action": "office.refused"})
        except Exception:
            log.exception("Taking up the new configuration failed", extra={"action": "office.failed"})


def make_desk(
    place: Place, engine: Engine, *, errands: Errands | None = None, person: str | None = None
) -> Desk:
    """A desk over a running engine."""
    return Desk(
        place.database,
        place.clock,
        house=lambda: engine.house,
        feed=engine.feed,
        person=person or who_sits_here(),
        errands=errands,
    )


def who_sits_here() -> str:
    """The person signed in to this PC."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "This desk"
