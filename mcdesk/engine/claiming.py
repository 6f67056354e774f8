"""Which texts may go out now: claimed and judged in one transaction, so that nothing comes in between.

Must not: talk to providers, or have rules of its own (`domain/policy` has them all).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Row

from mcdesk.domain.facts import Decision, TextClass
from mcdesk.domain.numbers import Number
from mcdesk.engine import followups, gate, texting, work, wrong_clock
from mcdesk.engine.means import Means
from mcdesk.engine.pacing import Pace
from mcdesk.engine.shelter import sheltered
from mcdesk.ports.texts import OutgoingText
from mcdesk.store import jobs, leads, pacing, people, talk
from mcdesk.store.transaction import NO_TIME, Tx

#: At most this many texts that got too old are given up in one transaction.
GIVE_UP_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A text that passed the gate just now, or one in doubt."""

    job: jobs.Job
    text: OutgoingText
    needs_line_type: bool
    #: When the gate was asked, in the clock's ticks.
    judged: float


class Claims:
    """One connection's texts, in transactions. `asks_line_types`: the office wants to know them first;
    `clock_off`: how far this PC's clock is ahead of the provider's, where that is known."""

    def __init__(
        self,
        connection: str,
        means: Means,
        *,
        asks_line_types: bool,
        clock_off: Callable[[], timedelta | None] = lambda: None,
    ) -> None:
        self._connection = connection
        self.channel = work.texts_channel(connection)
        self._means = means
        self._asks_line_types = asks_line_types
        #: How wrong this PC's clock is by the provider's; None where that is not known.
        self._clock_off = clock_off
        self._pace = Pace(self.channel)

    def give_up_late(self, tx: Tx) -> None:
        """Texts that got too late while nothing can be sent: people are asked to call instead."""
        off = self._watch_clock(tx)
        found = pacing.overdue(tx, self.channel, max(tx.now, tx.now - off), most=GIVE_UP_AT_ONCE)
        for job in jobs.claim_these(tx, found, holder=self._means.holder):
            sheltered(tx, job, partial(self._give_up, tx, job))

    def _give_up(self, tx: Tx, job: jobs.Job) -> None:
        assert job.message is not None
        message = talk.message(tx, job.message)
        text = _as_sent(job, message)
        asked = self._judge(tx, job, text, message, keep=False)
        if asked.answer == "send":
            pacing.put_back(tx, job.id, due=tx.now, why=job.why, not_after=asked.not_after)
        else:
            self._obey(tx, job, self._judge(tx, job, text, message))

    def claim(self, tx: Tx, most: int) -> list[Outgoing]:
        """Due texts that may go out now; the others are held or withheld, with the reason kept."""
        self._watch_clock(tx)
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
        decision = self._judge(tx, job, text, message)
        if decision.answer != "send":
            self._obey(tx, job, decision)
            return None
        if self._pace.waits(tx, job):
            if job.lead is not None:
                leads.refresh(tx, job.lead)
            return None
        asks = self._asks_line_types and not people.knows_line_type(tx, message.contact)
        outgoing = Outgoing(job, text, needs_line_type=asks, judged=self._means.clock.ticks())
        return _timed(outgoing, decision, tx.now)

    def _watch_clock(self, tx: Tx) -> timedelta:
        """How far this PC's clock is ahead as far as that is known; people are told where it is wrong."""
        off = self._clock_off()
        if off is not None:
            wrong_clock.watch(tx, self._means.house(), self._connection, off)
        return off or NO_TIME

    def _judge(
        self, tx: Tx, job: jobs.Job, text: OutgoingText, message: Row[Any], *, keep: bool = True
    ) -> Decision:
        return gate.judge(
            tx,
            self._means.house(),
            to=text.to,
            body=text.body,
            text_class=TextClass(message.text_class),
            lead=job.lead,
            moment="sent",
            connection=self._connection,
            message=job.message,
            keep=keep,
            template=message.template,
            clock_off=self._clock_off() or NO_TIME,
            answers=job.work.get("answers"),
            # Before texts said whether, all had been asked.
            agreed=bool(job.work.get("agreed", True)),
            sealed=talk.sealed(message),
        )

    def _obey(self, tx: Tx, job: jobs.Job, decision: Decision) -> None:
        """The gate said hold or no."""
        if decision.answer == "hold":
            assert decision.until is not None
            jobs.hold(tx, job, until=decision.until, why=decision.why[0], not_after=decision.not_after)
            if job.kind == work.SEND_TYPED and not job.why:
                texting.typed_waits(tx, job, decision)
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
                texting.answer_refused(tx, house, job.lead, decision)

    def ask_again(self, tx: Tx, outgoing: Outgoing) -> Outgoing | None:
        """It surely is not out: the gate decides as for any other text, and a doubt is over. None where it
        may not go out."""
        assert outgoing.job.message is not None
        message = talk.message(tx, outgoing.job.message)
        decision = self._judge(tx, outgoing.job, outgoing.text, message)
        if not jobs.clear_doubt(tx, outgoing.job):
            return None
        if decision.answer == "send":
            return _timed(outgoing, decision, tx.now)
        self._obey(tx, outgoing.job, decision)
        return None


def _timed(outgoing: Outgoing, decision: Decision, now: datetime) -> Outgoing:
    """With how long the provider may try."""
    until = decision.good_until
    return replace(outgoing, text=replace(outgoing.text, good_for=until - now if until else None))


def _as_sent(job: jobs.Job, message: Row[Any]) -> OutgoingText:
    """As it was frozen when it was queued."""
    to, sender = Number(message.recipient), Number(message.sender)
    return OutgoingText(key=job.key, to=to, sender=sender, body=message.body)
