"""Work for connections the configuration no longer has: it goes before a person, instead of waiting for ever.

Must not: know why a connection is gone.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import partial

from mcdesk.engine import texting, work
from mcdesk.engine.connections import Connections
from mcdesk.engine.house import House
from mcdesk.engine.means import Means
from mcdesk.engine.not_taken import ask_person
from mcdesk.engine.shelter import sheltered
from mcdesk.store import jobs, leads, talk
from mcdesk.store.transaction import Tx

#: Seconds between two looks: what another engine let go may have been for such a connection too.
LOOK = 30.0
#: In a shared office, work younger than this (seconds) may be for a connection we are only about to hear of.
YOUNG = 60.0
#: Pieces of work in one transaction.
BATCH = 100


class Unserved:
    """One engine's look at it."""

    def __init__(self, means: Means, connections: Callable[[], Connections]) -> None:
        self._means = means
        self._connections = connections

    async def run(self) -> None:
        """While the engine is at work."""
        while True:
            while found := await self._means.read(self._found):
                await self._means.write(partial(self._hand_over, found))
            await asyncio.sleep(LOOK)

    def _found(self, tx: Tx) -> list[int]:
        age = self._means.clock.real(YOUNG if self._means.database.is_shared else 0)
        return jobs.unserved(tx, channels_of(self._connections()), age, most=BATCH)

    def _hand_over(self, found: list[int], tx: Tx) -> None:
        claimed = jobs.claim_these(tx, found, holder=self._means.holder)
        for job in claimed:
            sheltered(tx, job, partial(hand_over, tx, self._means.house(), job))
        for channel, count in Counter(job.channel for job in claimed).items():
            _tell(tx, channel, count)


def channels_of(connections: Connections) -> set[str]:
    """Every channel somebody serves."""
    return {
        work.CLOCK,
        *map(work.texts_channel, connections.texts()),
        *map(work.calls_channel, connections.phones()),
        *map(work.crm_channel, connections.crms()),
    }


def hand_over(tx: Tx, house: House, job: jobs.Job) -> None:
    """Nobody will do it: the person who can do it instead is asked."""
    part, name = job.channel.split(":", 1)
    why = f"\u201c{name}\u201d is no longer in the configuration."
    if part == "texts":
        _text(tx, house, job, why)
    elif part == "calls":
        _look_up(tx, job, name, why)
    else:
        jobs.finish(tx, job, state="failed", why=why)
        if job.lead is not None:
            talk.happened(tx, job.lead, f"Could not be written to the CRM: {why}")
    if job.lead is not None:
        leads.refresh(tx, job.lead)


def _text(tx: Tx, house: House, job: jobs.Job, why: str) -> None:
    assert job.message is not None
    if job.doubt_at is not None:
        ask_person(tx, job, f"It is not known whether this text arrived, and {why} Ask the caller.")
    elif job.kind == work.SEND_ANSWER:
        texting.withhold(tx, job, f"Not sent: {why}")
    else:
        jobs.finish(tx, job, state="failed", why=why)
        texting.failed(tx, house, job.message, why=why, landline=False, opted_out=False)


def _look_up(tx: Tx, job: jobs.Job, connection: str, why: str) -> None:
    jobs.finish(tx, job, state="failed", why=why)
    known = talk.call(tx, connection, str(job.work["call"]))
    if known is not None and known.lead is None:
        reason = f"It is not known whether somebody answered: {why}"
        talk.update_call(
            tx, known.id, outcome=known.outcome, ended_at=known.ended_at, seconds=known.seconds,
            recording_url=known.recording_url, lead=None, why=reason, caller=known.caller, line=known.line,
            at=known.at, attestation=known.attestation, rang_seconds=known.rang_seconds,
        )  # fmt: skip


def _tell(tx: Tx, channel: str, count: int) -> None:
    part, name = channel.split(":", 1)
    what, then = _TOLD.get(part, _TOLD["crm"])
    text = f"\u201c{name}\u201d is no longer in the configuration, and {what.format(count)} for it. {then}"
    talk.alert(tx, kind="connection", title="A connection is gone", text=text)


#: What waited, and what to do now.
_TOLD = {
    "texts": ("texts were waiting ({})", "They are not sent; phone the callers marked \u201cCall now\u201d."),
    "calls": ("calls were to be looked up ({})", "Look at the phone system's own call log."),
    "crm": (
        "entries were waiting ({})",
        "They are not written. Connect the CRM again under this name and choose \u201cPush to CRM\u201d.",
    ),
}
