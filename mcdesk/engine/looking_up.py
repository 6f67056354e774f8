"""Asks a phone system what became of calls that ended without a verdict.

Must not: decide what follows from a verdict (`engine/rules` does).
"""

from collections.abc import Callable

from mcdesk.domain.events import CallEnded, CallRinging
from mcdesk.engine import rules, work
from mcdesk.engine.means import Means
from mcdesk.ports.phone import Phone
from mcdesk.ports.provider import ProviderError
from mcdesk.store import jobs
from mcdesk.store.transaction import Tx

#: A call without a verdict is looked up so often, with growing pauses of these seconds.
MOST_LOOKS = 8
LOOK_AGAIN = 3.0


class CallLookUps:
    """One connection's calls, one look at a time."""

    def __init__(
        self, connection: str, phone: Phone, means: Means, *, source: Callable[[], rules.Source]
    ) -> None:
        self.channel = work.calls_channel(connection)
        self._phone = phone
        self._means = means
        self._source = source
        self._pause_until = 0.0

    @property
    def pause(self) -> float:
        """Real seconds before the phone system should be asked again; 0 when it may be asked."""
        return max(0.0, self._pause_until - self._means.clock.ticks())

    def resume(self) -> None:
        """Something was mended: ask at once."""
        self._pause_until = 0.0

    async def do_due(self) -> bool:
        """One look that is due; False if there is none."""
        claimed = await self._means.write(
            lambda tx: jobs.claim(tx, channel=self.channel, holder=self._means.holder, most=1)
        )
        for job in claimed:
            await self._look_up(job)
        return bool(claimed)

    async def _look_up(self, job: jobs.Job) -> None:
        try:
            event = await self._phone.call(str(job.work["call"]))
        except ProviderError as error:
            why = error.why
            await self._means.write_down(
                lambda tx: jobs.postpone(tx, job, due=tx.now + self._means.clock.real(5), why=why)
            )
            return

        undecided = event is None or isinstance(event, CallRinging | CallEnded)
        source = self._source()

        def note(tx: Tx) -> None:
            if undecided and job.tries < MOST_LOOKS:
                due = tx.now + self._means.clock.real(LOOK_AGAIN * job.tries)
                jobs.postpone(tx, job, due=due, why="the phone system has no verdict yet")
                return
            jobs.finish(tx, job)
            if event is not None:
                rules.apply(tx, self._means.house(), source, event)

        await self._means.write_down(note)
