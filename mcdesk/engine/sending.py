"""Hands texts to their providers: judged again at the last moment, looked up before any second try.

Must not: decide what is sent (the gate does) or when (the outbox does).
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.templates import measure
from mcdesk.engine import followups, recording, restoring, rules, texting
from mcdesk.engine.catching_up import CatchingUp
from mcdesk.engine.claiming import Claims, Outgoing
from mcdesk.engine.health import Purpose
from mcdesk.engine.means import Means
from mcdesk.engine.not_taken import NotTaken
from mcdesk.ports.provider import ProviderError
from mcdesk.ports.texts import SentText, Texts
from mcdesk.store import leads, people, talk
from mcdesk.store.transaction import Tx

#: Texts on the wire at the same time, per connection.
AT_ONCE = 48
#: Longer than this after the gate's word it is asked once more before the text goes out (real seconds): an
#: opt-out may have come, or this process stood still while another engine took the text over.
FRESH = 1.0
#: ... but not for ever, where the disk itself takes longer.
MOST_ASKS = 2
#: A text is looked for from so much earlier than we believe it was asked for: this PC's clock may be wrong.
#: That finds no other text: those with the same words to the same person are known by their ids.
CLOCKS_DIFFER = timedelta(hours=25)
#: While the provider cannot be used, texts that get too old are looked for this often (seconds).
LOOK_FOR_LATE = 10.0


class Sender:
    """One connection's texts."""

    def __init__(
        self,
        connection: str,
        provider: Texts,
        means: Means,
        *,
        still_ours: Callable[[], bool],
        catching_up: CatchingUp,
    ) -> None:
        self._claims = Claims(
            connection,
            means,
            asks_line_types=provider.looks_up_line_types,
            clock_off=lambda: provider.clock_off,
        )
        self.channel = self._claims.channel
        self._troubles = NotTaken(connection, means)
        self.stumbled = self._troubles.stumbled
        self._connection = connection
        self._provider = provider
        self._means = means
        self._still_ours = still_ours
        self._catching_up = catching_up
        #: For one segment, real seconds, and when the next may be handed over, in the clock's ticks.
        self._gap = 1 / provider.texts_per_second if provider.texts_per_second > 0 else 0.0
        self._next_turn = 0.0

    def room(self, on_the_wire: int) -> int:
        """How many more may go out now; one feels its way while the provider is in trouble."""
        most = AT_ONCE if self._troubles.failures == 0 else 1
        return min(most - on_the_wire, 1) if self._gap else most - on_the_wire

    @property
    def until_turn(self) -> float:
        """Real seconds until the office's own pace lets the next text out. Waited for before a text is
        claimed and judged: what the gate said of it must not grow old in a line."""
        return max(0.0, self._next_turn - self._means.clock.ticks()) if self._gap else 0.0

    @property
    def pause(self) -> float:
        """Real seconds to wait before looking again; 0 when texts may go out."""
        if self._catching_up.why(self._connection) is not None:
            # Whoever ends it wakes us.
            return LOOK_FOR_LATE
        return min(self._troubles.resting, LOOK_FOR_LATE)

    def resume(self) -> None:
        """Something was mended: try at once."""
        self._troubles.over()

    async def claim(self, most: int) -> list[Outgoing]:
        """Due texts that may go out now; the others are held or withheld, with the reason kept."""
        if not self._still_ours():
            # Until our lease is renewed.
            await asyncio.sleep(0.1)
            return []
        claimed = await self._means.write(lambda tx: self._claims.claim(tx, most))
        # Carriers count segments (rule C-1).
        segments = sum(measure(each.text.body).segments for each in claimed if each.job.doubt_at is None)
        if self._gap and segments:
            self._next_turn = max(self._next_turn, self._means.clock.ticks()) + self._gap * segments
        return claimed

    async def give_up_late(self) -> None:
        """First texts that got too old while nothing can be sent: people are asked to call instead."""
        await self._means.write(self._claims.give_up_late)

    async def send(self, outgoing: Outgoing) -> bool:
        """One try. True once what came of it is written down; False if it was not even begun."""
        if not self._still_ours():
            # We were asleep so long that another engine may have taken this text over.
            return False
        try:
            sent = await self._find(outgoing) if outgoing.job.doubt_at is not None else None
            if sent is None:
                if outgoing.job.doubt_at is not None and not await self._is_settled(outgoing):
                    return True
                allowed = await self._last_look(outgoing)
                if allowed is None:
                    return True
                if not self._still_ours():
                    return False
                outgoing = replace(allowed, job=replace(outgoing.job, doubt_at=None))
                sent = await self._provider.send_text(outgoing.text)
        except ProviderError as error:
            await self._troubles.note(outgoing, error)
            return True
        self._troubles.over()
        await self._means.write_down(partial(self._done, outgoing=outgoing, sent=sent))
        await self._means.health.ok(self._connection, Purpose.SENDING)
        return True

    async def _find(self, outgoing: Outgoing) -> SentText | None:
        """The text as an earlier try left it at the provider."""
        job = outgoing.job
        since = self._means.clock.at_providers(restoring.since_of(job.work, job.at)) - CLOCKS_DIFFER
        known = await self._means.write(lambda tx: talk.provider_ids_to(tx, outgoing.text.to))
        return await self._provider.find_text(outgoing.text, since=since, known=known)

    async def _is_settled(self, outgoing: Outgoing) -> bool:
        """Not found: that counts once the provider had time to write down what it took."""
        assert outgoing.job.doubt_at is not None
        settled = self._means.clock.real(self._means.patience.settled)
        if self._means.clock.now() >= outgoing.job.doubt_at + settled:
            return True
        seconds = self._means.patience.settled / 3
        await self._troubles.wait(
            outgoing, seconds=seconds, why="looking whether the text arrived", doubt=True
        )
        return False

    async def _last_look(self, outgoing: Outgoing) -> Outgoing | None:
        """Just before the request. None where another answer of the gate is written down."""
        judged = outgoing.judged
        again = outgoing.job.doubt_at is not None
        if outgoing.needs_line_type:
            await self._learn_line_type(outgoing)
            again = True
        for _ in range(MOST_ASKS):
            if not again and self._means.clock.ticks() - judged < FRESH:
                break
            again, judged = False, self._means.clock.ticks()
            allowed = await self._means.write(partial(self._claims.ask_again, outgoing=outgoing))
            if allowed is None:
                return None
            outgoing = allowed
        return outgoing

    async def _learn_line_type(self, outgoing: Outgoing) -> None:
        """Ask once what kind of line it is; what the answer means is the gate's."""
        try:
            async with asyncio.timeout(self._means.patience.line_type):
                line_type = await self._provider.line_type(outgoing.text.to)
        except (ProviderError, TimeoutError):
            return
        if line_type is not None:
            await self._means.write(lambda tx: people.set_line_type(tx, outgoing.text.to, line_type))

    def _done(self, tx: Tx, *, outgoing: Outgoing, sent: SentText) -> None:
        job, house = outgoing.job, self._means.house()
        failed = sent.report is not None and sent.report.status is DeliveryStatus.FAILED
        status = DeliveryStatus.ACCEPTED if failed else sent.status
        if not texting.taken(tx, house, job, provider_id=sent.message_id, status=status):
            return
        if failed and sent.report is not None:
            source = rules.Source(connection=self._connection, settle=timedelta(0), since=None)
            rules.apply(tx, house, source, sent.report)
            return
        followups.text_taken(tx, house, job)
        if job.lead is not None and job.message is not None:
            recording.owe_message(tx, house, job.lead, job.message)
            leads.refresh(tx, job.lead)
