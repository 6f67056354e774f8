"""Finds out when a connection's events did not reach us, and counts what its log brought afterwards.

Must not: read logs, or decide what a late call leads to.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mcdesk.domain.events import CallAbandoned, CallEvent, CallMissed, Event, VoicemailLeft
from mcdesk.engine.clock import Clock
from mcdesk.engine.connections import Live
from mcdesk.engine.house import House
from mcdesk.store import blind, health, talk
from mcdesk.store.blind import BlindRow
from mcdesk.store.transaction import Tx

#: Shorter gaps, or of fewer polls, are no news.
SHORTEST = timedelta(seconds=60)
POLLS = 3
NOT_RUNNING = "mcdesk was not running."


@dataclass(slots=True)
class _Gap:
    why: str
    #: Hooks could come all the same.
    only_log: bool


class Blindness:
    """One connection's, from one complete read of its logs to the next."""

    def __init__(self, live: Live, clock: Clock, *, house: Callable[[], House]) -> None:
        self._live = live
        self._clock = clock
        self._house = house
        #: Why it may have been blind since the last complete read; None where it surely was not.
        self._gap: _Gap | None = _Gap(NOT_RUNNING, only_log=False)
        self._found: dict[str, datetime] = {}

    def because(self, why: str, *, only_log: bool) -> None:
        """Something kept its events from us. The first reason stays, unless a later one is worse."""
        if self._gap is None or (self._gap.only_log and not only_log):
            self._gap = _Gap(why, only_log)

    def unheard_of(self, tx: Tx, news: Iterable[Event]) -> list[CallEvent]:
        """Of what a read brought, the unanswered calls that led to nothing yet: no hook told of them."""
        return [
            event
            for event in news
            if isinstance(event, CallMissed | CallAbandoned | VoicemailLeft)
            and event.direction == "inbound"
            and not self._is_lead(tx, event.call_id)
        ]

    def found(self, calls: Iterable[CallEvent]) -> None:
        """Those are taken in now."""
        for event in calls:
            at = event.ended_at or event.started_at
            self._found[event.call_id] = self._clock.felt(at) if at else self._clock.now()

    def write(self, tx: Tx) -> None:
        """Its logs were read to the end and taken in: what was missed until now is known."""
        row = health.row(tx, self._live.name)
        health.read(tx, self._live.name)
        if self._gap is None or row is None or row.read_at is None:
            return
        read_at, awake_at = row.read_at, row.awake_at
        calls = [at for call, at in self._found.items() if at >= read_at and self._is_lead(tx, call)]
        # Whoever called unheard before that shows that hooks did not reach us then.
        began = min([max(read_at, awake_at or read_at), *calls])
        if tx.now - began < self._shortest:
            return
        hooks_came = row.last_event_at is not None and row.last_event_at > began
        if self._gap.only_log and hooks_came and not calls:
            return
        within = self._house().office.goals.acknowledge_within
        late = sum(tx.now - at > within for at in calls)
        blind.write(tx, BlindRow(self._live.name, began, tx.now, self._gap.why, len(calls), late))

    @property
    def is_open(self) -> bool:
        """Whether something of what it reported may not have reached us."""
        return self._gap is not None

    def over(self) -> None:
        """It is written down."""
        self._gap, self._found = None, {}

    def _is_lead(self, tx: Tx, call: str) -> bool:
        row = talk.call(tx, self._live.name, call)
        return row is not None and row.lead is not None

    @property
    def _shortest(self) -> timedelta:
        return max(SHORTEST, POLLS * timedelta(seconds=self._live.connection.poll_seconds))
