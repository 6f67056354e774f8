"""Asks a phone system what became of calls that ended without a verdict. Each look-up ends: with a verdict
from wherever, or, when nobody says what became of the call, with a person who phones the caller.

Must not: decide what follows from a verdict (`engine/rules` does).
"""

import logging
from collections.abc import Callable
from functools import partial

from mcdesk.domain.calls import Outcome
from mcdesk.domain.events import AnyCall, CallEnded, CallRinging
from mcdesk.engine import callers, rules, work
from mcdesk.engine.health import Purpose
from mcdesk.engine.means import Means
from mcdesk.engine.shelter import sheltered
from mcdesk.ports.phone import Phone
from mcdesk.ports.provider import BadLogin, Busy, ProviderError, Refused, Unreachable
from mcdesk.store import jobs, late, talk
from mcdesk.store.transaction import StoreTrouble, Tx

log = logging.getLogger(__name__)

#: Real seconds until the second look; each later one waits that much longer, but no longer than the most.
LOOK_AGAIN = 3.0
MOST_BETWEEN_LOOKS = 30.0
#: Real seconds after which a phone system that knows no verdict is not expected to learn it.
LONGEST_WITHOUT = 90.0
#: What ended here and still goes on there (a message being measured, a transfer) is waited for so long.
LONGEST_GOING_ON = 1_800.0
#: While the phone system cannot be asked, calls that wait too long are looked for this often (seconds).
LOOK_FOR_LATE = 10.0
#: At most this many of them in one transaction.
GIVE_UP_AT_ONCE = 50
#: A look-up that trips over a bug is tried so often.
MOST_STUMBLES = 5


