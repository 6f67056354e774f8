"""What becomes of a text that was not taken: another try, a look first, a person, or the end.

Must not: send anything.
"""

import logging
from datetime import timedelta

from mcdesk.domain.leads import Stage
from mcdesk.engine import not_arrived
from mcdesk.engine.claiming import Outgoing
from mcdesk.engine.health import Purpose
from mcdesk.engine.means import Means
from mcdesk.engine.not_arrived import Failure
from mcdesk.ports.provider import BadLogin, Busy, ProviderError, Refused, Unreachable, Unsure
from mcdesk.store import jobs, leads, talk
from mcdesk.store.transaction import Tx

log = logging.getLogger(__name__)

#: A text that trips over a bug is tried so often.
MOST_STUMBLES = 5
#: Not known for so long whether a text is out: a person looks.
LONGEST_DOUBT = timedelta(hours=6)
_PLEASE_CHECK = "It is not known whether this text arrived. Look at the provider, or ask the caller. "


class NotTaken:
    """One connection's troubles with texts, and how long it rests from them."""

    def __init__(self, connection: str, means: Means) -> None:
        self._connection = connection
        self._means = means
        self.failures = 0
        self._pause_until = 0.0

    @property
    def resting(self) -> float:
        """Real seconds before the provider should be tried again."""
        return max(0.0, self._pause_until - self._means.clock.ticks())

    def over(self) -> None:
        """It took a text, or something was mended: the next goes at once."""
        self.failures, self._pause_until = 0, 0.0

    async def note(self, outgoing: Outgoing, error: ProviderError) -> None:
        """Write down what the error means for the text."""
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
                await self.wait(outgoing, seconds=rest, why=error.why, doubt=True)
                await self._troubled(error, next_try=rest)
            case BadLogin():
                self._rest(self._means.patience.login_pause)
                await self.wait(outgoing, seconds=self._means.patience.login_pause, why=error.why)
                await self._troubled(error, next_try=self.resting)
            case Busy(seconds=seconds):
                # "Retry-After: 0" from a provider that goes on saying so must not become a spin.
                rest = max(seconds or 0.0, self._backed_off(self._means.patience.longest_pause))
                self._rest(rest)
                await self.wait(outgoing, seconds=rest, why=error.why)
                await self._troubled(error, next_try=rest)
            case Unreachable():
                rest = self._backed_off(self._means.patience.longest_outage_pause)
                self._rest(rest)
                await self.wait(outgoing, seconds=rest, why=error.why)
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
        failure = Failure(
            connection=self._connection,
            message=job.message,
            to=outgoing.text.to,
            why=error.why,
            code=error.code,
            cause=error.cause,
            opted_out=error.opted_out,
            landline=error.landline,
        )
        not_arrived.failed(tx, self._means.house(), failure)

    async def wait(self, outgoing: Outgoing, *, seconds: float, why: str, doubt: bool = False) -> None:
        """Back in line. `doubt`: this try may have been processed."""
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
        if self.resting:
            return self.resting
        self.failures += 1
        pause: float = min(0.25 * 2 ** min(self.failures, 10), longest)
        return pause

    def _rest(self, seconds: float) -> None:
        self._pause_until = max(self._pause_until, self._means.clock.ticks() + seconds)


def ask_person(tx: Tx, job: jobs.Job, why: str) -> None:
    """Nobody but a person can find out whether the text arrived."""
    if not jobs.finish(tx, job, state="check", why=why):
        return
    if job.lead is not None:
        leads.stand(tx, job.lead, Stage.CHECK)
        talk.alert(tx, kind="check", title="Please check a text", text=why, lead=job.lead)
        leads.refresh(tx, job.lead)
