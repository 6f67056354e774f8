"""Takes in what arrives: written down before it is answered, understood after, never lost in between.

Must not: know companies or rules (it brings the two together).
"""

import asyncio
import dataclasses
import hashlib
import logging
import math
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from mcdesk.domain.events import CallEvent, Event, TextReceived, TextStatus, Unknown
from mcdesk.engine import rules
from mcdesk.engine.clock import Clock
from mcdesk.engine.connections import Connections, Live
from mcdesk.engine.house import House
from mcdesk.ports.hooks import Hook, HookAnswer, Hooked, HookKey
from mcdesk.ports.phone import Phone
from mcdesk.ports.provider import Forged
from mcdesk.store import health, hooks, talk
from mcdesk.store.database import Database
from mcdesk.store.hooks import StoredHook
from mcdesk.store.transaction import StoreTrouble, Tx

log = logging.getLogger(__name__)

#: A report about a text whose sending is not yet written down is tried again for this long; longer while it
#: is not known whether the provider took a text to that number.
PATIENCE = 60.0
SWEEP = 1.0
#: What waits for longer than that is tried again this often (seconds).
OLD_AGAIN = 2.0
#: Hooks left behind that are taken up together.
AT_ONCE = 500


class Inbox:
    """The way in for hooks and for what was read from logs."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        house: Callable[[], House],
        connections: Callable[[], Connections],
    ) -> None:
        self._database = database
        self._clock = clock
        self._house = house
        self._connections = connections
        self._since: dict[str, datetime | None] = {}
        #: By the clock's ticks.
        self._heard: dict[str, float] = {}
        self.forged = 0

    async def begin(self, names: Sequence[str]) -> None:
        """Learn since when each connection is known."""

        def work(tx: Tx) -> dict[str, datetime | None]:
            return {name: health.begin(tx, name) for name in names}

        self._since = await asyncio.wrap_future(self._database.write(work))

    def set_back(self, by: timedelta) -> None:
        """The clock was ahead until now: so was since when connections are known, where that lies ahead."""
        now = self._clock.now()
        self._since = {
            name: since - by if since is not None and since > now else since
            for name, since in self._since.items()
        }

    async def accept(self, live: Live, hook: Hook) -> HookAnswer:
        """Store a genuine request and say what to answer; Forged and StoreTrouble mean nothing was stored."""
        provider = live.provider
        if not isinstance(provider, Hooked):
            raise Forged(f"{provider.title} sends no hooks.")
        try:
            provider.verify(hook)
        except Forged:
            self.forged += 1
            log.warning("A forged hook was refused", extra={"action": "hook.forged", "connection": live.name})
            raise
        await asyncio.wrap_future(self._database.write(partial(self._store, live, provider, hook)))
        self._heard[live.name] = self._clock.ticks()
        return provider.answer(hook)

    def heard_at(self, connection: str) -> float:
        """When its last genuine hook came in this run, in the clock's ticks; before all time if none did."""
        return self._heard.get(connection, -math.inf)

    def _store(self, live: Live, provider: Hooked, hook: Hook, tx: Tx) -> None:
        """The raw request and what follows from it, together; where that fails, the request alone."""
        stored = hooks.store(tx, live.name, provider.key(hook), hook)
        if stored is None:
            return
        try:
            tx.shelter(lambda: self._apply_hook(tx, live, stored, provider.parse(hook)))
        except StoreTrouble:
            raise
        except Exception as error:
            # It stays new: the sweep tries it again, and says what is wrong with it.
            log.info("A hook waits to be understood", extra={"action": "hook.waits", "why": repr(error)})

    async def understand_left_behind(self) -> None:
        """For as long as the engine runs: hooks that a bug, or a report that came too early, left new."""
        last, old_again_at = 0, -math.inf
        while True:
            left = await self._waiting(since=self._long_ago)
            if self._clock.ticks() >= old_again_at:
                # Page by page: however many wait for long, they hold up nobody.
                old = await self._waiting(before=self._long_ago, after=last)
                last = old[-1].id if len(old) == AT_ONCE else 0
                old_again_at = -math.inf if last else self._clock.ticks() + OLD_AGAIN
                left = [*old, *left]
            for stored in left:
                await self._understand(stored)
            await asyncio.sleep(SWEEP)

    @property
    def _long_ago(self) -> datetime:
        return self._clock.now() - self._clock.real(PATIENCE)

    async def _waiting(
        self, *, since: datetime | None = None, before: datetime | None = None, after: int = 0
    ) -> list[StoredHook]:
        return await asyncio.wrap_future(
            self._database.read(
                lambda tx: hooks.waiting(tx, AT_ONCE, since=since, before=before, after=after)
            )
        )

    async def _is_awaited(self, live: Live, events: Sequence[Event]) -> bool:
        return await asyncio.wrap_future(
            self._database.read(lambda tx: any(rules.is_awaited(tx, live.name, event) for event in events))
        )

    async def _understand(self, stored: StoredHook) -> None:
        live = self._connections().get(stored.connection)
        if live is None or not isinstance(live.provider, Hooked):
            await self._mark(stored, "unknown", "its connection is no longer configured")
            return
        events: Sequence[Event] = ()
        try:
            events = live.provider.parse(stored.hook)
            await asyncio.wrap_future(
                self._database.write(lambda tx: self._apply_hook(tx, live, stored, events))
            )
        except rules.TooEarly as early:
            if stored.at < self._long_ago and not await self._is_awaited(live, events):
                await self._mark(stored, "unknown", f"no text with the id {early} was sent from here")
        except StoreTrouble:
            # Still new: it is taken up again when the disk is well.
            return
        except Exception as error:
            log.exception(
                "A hook could not be understood; it is kept for replay",
                extra={"action": "hook.failed", "connection": stored.connection, "hook": stored.id},
            )
            why = f"{type(error).__name__}: {error}"
            await asyncio.wrap_future(
                self._database.write(lambda tx: self._give_up(tx, live, stored.id, events, why))
            )

    def _apply_hook(self, tx: Tx, live: Live, stored: StoredHook, events: Sequence[Event]) -> None:
        unknown = next((event.why for event in events if isinstance(event, Unknown)), None)
        if not hooks.mark_if_new(tx, stored.id, "unknown" if unknown else "done", unknown):
            return
        self._apply(tx, live, events, came_at=stored.at if stored.at < tx.now else None)

    def _apply(self, tx: Tx, live: Live, events: Sequence[Event], *, came_at: datetime | None = None) -> None:
        """`came_at`: of a hook that waited; a text in it that has no time of its own is no newer."""
        source = self.source(live.name, self._settle(live))
        for event in events:
            ours = self._in_our_time(event)
            if isinstance(ours, TextReceived) and ours.at is None:
                ours = dataclasses.replace(ours, at=came_at)
            rules.apply(tx, self._house(), source, ours)
        if events:
            health.had_event(tx, live.name, happened_at=self._happened_at(events[-1]))

    def source(self, connection: str, settle: timedelta) -> rules.Source:
        """What rules care about of a connection."""
        return rules.Source(connection=connection, settle=settle, since=self._since.get(connection))

    def news(self, tx: Tx, live: Live, events: Sequence[Event]) -> list[Event]:
        """Those of the events that say something new."""
        return [event for event in events if not rules.is_old_news(tx, live.name, event)]

    def take(self, tx: Tx, live: Live, events: Sequence[Event]) -> None:
        """Events read from a log; reports about texts sent by others are none of ours."""
        for event in events:
            try:
                tx.shelter(partial(self._apply, tx, live, [event]))
            except rules.TooEarly:
                continue
            except StoreTrouble:
                raise
            except Exception as error:
                self._set_aside(tx, live, event, error)

    def _set_aside(self, tx: Tx, live: Live, event: Event, error: Exception) -> None:
        """An event that trips over a bug is kept, and a person is told; those behind it go on."""
        log.exception(
            "An event could not be taken in", extra={"action": "event.bug", "connection": live.name}
        )
        written = repr(event).encode()
        key = HookKey("log", hashlib.sha256(written).hexdigest())
        kept = hooks.store(tx, live.name, key, Hook("LOG", "", {}, written))
        if kept is None:
            return
        self._give_up(tx, live, kept.id, [event], f"{type(error).__name__}: {error}")

    def _give_up(self, tx: Tx, live: Live, hook: int, events: Sequence[Event], why: str) -> None:
        """What was reported is kept, and a person is told: once, until they have read it. Whoever it may be a
        text from is not texted by itself until somebody has said what it was."""
        texts = [event for event in events if isinstance(event, TextReceived)]
        hooks.failed(tx, hook, why, holds=bool(texts) or not events)
        title = "Please check the call log"
        text = (
            f"Something {live.title} reported could not be taken in. Look at its own log, and tell support."
        )
        if texts:
            sender = texts[0].sender
            title, who = "Please check a text", sender.spoken if sender is not None else "a short number"
            text = (
                f"A text from {who} could not be taken in; it may be an opt-out. Read it at {live.title}, "
                "then say what it was: mcdesk stop-texting, or mcdesk keep-texting. Until then nothing is "
                "texted to them by itself. And tell support."
            )
        if not talk.is_told(tx, text):
            talk.alert(tx, kind="check", title=title, text=text)

    def _settle(self, live: Live) -> timedelta:
        return live.provider.settle if isinstance(live.provider, Phone) else timedelta(0)

    def _in_our_time(self, event: Event) -> Event:
        """Providers live in real time; in a rehearsal ours runs faster."""
        felt = self._clock.felt
        match event:
            case CallEvent():
                return dataclasses.replace(
                    event,
                    started_at=felt(event.started_at) if event.started_at else None,
                    ended_at=felt(event.ended_at) if event.ended_at else None,
                )
            case TextReceived() | TextStatus():
                return dataclasses.replace(event, at=felt(event.at) if event.at else None)
            case _:
                return event

    def _happened_at(self, event: Event) -> datetime | None:
        """When the provider says it was, in our time; None where it does not say."""
        match self._in_our_time(event):
            case CallEvent(started_at=started, ended_at=ended):
                return ended or started
            case TextReceived(at=at) | TextStatus(at=at):
                return at
            case _:
                return None

    async def _mark(self, stored: StoredHook, state: str, why: str) -> None:
        await asyncio.wrap_future(self._database.write(lambda tx: hooks.mark(tx, stored.id, state, why)))
