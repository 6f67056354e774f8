"""Late texts go out one after another: what was held, missed or found afterwards is never a burst.

Must not: delay what somebody waits for now (a fresh call, a typed text).
"""

from datetime import datetime, timedelta

from mcdesk.engine import work
from mcdesk.store import pacing
from mcdesk.store.jobs import Job
from mcdesk.store.transaction import Tx

#: A text is late when it, or what it answers, is older than this.
LATE = timedelta(minutes=2)
#: Between two late texts of one connection.
SPACING = timedelta(seconds=2)
WHY = "Several texts waited; they go out one after another."


class Pace:
    """One channel's late texts."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self._last: datetime | None = None

    def waits(self, tx: Tx, job: Job) -> bool:
        """Whether a claimed text must wait for its turn; then it is back in line."""
        if not _is_late(tx, job):
            return False
        turn = max([tx.now, *(last + SPACING for last in self._before(tx))])
        self._last = turn
        if turn <= tx.now:
            return False
        pacing.put_back(tx, job.id, due=turn, why=WHY)
        return True

    def _before(self, tx: Tx) -> list[datetime]:
        # Turns ahead are rows; a time of ours ahead of now is from before the clock was set back.
        last = None if self._last is None else min(self._last, tx.now)
        return [each for each in (last, pacing.last_due(tx, self._channel)) if each is not None]


def is_late(now: datetime, meant_at: datetime) -> bool:
    """Whether what was meant for `meant_at` is late now."""
    return now - meant_at > LATE


def _is_late(tx: Tx, job: Job) -> bool:
    if job.kind != work.SEND_TEXT:
        return False
    overslept = is_late(tx.now, job.due)
    if job.paced and not overslept:
        # Its turn was given out and has come.
        return False
    waited = bool(job.why) and tx.now - job.at > LATE
    return overslept or waited or bool(job.work.get("late"))