class CallLookUps:
    """One connection's calls, one look at a time."""

    def __init__(
        self, connection: str, phone: Phone, means: Means, *, source: Callable[[], rules.Source]
    ) -> None:
        self.channel = work.calls_channel(connection)
        self._connection = connection
        self._phone = phone
        self._means = means
        self._source = source
        self._failures = 0
        self._refused_logins = 0
        self._pause_until = 0.0
        self._trouble = ""

    @property
    def pause(self) -> float:
        """Real seconds to wait before looking again; 0 when the phone system may be asked."""
        return min(self._resting, LOOK_FOR_LATE)

    @property
    def _resting(self) -> float:
        """Real seconds before the phone system should be asked again."""
        return max(0.0, self._pause_until - self._means.clock.ticks())

    def resume(self) -> None:
        """Something was mended: ask at once."""
        self._failures = self._refused_logins = 0
        self._pause_until = 0.0

    async def do_due(self) -> bool:
        """One look that is due; False if there is none."""
        claimed, open_ones = await self._means.write(self._claim)
        for job in open_ones:
            try:
                await self._look_up(job)
            except StoreTrouble:
                raise
            except Exception as error:
                await self._stumbled(job, error)
        return claimed > 0

    def _claim(self, tx: Tx) -> tuple[int, list[jobs.Job]]:
        """How many were due, and those of them whose call nobody told of meanwhile."""
        claimed = jobs.claim(tx, channel=self.channel, holder=self._means.holder, most=1)
        return len(claimed), [job for job in claimed if not self._is_over(tx, job)]

    def _is_over(self, tx: Tx, job: jobs.Job) -> bool:
        """A hook or the log was faster."""
        known = talk.call(tx, self._connection, str(job.work["call"]))
        return known is not None and Outcome(known.outcome).decided and jobs.finish(tx, job)

    async def give_up_late(self) -> None:
        """Whoever called is not kept waiting until the phone system can be asked again: a person phones."""
        await self._means.write(self._give_up_late)

    def _give_up_late(self, tx: Tx) -> None:
        before = tx.now - self._means.house().office.goals.acknowledge_within
        found = late.written_before(tx, self.channel, before, most=GIVE_UP_AT_ONCE)
        for job in jobs.claim_these(tx, found, holder=self._means.holder):
            if not self._is_over(tx, job):
                self._give_up(tx, job, self._trouble)

    async def _look_up(self, job: jobs.Job) -> None:
        try:
            event = await self._phone.call(str(job.work["call"]))
        except ProviderError as error:
            await self._failed(job, error)
            return
        self.resume()
        await self._means.write_down(partial(self._note, job, event))
        await self._means.health.ok(self._connection, Purpose.LOOKING_UP)

    def _note(self, job: jobs.Job, event: AnyCall | None, tx: Tx) -> None:
        if event is not None:
            rules.apply(tx, self._means.house(), self._source(), event)
        if event is not None and not isinstance(event, CallRinging | CallEnded):
            jobs.finish(tx, job)
            return
        longest = LONGEST_GOING_ON if isinstance(event, CallRinging) else LONGEST_WITHOUT
        self._without_verdict(
            tx, job, longest, f"{self._phone.title} does not say whether somebody answered."
        )

    def _without_verdict(self, tx: Tx, job: jobs.Job, longest: float, why: str) -> None:
        if tx.now - job.at >= self._means.clock.real(longest):
            self._give_up(tx, job, why)
            return
        seconds = min(LOOK_AGAIN * job.tries, MOST_BETWEEN_LOOKS)
        jobs.postpone(tx, job, due=tx.now + self._means.clock.real(seconds), why=why)

    async def _failed(self, job: jobs.Job, error: ProviderError) -> None:
        log.warning(
            "A call could not be looked up",
            extra={"action": "call.not-looked-up", "connection": self._connection,
                   "kind": type(error).__name__, "code": error.code},
        )  # fmt: skip
        if isinstance(error, Refused):
            # Asking again will not help; but a hook or the log may still tell.
            await self._means.write_down(
                lambda tx: self._without_verdict(tx, job, LONGEST_WITHOUT, error.why)
            )
            return
        self._rest(error)
        await self._means.write_down(
            lambda tx: jobs.postpone(
                tx, job, due=tx.now + self._means.clock.real(self._resting), why=error.why
            )
        )
        await self._means.health.trouble(
            self._connection, error, purpose=Purpose.LOOKING_UP, next_try=self._resting
        )

    def _rest(self, error: ProviderError) -> None:
        """All look-ups wait: what failed for one would fail for the next."""
        patience = self._means.patience
        self._failures += 1
        self._refused_logins = self._refused_logins + 1 if isinstance(error, BadLogin) else 0
        is_away = isinstance(error, Unreachable)
        longest = patience.longest_outage_pause if is_away else patience.longest_pause
        seconds = min(0.25 * 2 ** min(self._failures, 10), longest)
        if self._refused_logins:
            seconds = patience.after_refused_logins(self._refused_logins)
        if isinstance(error, Busy) and error.seconds is not None:
            seconds = max(seconds, error.seconds)
        self._pause_until = self._means.clock.ticks() + seconds
        self._trouble = error.why

    def _give_up(self, tx: Tx, job: jobs.Job, why: str) -> None:
        """Nobody says what became of it. Should the log tell one day, that still counts."""
        sheltered(tx, job, partial(self._ask_person, tx, job, why))
        jobs.finish(tx, job, state="failed", why=why)

    def _ask_person(self, tx: Tx, job: jobs.Job, why: str) -> None:
        known = talk.call(tx, self._connection, str(job.work["call"]))
        if known is not None:
            callers.on_unlearned(tx, self._means.house(), known, why=why, since=self._source().since)

    async def _stumbled(self, job: jobs.Job, error: Exception) -> None:
        """A bug in one look-up does not hold up those behind it."""
        log.exception("Looking a call up failed by a bug", extra={"action": "call.bug", "job": job.id})
        why = f"mcdesk could not find out by itself ({type(error).__name__})."

        def back(tx: Tx) -> None:
            if job.tries >= MOST_STUMBLES:
                self._give_up(tx, job, why)
            else:
                jobs.postpone(tx, job, due=tx.now + self._means.clock.real(2.0**job.tries), why=why)

        await self._means.write_down(back)
