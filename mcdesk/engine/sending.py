"""Hands texts to their providers: judged again at the last moment, looked up before any second try.

Must not: decide what is sent (the gate does) or when (the outbox does).
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Row

from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.leads import Stage
from mcdesk.domain.numbers import Number
from mcdesk.domain.policy import Decision, TextClass
from mcdesk.engine import followups, gate, recording, restoring, rules, texting, work
from mcdesk.engine.catching_up import CatchingUp
from mcdesk.engine.health import Purpose
from mcdesk.engine.means import Means
from mcdesk.engine.pacing import Pace
from mcdesk.engine.shelter import sheltered
from mcdesk.ports.provider import BadLogin, Busy, ProviderError, Refused, Unreachable, Unsure
from mcdesk.ports.texts import OutgoingText, SentText, Texts
from mcdesk.store import jobs, leads, pacing, people, talk
from mcdesk.store.transaction import Tx

log = logging.getLogger(__name__)

T = TypeVar("T")
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
#: A text that trips over a bug is tried so often.
MOST_STUMBLES = 5
#: Not known for so long whether a text is out: a person looks.
LONGEST_DOUBT = timedelta(hours=6)
#: While the provider cannot be used, texts that get too old are looked for this often (seconds).
LOOK_FOR_LATE = 10.0
#: At most this many of them in one transaction.
GIVE_UP_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text that passed the gate just now, or one in doubt."""

    job: jobs.Job
    text: OutgoingText
    needs_line_type: bool
    #: When the gate was asked, in the clock's ticks.
    judged: float


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
        self.channel = work.texts_channel(connection)
        self._connection = connection
        self._provider = provider
        self._means = means
        self._still_ours = still_ours
        self._catching_up = catching_up
        self._pace = Pace(self.channel)
        #: Between two texts, real seconds, and when the next may be handed over, in the clock's ticks.
        self._gap = 1 / provider.texts_per_second if provider.texts_per_second > 0 else 0.0
        self._next_turn = 0.0
        self._failures = 0
        self._pause_until = 0.0

    def room(self, on_the_wire: int) -> int:
        """How many more may go out now; one feels its way while the provider is in trouble."""
        most = AT_ONCE if self._failures == 0 else 1
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
        return min(self._resting, LOOK_FOR_LATE)

    @property
    def _resting(self) -> float:
        """Real seconds before the provider should be tried again."""
        return max(0.0, self._pause_until - self._means.clock.ticks())

    def resume(self) -> None:
        """Something was mended: try at once."""
        self._failures, self._pause_until = 0, 0.0

    async def claim(self, most: int) -> list[Outgoing]:
        """Due texts that may go out now; the others are held or withheld, with the reason kept."""
        if not self._still_ours():
            # Until our lease is renewed.
            await asyncio.sleep(0.1)
            return []
        claimed = await self._means.write(lambda tx: self._claim(tx, most))
        if self._gap and any(outgoing.job.doubt_at is None for outgoing in claimed):
            self._next_turn = max(self._next_turn, self._means.clock.ticks()) + self._gap
        return claimed

    async def give_up_late(self) -> None:
        """First texts that got too old while nothing can be sent: people are asked to call instead."""
        await self._means.write(self._give_up_late)

    def _give_up_late(self, tx: Tx) -> None:
        goals = self._means.house().office.goals
        found = pacing.overdue(
            tx, self.channel, text_class=TextClass.ACK, age=goals.acknowledge_within, most=GIVE_UP_AT_ONCE
        )
        for job in jobs.claim_these(tx, found, holder=self._means.holder):
            sheltered(tx, job, partial(self._give_up, tx, job))

    def _give_up(self, tx: Tx, job: jobs.Job) -> None:
        assert job.message is not None
        message = talk.message(tx, job.message)
        text = _as_sent(job, message)
        if self._judge(tx, job, text, message.text_class, keep=False).answer == "send":
            pacing.put_back(tx, job.id, due=tx.now, why=job.why)
        else:
            self._obey(tx, job, self._judge(tx, job, text, message.text_class))

    def _claim(self, tx: Tx, most: int) -> list[Outgoing]:
        ready = []
        for job in jobs.claim(tx, channel=self.channel, holder=self._means.holder, most=most):
            outgoing = sheltered(tx, job, partial(self._prepare, tx, job))
            if outgoing is not None:
                ready.append(outgoing)
        return ready

    def _prepare(self, tx: Tx, job: jobs.Job) -> Outgoing | None:
        assert job.message is not None
        message = talk.message(tx, job.message)
        text = _as_sent(job, message)
        if job.doubt_at is not None:
            # It may be out already; what the gate says now only counts if it turns out not to be.
            return Outgoing(job, text, needs_line_type=False, judged=self._means.clock.ticks())
        decision = self._judge(tx, job, text, message.text_class)
        if decision.answer != "send":
            self._obey(tx, job, decision)
            return None
        if self._pace.waits(tx, job):
            if job.lead is not None:
                leads.refresh(tx, job.lead)
            return None
        asks = self._provider.looks_up_line_types and people.contact(tx, message.contact).line_type is None
        return Outgoing(job, text, needs_line_type=asks, judged=self._means.clock.ticks())

    def _judge(
        self, tx: Tx, job: jobs.Job, text: OutgoingText, text_class: str, *, keep: bool = True
    ) -> Decision:
        return gate.judge(
            tx,
            self._means.house(),
            to=text.to,
            body=text.body,
            text_class=TextClass(text_class),
            lead=job.lead,
            moment="sent",
            message=job.message,
            keep=keep,
        )

    def _obey(self, tx: Tx, job: jobs.Job, decision: Decision) -> None:
        """The gate said hold or no."""
        if decision.answer == "hold":
            assert decision.until is not None
            jobs.hold(tx, job, until=decision.until, why=decision.why[0])
        else:
            texting.withhold(tx, job, decision.why[0])
            self._tell(tx, job, decision)
        if job.lead is not None:
            leads.refresh(tx, job.lead)

    def _tell(self, tx: Tx, job: jobs.Job, decision: Decision) -> None:
        """Whoever counts on the text learns that it did not go out."""
        if job.lead is None:
            return
        house = self._means.house()
        match job.kind:
            case work.SEND_TEXT:
                followups.text_refused(tx, house, job.lead, decision, ordinal=int(job.work.get("ordinal", 0)))
            case work.SEND_TYPED:
                texting.typed_refused(tx, house, job, decision)
            case _:
                talk.happened(tx, job.lead, f"Answer not sent: {decision.why[0]}")

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
                if not await self._may_still_go(outgoing):
                    return True
                if not self._still_ours():
                    return False
                outgoing = replace(outgoing, job=replace(outgoing.job, doubt_at=None))
                sent = await self._provider.send_text(outgoing.text)
        except ProviderError as error:
            await self._failed(outgoing, error)
            return True
        self._failures, self._pause_until = 0, 0.0
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
        await self._wait(outgoing, seconds=seconds, why="looking whether the text arrived", doubt=True)
        return False

    async def _may_still_go(self, outgoing: Outgoing) -> bool:
        """The last look before the request. False where another answer of the gate is written down."""
        judged = outgoing.judged
        again = outgoing.job.doubt_at is not None
        if outgoing.needs_line_type:
            await self._learn_line_type(outgoing)
            again = True
        for _ in range(MOST_ASKS):
            if not again and self._means.clock.ticks() - judged < FRESH:
                break
            again, judged = False, self._means.clock.ticks()
            if not await self._means.write(lambda tx: self._is_allowed(tx, outgoing)):
                return False
        return True

    def _is_allowed(self, tx: Tx, outgoing: Outgoing) -> bool:
        """It surely is not out: the gate decides as for any other text, and a doubt is over."""
        assert outgoing.job.message is not None
        message = talk.message(tx, outgoing.job.message)
        decision = self._judge(tx, outgoing.job, outgoing.text, message.text_class)
        if not jobs.clear_doubt(tx, outgoing.job):
            return False
        if decision.answer == "send":
            return True
        self._obey(tx, outgoing.job, decision)
        return False

    async def _learn_line_type(self, outgoing: Outgoing) -> None:
        """Ask once what kind of line it is; what the answer means is the gate's."""
        try:
            async with asyncio.timeout(self._means.patience.line_type):
                line_type = await self._provider.line_type(outgoing.text.to)
        except (ProviderError, TimeoutError):
            return
        if line_type is not None:
            await self._means.write(lambda tx: people.set_line_type(tx, outgoing.text.to, str(line_type)))

    def _done(self, tx: Tx, *, outgoing: Outgoing, sent: SentText) -> None:
        job, house = outgoing.job, self._means.house()
        failed = sent.report is not None and sent.report.status is DeliveryStatus.FAILED
        status = DeliveryStatus.ACCEPTED if failed else sent.status
        if not texting.taken(tx, job, provider_id=sent.message_id, status=status):
            return
        if failed and sent.report is not None:
            source = rules.Source(connection=self._connection, settle=timedelta(0), since=None)
            rules.apply(tx, house, source, sent.report)
            return
        followups.text_taken(tx, house, job)
        if job.lead is not None and job.message is not None:
            recording.owe_message(tx, house, job.lead, job.message)
            leads.refresh(tx, job.lead)

    async def _failed(self, outgoing: Outgoing, error: ProviderError) -> None:
        log.warning(
            "A text was not taken",
            extra={"action": "text.not-taken", "connection": self._connection, "kind": type(error).__name__,
                   "code": error.code, "to": outgoing.text.to.masked},
        )  # fmt: skip
        match error:
            case _ if self._is_hopeless(outgoing.job, error):
                why = f"{_PLEASE_CHECK}{error.why}"
                await self._means.write_down(lambda tx: ask_person(tx, outgoing.job, why))
            case Refused():
                await self._means.write_down(lambda tx: self._refused(tx, outgoing, error))
            case Unsure():
                rest = self._means.patience.look_after
                await self._wait(outgoing, seconds=rest, why=error.why, doubt=True)
                await self._troubled(error, next_try=rest)
            case BadLogin():
                self._rest(self._means.patience.login_pause)
                await self._wait(outgoing, seconds=self._means.patience.login_pause, why=error.why)
                await self._troubled(error, next_try=self._resting)
            case Busy(seconds=seconds):
                # "Retry-After: 0" from a provider that goes on saying so must not become a spin.
                rest = max(seconds or 0.0, self._backed_off(self._means.patience.longest_pause))
                self._rest(rest)
                await self._wait(outgoing, seconds=rest, why=error.why)
                await self._troubled(error, next_try=rest)
            case Unreachable():
                rest = self._backed_off(self._means.patience.longest_outage_pause)
                self._rest(rest)
                await self._wait(outgoing, seconds=rest, why=error.why)
                await self._troubled(error, next_try=rest)
            case _:
                raise error

    async def _troubled(self, error: ProviderError, *, next_try: float) -> None:
        await self._means.health.trouble(self._connection, error, purpose=Purpose.SENDING, next_try=next_try)

    def _is_hopeless(self, job: jobs.Job, error: ProviderError) -> bool:
        """Whether only a person can find out about a text in doubt: the provider will not say, or is away."""
        if job.doubt_at is None:
            return False
        return isinstance(error, Refused) or self._means.clock.now() - job.doubt_at > LONGEST_DOUBT

    def _refused(self, tx: Tx, outgoing: Outgoing, error: Refused) -> None:
        job = outgoing.job
        assert job.message is not None
        if not jobs.finish(tx, job, state="failed", why=error.why):
            return
        jobs.write_attempt(tx, job.id, outcome="refused", detail=error.why)
        if error.opted_out:
            people.suppress(tx, outgoing.text.to, words="", rule=f"error {error.code}", channel="provider")
        if error.landline:
            people.set_line_type(tx, outgoing.text.to, "landline")
        texting.failed(
            tx,
            self._means.house(),
            job.message,
            why=error.why,
            landline=error.landline,
            opted_out=error.opted_out,
        )

    async def _wait(self, outgoing: Outgoing, *, seconds: float, why: str, doubt: bool = False) -> None:
        job = outgoing.job

        def back(tx: Tx) -> None:
            due = tx.now + self._means.clock.real(seconds)
            if not jobs.postpone(tx, job, due=due, why=why, doubt=doubt):
                return
            jobs.write_attempt(tx, job.id, outcome="doubt" if doubt else "later", detail=why)
            if job.lead is not None:
                leads.refresh(tx, job.lead)

        await self._means.write_down(back)

    def stumbled(self, tx: Tx, job: jobs.Job) -> None:
        """A bug came in between, so it may be out: looked up later, and in the end before a person."""
        if job.tries >= MOST_STUMBLES:
            ask_person(tx, job, _PLEASE_CHECK)
            return
        due = tx.now + self._means.clock.real(2.0**job.tries)
        jobs.postpone(tx, job, due=due, why="mcdesk made a mistake here; it looks again.", doubt=True)
        if job.lead is not None:
            leads.refresh(tx, job.lead)

    def _backed_off(self, longest: float) -> float:
        """A growing pause. The texts that were on the wire together fail together: that counts once."""
        if self._resting:
            return self._resting
        self._failures += 1
        pause: float = min(0.25 * 2 ** min(self._failures, 10), longest)
        return pause

    def _rest(self, seconds: float) -> None:
        self._pause_until = max(self._pause_until, self._means.clock.ticks() + seconds)


def _as_sent(job: jobs.Job, message: Row[Any]) -> OutgoingText:
    """As it was frozen when it was queued."""
    to, sender = Number(message.recipient), Number(message.sender)
    return OutgoingText(key=job.key, to=to, sender=sender, body=message.body)


_PLEASE_CHECK = "It is not known whether this text arrived. Look at the provider, or ask the caller. "


def ask_person(tx: Tx, job: jobs.Job, why: str) -> None:
    """Nobody but a person can find out whether the text arrived."""
    if not jobs.finish(tx, job, state="check", why=why):
        return
    if job.lead is not None:
        leads.stand(tx, job.lead, Stage.CHECK)
        talk.alert(tx, kind="check", title="Please check a text", text=why, lead=job.lead)
        leads.refresh(tx, job.lead)
