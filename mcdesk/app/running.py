"""An office at work: what polls, sends and takes in hooks; begun, taking turns with others, and ended.

Must not: hold rules, SQL or screens.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from mcdesk.app.connecting import hook_address, make_connections, make_house
from mcdesk.app.offices import current_office
from mcdesk.app.place import Place
from mcdesk.engine.connections import Live
from mcdesk.engine.desk import Desk
from mcdesk.engine.engine import Engine
from mcdesk.engine.heartbeat import Heartbeat
from mcdesk.inbound.poller import Poller
from mcdesk.inbound.reading_turn import ReadingTurn
from mcdesk.inbound.receiver import Receiver
from mcdesk.inbound.routes import Accepting, HookRoutes
from mcdesk.ports.hooks import Hook, HookAnswer, Hooked
from mcdesk.ports.phone import Phone
from mcdesk.ports.texts import Texts

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
                patience=self.engine.patience,
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
