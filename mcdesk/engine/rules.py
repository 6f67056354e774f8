"""Event in, consequences out, in one transaction. The only place where events are told apart.

Must not: do anything outside the transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mcdesk.domain.conversations import forward
from mcdesk.domain.events import (
    Booked,
    BookingCanceled,
    BookingMoved,
    CallAbandoned,
    CallAnswered,
    CallEnded,
    CallMissed,
    CallRinging,
    DeliveryStatus,
    Event,
    TextReceived,
    TextStatus,
    Unknown,
    VoicemailLeft,
)
from mcdesk.engine import bookings, callers, not_arrived, noting, replies
from mcdesk.engine.house import House
from mcdesk.engine.not_arrived import Failure
from mcdesk.store import doubts, leads, people, talk
from mcdesk.store.transaction import Tx

#: The provider's clock and ours may differ by so much.
CLOCKS_APART = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Source:
    """The connection an event came from, as far as rules care."""

    connection: str
    #: How long a call's verdict may still change.
    settle: timedelta
    #: Calls and texts before this are history.
    since: datetime | None


class TooEarly(Exception):
    """The event is about something not yet written down; try it again in a moment."""


def apply(tx: Tx, house: House, source: Source, event: Event) -> None:
    """Do everything that follows from an event. The same event twice does nothing more."""
    match event:
        case CallRinging() | CallEnded() | CallMissed() | CallAbandoned() | VoicemailLeft() | CallAnswered():
            callers.on_call(tx, house, source.connection, event, settle=source.settle, since=source.since)
        case TextReceived():
            replies.on_text(tx, house, source.connection, event, since=source.since)
        case TextStatus():
            _on_status(tx, house, source, event)
        case Booked() | BookingMoved() | BookingCanceled():
            bookings.on_booking(tx, house, event)
        case Unknown():
            pass


def is_old_news(tx: Tx, connection: str, event: Event) -> bool:
    """Whether applying the event would change nothing: a log read again is mostly that."""
    match event:
        case CallRinging() | CallEnded() | CallMissed() | CallAbandoned() | VoicemailLeft() | CallAnswered():
            return noting.is_old_news(tx, connection, event)
        case TextReceived():
            return talk.message_by_provider_id(tx, connection, event.message_id) is not None
        case TextStatus():
            message = talk.message_by_provider_id(tx, connection, event.message_id)
            if message is None:
                # A text that others sent over this account, unless one of ours is in question.
                return _in_question(tx, connection, event) is None
            known: str | None = message.status
            return _after(known, event.status) == known
        case _:
            return False


def is_awaited(tx: Tx, connection: str, event: Event) -> bool:
    """Whether a report that came too early may still turn out to be about a text of ours."""
    return (
        isinstance(event, TextStatus)
        and event.recipient is not None
        and doubts.is_open(tx, connection, event.recipient)
    )


def _in_question(tx: Tx, connection: str, event: TextStatus) -> int | None:
    """The text before a person that a failure nobody can place is taken to be about: should it be about
    another one to the same number, somebody phones once more than needed, and none is lost."""
    if event.status is not DeliveryStatus.FAILED or event.recipient is None:
        return None
    if doubts.is_open(tx, connection, event.recipient):
        return None
    return doubts.before_person(tx, connection, event.recipient, before=(event.at or tx.now) + CLOCKS_APART)


def _after(known: str | None, news: DeliveryStatus) -> DeliveryStatus:
    return forward(DeliveryStatus(known) if known in set(DeliveryStatus) else None, news)


def _on_status(tx: Tx, house: House, source: Source, event: TextStatus) -> None:
    message = talk.message_by_provider_id(tx, source.connection, event.message_id)
    if message is None:
        in_question = _in_question(tx, source.connection, event)
        if in_question is None:
            raise TooEarly(event.message_id)
        message = talk.message(tx, in_question)
    news = _after(message.status, event.status)
    if news == message.status:
        return
    if news is DeliveryStatus.FAILED:
        why = event.why or "the carrier did not deliver it"
        failure = Failure(
            connection=source.connection,
            message=message.id,
            to=event.recipient or people.number(message.recipient),
            why=why,
            code=event.code,
            cause=event.cause,
            opted_out=event.opted_out,
            landline=event.landline,
        )
        not_arrived.failed(tx, house, failure)
        return
    talk.set_status(tx, message.id, news)
    if message.lead is not None:
        leads.change(tx, message.lead, last_text_status=str(news))
        tx.touched.leads.add(message.lead)
