"""An office at work: what polls, sends and takes in hooks; begun, taking turns with others, and ended.

Must not: hold rules, SQL or screens.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from mcdesk.app.connecting import hook_address, house_of, make_connections
from mcdesk.app.offices import current_office
from mcdesk.app.place import Place
from mcdesk.domain.office import Office
from mcdesk.domain.sections import BadConfiguration
from mcdesk.engine.connections import Connections, Live
from mcdesk.engine.desk import Desk
from mcdesk.engine.engine import Engine
from mcdesk.engine.heartbeat import Heartbeat
from mcdesk.engine.house import House
from mcdesk.inbound.poller import Poller
from mcdesk.inbound.reading_turn import ReadingTurn
from mcdesk.inbound.receiver import Receiver
from mcdesk.inbound.routes import Accepting, HookRoutes
from mcdesk.ports.hooks import Hook, HookAnswer, Hooked
from mcdesk.ports.phone import Phone
from mcdesk.ports.texts import Texts
from mcdesk.store import talk
from mcdesk.store.transaction import StoreTrouble, Tx

log = logging.getLogger(__name__)

#: At start the logs are read before anything else is done; steps and the CRM wait no longer than this.
FIRST_READ_SECONDS = 10.0


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
        #: None: not known yet.
        self.routes: HookRoutes | None = None

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
                patience=self.engine.patience,
            )
            for live in self.engine.connections
            if isinstance(live.provider, (Phone, Texts))
        ]
        self.engine.catching_up.begin((poller.name for poller in self._pollers), "mcdesk was not running.")
        self.engine.on_gap = self._gap
        for poller in self._pollers:
            for name, run in (("poll", poller.run), ("awake", poller.wakefulness.run)):
                self._polling.append(asyncio.create_task(self.engine.keep_going(name, run)))
        rules = asyncio.create_task(asyncio.to_thread(self.engine.house.rulebook.whole))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_READ_SECONDS):
                for poller in self._pollers:
                    await poller.tried.wait()
        await rules
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
        """Go on with the configuration that is in force now.

        Raises BadConfiguration, also where it can be read but work cannot begin with it: the office then
        goes on with the one before, and people are told.
        """
        try:
            office = await asyncio.to_thread(current_office, self.place)
            house, connections = await self._made(office)
            async with self._turning:
                await self._change_to(house, connections)
        except BadConfiguration as error:
            await self._tell_refused(error)
            raise
        for live in connections:
            await self.engine.retry(live.name)

    async def _made(self, office: Office) -> tuple[House, Connections]:
        connections = await asyncio.to_thread(
            make_connections, self.place, office, listen=self.listen, holder=self.engine.holder
        )
        return await asyncio.to_thread(house_of, self.place, office), connections

    async def _change_to(self, house: House, connections: Connections) -> None:
        before, was_at_work = self.engine.house.office, self.engine.is_at_work
        try:
            await self._work_by(house, connections, at_work=was_at_work)
        except StoreTrouble:
            raise  # no fault of the configuration: it is tried again
        except Exception as error:
            log.exception("Work could not begin anew", extra={"action": "office.not-begun"})
            # the providers of before were closed: the same once more
            await self._work_by(*await self._made(before), at_work=was_at_work)
            raise BadConfiguration(f"work cannot begin with it ({type(error).__name__}: {error})") from error

    async def _work_by(self, house: House, connections: Connections, *, at_work: bool) -> None:
        await self._stop_polling()
        await self.engine.replace(house, connections)
        self._open_routes()
        if at_work:
            await self._go_to_work()

    async def _tell_refused(self, error: BadConfiguration) -> None:
        text = f"{error}. The office goes on as before. Correct the file and import it again."

        def tell(tx: Tx) -> None:
            if not talk.is_told(tx, text):
                talk.alert(tx, kind="check", title="The new configuration is not used", text=text)

        with contextlib.suppress(StoreTrouble):  # whoever asked hears it from the log
            await asyncio.wrap_future(self.place.database.write(tell))

    async def _stop_polling(self) -> None:
        for task in self._polling:
            task.cancel()
        await asyncio.gather(*self._polling, return_exceptions=True)
        # A disk that refuses it: what is blind from here on begins a little earlier then.
        with contextlib.suppress(StoreTrouble):
            for poller in self._pollers:
                await poller.wakefulness.note()
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
            Accepting(
                live.name,
                live.hook_secret,
                hooks[live.name],
                self._accept(live),
                partial(self._not_taken, live.name),
            )
            for live in self.engine.connections
            if live.name in hooks
        )

    def _not_taken(self, connection: str) -> None:
        for poller in self._pollers:
            if poller.name == connection:
                poller.not_taken()

    def _accept(self, live: Live) -> Callable[[Hook], Awaitable[HookAnswer]]:
        async def accept(hook: Hook) -> HookAnswer:
            return await self.engine.inbox.accept(live, hook)

        return accept
