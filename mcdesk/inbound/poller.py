"""Reads the call and message logs of a connection, as the only source or as the safety net under its hooks.

Must not: interpret what it reads (`engine/inbox` takes it).
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from mcdesk.domain.events import CallEvent, Event
from mcdesk.engine.blindness import Blindness
from mcdesk.engine.catching_up import CatchingUp
from mcdesk.engine.clock import Clock
from mcdesk.engine.connections import Live
from mcdesk.engine.health import Health, Purpose
from mcdesk.engine.house import House
from mcdesk.engine.inbox import Inbox
from mcdesk.engine.patience import Patience
from mcdesk.inbound.reading_turn import ReadingTurn
from mcdesk.inbound.wakefulness import Wakefulness
from mcdesk.ports.phone import Phone
from mcdesk.ports.provider import BadLogin, Busy, ProviderError, Refused
from mcdesk.ports.texts import Texts
from mcdesk.store import health
from mcdesk.store.database import Database
from mcdesk.store.transaction import Tx

log = logging.getLogger(__name__)

#: For whoever does not say.
USUAL = Patience()

#: After trouble the next read waits at most this long, seconds: asking costs nothing, and texts wait for it.
LONGEST_PAUSE = 15.0
#: A log that could not be read for so long (seconds), or for so many intervals, is an outage.
OUTAGE = 30.0
OUTAGE_POLLS = 3
#: An office that lives by hooks reads its log this seldom, for a hook that was lost on its way (seconds).
SELDOM = 600.0
#: ... and so soon after a hook it had to refuse; companies send one only once, or a few times.
SOON = 5.0
#: ... and holds texts back for its first read only so long, as it may be one that never works.
HOOKS_ALONE = 60.0
#: Events taken in one transaction.
PIECE = 20


class Poller:
    """One connection's logs. Without an interval (hooks only) they are read seldom, and when asked: after a
    gap, and after a hook that was not taken.

    Of several engines the one whose `turn` it is reads them; another only for itself, when it is behind, and
    notes nothing as read.
    """

    def __init__(
        self,
        live: Live,
        inbox: Inbox,
        database: Database,
        clock: Clock,
        health: Health,
        *,
        catching_up: CatchingUp,
        house: Callable[[], House],
        turn: ReadingTurn,
        look: float,
        patience: Patience = USUAL,
    ) -> None:
        self._live = live
        self._inbox = inbox
        self._database = database
        self._clock = clock
        self._health = health
        self._catching_up = catching_up
        self._blindness = Blindness(live, clock, house=house)
        self.wakefulness = Wakefulness(
            live, database, clock, catching_up=catching_up, blindness=self._blindness
        )
        self._interval = live.connection.poll_seconds
        self._turn = turn
        #: Real seconds after which an engine looks again whether it is its turn.
        self._look = look
        self._patience = patience
        self._is_ours = False
        self._failures = 0
        #: In the clock's ticks; None while it works.
        self._failing_since: float | None = None
        self._refused_logins = 0
        self._is_refused = False
        #: A hook was not taken: what it said is in the log.
        self._lacks_a_hook = False
        self._read_at = clock.ticks()
        self._is_unheard = False
        self.now = asyncio.Event()
        #: Set after the first try, whatever came of it.
        self.tried = asyncio.Event()

    @property
    def name(self) -> str:
        return self._live.name

    async def run(self) -> None:
        """Read every `poll_seconds`, and at once when `now` is set."""
        while True:
            self.now.clear()
            self._is_ours = await self._turn.is_ours()
            if self._is_ours or self._lacks_a_hook or await self._is_behind():
                await self.read_once()
            self.tried.set()
            try:
                async with asyncio.timeout(self._pause):
                    await self.now.wait()
            except TimeoutError:
                pass

    def not_taken(self) -> None:
        """A hook that may be genuine was refused: its log is read soon, and in a storm not each time."""
        if self._lacks_a_hook or 0 < self._interval <= SOON:
            return
        self._lacks_a_hook = True
        asyncio.get_running_loop().call_later(SOON / self._clock.speed, self.now.set)

    @property
    def _pause(self) -> float:
        """Real seconds until the next read, or look whether it is our turn."""
        if self._failures and self._catching_up.why(self._live.name) is not None:
            return self._after_failures
        if not self._is_ours:
            return self._look
        if self._failures:
            return self._after_failures
        return (self._interval or SELDOM) / self._clock.speed

    @property
    def _after_failures(self) -> float:
        if self._refused_logins:
            return self._patience.after_refused_logins(self._refused_logins)
        if self._is_refused and not self._interval:
            return SELDOM
        return min(2.0 ** min(self._failures, 10), LONGEST_PAUSE)

    async def _is_behind(self) -> bool:
        """Whether this engine has to read for itself: it is behind, or who reads for all does not get on."""
        name = self._live.name
        row = await asyncio.wrap_future(self._database.read(lambda tx: health.row(tx, name)))
        if row is not None and row.read_at is not None and self._clock.now() - row.read_at < self._outage:
            self._read_at = self._clock.ticks()
        if self._interval and self._is_overdue:
            self._catching_up.begin([name], "Its log is not being read.")
        return self._catching_up.why(name) is not None

    @property
    def _outage(self) -> timedelta:
        return self._clock.real(max(OUTAGE, OUTAGE_POLLS * self._interval))

    @property
    def _is_overdue(self) -> bool:
        """Whether nothing came for too long: while its hooks come, a log that cannot be read is no outage."""
        heard_at = max(self._read_at, self._inbox.heard_at(self._live.name))
        return self._clock.ticks() - heard_at > max(OUTAGE, OUTAGE_POLLS * self._interval)

    async def read_once(self) -> bool:
        """Texts first, so that an opt-out is known before anything else is; whether it worked."""
        name = self._live.name
        times = self._catching_up.times(name)
        lacks_a_hook, self._lacks_a_hook = self._lacks_a_hook, False
        try:
            unheard = await self._read()
        except ProviderError as error:
            self._lacks_a_hook = self._lacks_a_hook or lacks_a_hook
            await self._failed(error, times)
            return False
        self._failures, self._refused_logins, self._failing_since = 0, 0, None
        await self._note_read(times)
        await self._health.ok(name, Purpose.READING)
        await self._tell_unheard(unheard)
        return True

    async def _tell_unheard(self, trouble: ProviderError | None) -> None:
        """Whether messages that callers left can be asked for: calls are known without."""
        if trouble is not None:
            next_try = self._pause
            await self._health.trouble(self.name, trouble, purpose=Purpose.VOICEMAIL, next_try=next_try)
        elif self._is_unheard:
            await self._health.ok(self.name, Purpose.VOICEMAIL)
        self._is_unheard = trouble is not None

    async def _note_read(self, times: int) -> None:
        """It was read to the end, unless time went on without us meanwhile: then `gap` has it read again."""
        name = self._live.name
        if self._catching_up.times(name) == times:
            await asyncio.wrap_future(self._database.write(self._write_blindness))
        if self._catching_up.times(name) == times:
            self._blindness.over()
            self._read_at = self._clock.ticks()
            self._catching_up.end(name)

    async def _failed(self, error: ProviderError, times: int) -> None:
        name = self._live.name
        self._failures += 1
        if self._failing_since is None:
            self._failing_since = self._clock.ticks()
        self._refused_logins = self._refused_logins + 1 if isinstance(error, BadLogin) else 0
        self._is_refused = isinstance(error, Refused)
        log.warning(
            "A log could not be read",
            extra={"action": "poll.failed", "connection": name, "kind": type(error).__name__},
        )
        if isinstance(error, Refused) or self._may_never_work(self._failing_since):
            # Nobody can read it: waiting for it would stop all texts for good. But what was asked before a
            # sleep always fails after it, and `gap` has it asked again.
            if self._catching_up.times(name) == times:
                self._catching_up.end(name)
        elif self._interval and self._is_overdue:
            self._catching_up.begin([name], error.why)
        if not isinstance(error, Busy):
            self._blindness.because(error.why, only_log=True)
        await self._health.trouble(name, error, purpose=Purpose.READING, next_try=self._pause)

    def _may_never_work(self, failing_since: float) -> bool:
        """Whether an office that lives by hooks has waited for its log long enough; it is tried further."""
        return not self._interval and self._clock.ticks() - failing_since >= HOOKS_ALONE

    async def _read(self) -> ProviderError | None:
        """To the end; why messages that callers left could not be asked for."""
        provider, name = self._live.provider, self._live.name
        calls_cursor, texts_cursor = await asyncio.wrap_future(
            self._database.read(lambda tx: health.cursors(tx, name))
        )
        now = self._clock.wall()
        if isinstance(provider, Texts):
            texts = await provider.texts_since(texts_cursor, now=now)
            await self._take(texts.events, texts_cursor=texts.cursor)
        if isinstance(provider, Phone):
            calls = await provider.calls_since(calls_cursor, now=now)
            await self._take(calls.events, calls_cursor=calls.cursor)
            return calls.trouble
        return None

    async def _take(
        self, events: Sequence[Event], *, calls_cursor: str | None = None, texts_cursor: str | None = None
    ) -> None:
        """What was read, and after it how far."""
        news, unheard_of = await asyncio.wrap_future(self._database.read(lambda tx: self._news(tx, events)))
        self._blindness.found(unheard_of)
        # In small pieces, so that no hook waits long behind them; the cursor moves when all are in.
        for start in range(0, len(news), PIECE):
            piece = news[start : start + PIECE]
            await asyncio.wrap_future(
                self._database.write(partial(self._inbox.take, live=self._live, events=piece))
            )
        await asyncio.wrap_future(
            self._database.write(partial(self._move_cursors, calls=calls_cursor, texts=texts_cursor))
        )

    def _news(self, tx: Tx, events: Sequence[Event]) -> tuple[Sequence[Event], Sequence[CallEvent]]:
        news = self._inbox.news(tx, self._live, events)
        return news, self._blindness.unheard_of(tx, news)

    def _move_cursors(self, tx: Tx, *, calls: str | None, texts: str | None) -> None:
        # Whoever took the turn meanwhile is further; what we read is in all the same.
        if self._turn.still(tx):
            health.move_cursors(tx, self._live.name, calls=calls, texts=texts)

    def _write_blindness(self, tx: Tx) -> None:
        if self._turn.still(tx):
            self._blindness.write(tx)

    def gap(self, why: str) -> None:
        """Time went on without us: read at once."""
        self._blindness.because(why, only_log=False)
        self.now.set()
