"""A rehearsal: what happened is played once more, by other rules, and nothing leaves the office.

Must not: be handed the office's own database, or a provider.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Row

from mcdesk.domain.calls import FAILED
from mcdesk.domain.events import (
    AnyCall,
    CallAbandoned,
    CallAnswered,
    CallMissed,
    DeliveryStatus,
    Event,
    TextReceived,
    VoicemailLeft,
)
from mcdesk.domain.leads import EndReason
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.numbers import Number
from mcdesk.domain.rehearsal import Texted, Untexted, Would
from mcdesk.engine import choosing, clock_work, consenting, followups, marking, rules, texting, work
from mcdesk.engine.claiming import Claims, Outgoing
from mcdesk.engine.clock import Clock
from mcdesk.engine.health import Health
from mcdesk.engine.house import House
from mcdesk.engine.means import Means
from mcdesk.engine.patience import Patience
from mcdesk.store import jobs, leads, past, people, rehearsed
from mcdesk.store.database import Database
from mcdesk.store.past import Act, Past
from mcdesk.store.transaction import Tx

HOLDER = "rehearsal"
#: Pieces of work claimed at a time.
AT_ONCE = 50
Happening = tuple[datetime, Callable[[Tx], None]]


class StageClock(Clock):
    """Stands where it is put."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return self.at

    def move(self, at: datetime) -> None:
        """Forward, never back."""
        self.at = max(self.at, at)


class Rehearsal:
    """One office's rules over one past, in a database of their own."""

    def __init__(self, database: Database, clock: StageClock, house: House) -> None:
        self._database = database
        self._clock = clock
        self._house = house
        means = Means(
            database, clock, Health(database, clock), house=lambda: house, holder=HOLDER, patience=Patience()
        )
        texting_by = dict.fromkeys(line.texts for line in house.office.lines if line.texts)
        self._claims = [Claims(name, means, asks_line_types=False) for name in texting_by]

    def play(self, happened: Past, *, until: datetime) -> Would:
        """Everything that happened, in its order, and what is due in between."""
        self._write(lambda tx: past.begin_with(tx, happened))
        for at, happening in sorted(self._happenings(happened), key=lambda each: each[0]):
            self._do_what_is_due(at)
            self._clock.move(at)
            self._write(happening)
        self._do_what_is_due(until)
        texts = self._database.read(rehearsed.texts).result()
        untexted = self._database.read(rehearsed.untexted).result()
        return Would(
            texts=tuple(Texted(Number(row.recipient), row.at, row.template or "", row.body) for row in texts),
            untexted=tuple(Untexted(row.number, row.opened_at, why) for row, why in untexted),
        )

    def _write(self, happening: Callable[[Tx], None]) -> None:
        self._database.write(happening).result()

    def _happenings(self, happened: Past) -> Iterator[Happening]:
        for call in happened.calls:
            event = _call(call)
            if event is not None:
                yield event.ended_at or call.at, partial(self._apply, connection=call.connection, event=event)
        for text in happened.texts:
            yield text.at, partial(self._apply, connection=text.connection, event=_text(text))
        for act in happened.acts:
            yield act.at, partial(_act, act=act)
        for row in happened.opt_outs:
            yield row.at, partial(self._withdraw, row=row)
        for row in happened.marked:
            yield row.at, partial(self._mark, row=row)
        for row in happened.unmarked:
            yield row.ended_at, partial(self._unmark, row=row)
        for row in happened.said:
            yield row.at, partial(_say, row=row)

    def _apply(self, tx: Tx, *, connection: str, event: Event) -> None:
        source = rules.Source(connection=connection, settle=timedelta(0), since=None)
        rules.apply(tx, self._house, source, event)

    def _withdraw(self, tx: Tx, *, row: Row[Any]) -> None:
        consenting.withdraw(
            tx, self._house, row.number, words=row.words, rule=row.rule, channel=row.channel, by=row.by
        )
        contact = people.find_contact(tx, row.number)
        lead = leads.open_lead(tx, contact) if contact is not None else None
        if lead is not None:
            texting.end_automation(tx, lead.id, EndReason.OPTED_OUT)

    def _mark(self, tx: Tx, *, row: Row[Any]) -> None:
        marking.mark(tx, self._house, row.by, row.number, MarkKind(row.kind), row.why)

    def _unmark(self, tx: Tx, *, row: Row[Any]) -> None:
        marking.unmark(tx, self._house, row.ended_by, row.number, MarkKind(row.kind))

    def _do_what_is_due(self, until: datetime) -> None:
        while True:
            dues = self._database.read(self._next_dues).result()
            due = min(dues, default=None)
            if due is None or due > until:
                return
            self._clock.move(due)
            self._write(self._do_clock_work)
            for claims in self._claims:
                self._write(partial(self._send, claims))

    def _next_dues(self, tx: Tx) -> list[datetime]:
        channels = [work.CLOCK, *(claims.channel for claims in self._claims)]
        return [due for due in (jobs.next_due(tx, channel) for channel in channels) if due is not None]

    def _do_clock_work(self, tx: Tx) -> None:
        for job in jobs.claim(tx, channel=work.CLOCK, holder=HOLDER, most=AT_ONCE):
            clock_work.do(tx, self._house, job)

    def _send(self, claims: Claims, tx: Tx) -> None:
        for outgoing in claims.claim(tx, AT_ONCE):
            self._arrive(tx, outgoing)

    def _arrive(self, tx: Tx, outgoing: Outgoing) -> None:
        job = outgoing.job
        texting.taken(
            tx, self._house, job, provider_id=f"rehearsed-{job.id}", status=DeliveryStatus.DELIVERED
        )
        followups.text_taken(tx, self._house, job)


_EVENTS: dict[str, type[AnyCall]] = {
    "missed": CallMissed,
    "abandoned": CallAbandoned,
    "voicemail": VoicemailLeft,
    "answered": CallAnswered,
}


def _call(row: Row[Any]) -> AnyCall | None:
    """As its provider told it in the end; None where nobody ever learned what became of it."""
    kind = _EVENTS.get(row.outcome)
    if kind is None:
        return None
    return kind(
        call_id=row.call_id,
        caller=row.caller,
        line=row.line,
        direction=row.direction,
        started_at=row.at,
        ended_at=row.ended_at or row.at,
        spoofed=row.attestation == FAILED,
    )


def _text(row: Row[Any]) -> TextReceived:
    return TextReceived(
        message_id=row.message_id,
        sender=Number.parse(row.sender),
        sender_text=row.sender,
        to=Number.parse(row.recipient),
        body=row.body,
        at=row.at,
        media=row.media,
    )


def _say(tx: Tx, *, row: Row[Any]) -> None:
    """A CRM's word on somebody."""
    people.link_crm(
        tx, row.contact, row.connection, crm_id=row.crm_id, name=row.name, url=row.url, matches=row.matches,
        is_client=bool(row.is_client),
    )  # fmt: skip
    lead = leads.open_lead(tx, row.contact)
    if lead is not None:
        choosing.told(tx, lead.id)


def _act(tx: Tx, *, act: Act) -> None:
    contact = people.find_contact(tx, act.number)
    lead = leads.open_lead(tx, contact) if contact is not None else None
    if lead is not None:
        texting.end_automation(tx, lead.id, EndReason.TYPED)
