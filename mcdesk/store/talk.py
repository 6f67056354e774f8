"""What was said and done: calls, messages, notes, happenings, alerts.

Must not: decide anything.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, text, update

from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.numbers import Number
from mcdesk.store import said
from mcdesk.store.inserting import insert_unless_there
from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import alerts, calls, happenings, messages, notes
from mcdesk.store.transaction import Tx, new_id

#: A text that was not sent after all.
WITHHELD = "withheld"
#: Why a call leads to nothing any more.
FORGOTTEN = "Its caller's record was deleted."

_CALL = Prepared(
    select(calls).where(calls.c.connection == bindparam("connection_"), calls.c.call_id == bindparam("call"))
)
_NEW_CALL = Prepared(insert(calls))
_UPDATE_CALL = Prepared(

    update(calls)
    .where(calls.c.id == bindparam("row"))
    .values(
        outcome=bindparam("outcome_"), ended_at=bindparam("ended"), seconds=bindparam("seconds_"),
        recording_url=bindparam("recording"), lead=bindparam("lead_"), why=bindparam("why_"),
        caller=bindparam("caller_"), line=bindparam("line_"), at=bindparam("at_"),
        attestation=bindparam("attestation_"), rang_seconds=bindparam("rang"),
    )

)  # fmt: skip
_ASSIGN = Prepared(update(calls).where(calls.c.id == bindparam("row")).values(lead=bindparam("lead_")))
_LAST_CALL = select(func.max(calls.c.at)).where(calls.c.lead == bindparam("lead_"))
_LAST_UNANSWERED = _LAST_CALL.where(
    calls.c.outcome.in_(("missed", "abandoned", "voicemail")), calls.c.id != bindparam("but")
)
_LAST_WRITTEN = select(func.max(messages.c.at)).where(
    messages.c.lead == bindparam("lead_"), messages.c.direction == "in"
)
_SPOKEN_AFTER = Prepared(
    select(calls.c.direction)
    .where(calls.c.caller == bindparam("number_"), calls.c.at > bindparam("after"))
    .where(calls.c.outcome == text("'answered'"))
    .order_by(calls.c.at.desc())
    .limit(1)
)
_NEW_MESSAGE = Prepared(insert(messages))
_FORGET = delete(messages).where(messages.c.id == bindparam("message"))
_RECEIVE = Prepared(insert_unless_there(messages, "connection", "message_id"))
_MESSAGE = Prepared(select(messages).where(messages.c.id == bindparam("message")))
_BY_PROVIDER_ID = Prepared(
    select(messages).where(
        messages.c.connection == bindparam("connection_"), messages.c.message_id == bindparam("provider_id")
    )
)
_TAKEN = Prepared(
    update(messages)
    .where(messages.c.id == bindparam("message"))
    .values(
        message_id=bindparam("provider_id"),
        status=bindparam("status_"),
        status_at=bindparam("now"),
        at=bindparam("now"),
    )
)
_STATUS = Prepared(
    update(messages)
    .where(messages.c.id == bindparam("message"))
    .values(status=bindparam("status_"), status_at=bindparam("now"), why=bindparam("why_"))
)
_IDS_TO = select(messages.c.message_id).where(
    messages.c.recipient == bindparam("to"), messages.c.message_id.is_not(None)
)
_BACK_IN_LINE = (
    update(messages)
    .where(messages.c.id == bindparam("message"))
    .values(message_id=None, status=None, status_at=bindparam("now"), why=bindparam("why_"))
)
_SENDERS = (
    select(messages.c.sender)
    .where(messages.c.connection == bindparam("connection_"), messages.c.direction == "out")
    .distinct()
)
_FROM_THEM = Prepared(
    select(messages.c.body).where(
        messages.c.lead == bindparam("lead_"),
        messages.c.direction == "in",
        messages.c.at > bindparam("since"),
    )
)
#: Of those whom a person wrote to, and who did not get it.
_GIVEN_BACK = (
    select(messages.c.body)
    .where(messages.c.lead == bindparam("lead_"), messages.c.status == WITHHELD)
    .where(messages.c.author.is_not(None), messages.c.id != bindparam("but"))
    .order_by(messages.c.id.desc())
    .limit(1)
)
_NEW_NOTE = insert(notes)
_HAPPENED = Prepared(insert(happenings))
_ALERT = Prepared(insert(alerts))
_TOLD = select(alerts.c.id).where(alerts.c.read_at.is_(None), alerts.c.text == bindparam("text_")).limit(1)


def call(tx: Tx, connection: str, call_id: str) -> Row[Any] | None:
    return tx.first(_CALL, {"connection_": connection, "call": call_id})


def new_call(tx: Tx, **values: Any) -> int:
    return tx.insert(_NEW_CALL, values)


def update_call(
    tx: Tx,
    row: int,
    *,
    outcome: str,
    ended_at: datetime | None,
    seconds: int | None,
    recording_url: str | None,
    lead: int | None,
    why: str | None,
    caller: Number | None,
    line: Number | None,
    at: datetime,
    attestation: str | None,
    rang_seconds: int | None,
) -> None:
    tx.run(
        _UPDATE_CALL,
        {
            "row": row, "outcome_": outcome, "ended": ended_at, "seconds_": seconds,
            "recording": recording_url, "lead_": lead, "why_": why, "caller_": caller, "line_": line,
            "at_": at, "attestation_": attestation, "rang": rang_seconds,
        },
    )  # fmt: skip


def assign_call(tx: Tx, row: int, lead: int) -> None:
    """The call belongs to this lead."""
    tx.run(_ASSIGN, {"row": row, "lead_": lead})


def last_call_at(tx: Tx, lead: int) -> datetime | None:
    at: datetime | None = tx.value(_LAST_CALL, {"lead_": lead})
    return at


def last_unanswered_at(tx: Tx, lead: int, *, but: int) -> datetime | None:
    """When the lead's last call began that nobody answered, one call aside."""
    at: datetime | None = tx.value(_LAST_UNANSWERED, {"lead_": lead, "but": but})
    return at


def last_written_at(tx: Tx, lead: int) -> datetime | None:
    """When the lead's caller wrote last."""
    at: datetime | None = tx.value(_LAST_WRITTEN, {"lead_": lead})
    return at


def spoken_after(tx: Tx, number: Number, after: datetime) -> str | None:
    """The direction of the last call in which somebody spoke with them, if it began after that."""
    direction: str | None = tx.value(_SPOKEN_AFTER, {"number_": number, "after": after})
    return direction


def new_message(tx: Tx, **values: Any) -> int:
    """A text to be sent; its recipient, sender and body never change from here on."""
    return tx.insert(_NEW_MESSAGE, {"at": tx.now, "direction": "out", "salt": said.salt(), **values})


def sealed(message: Row[Any]) -> str | None:
    """The digest of a text we send, whom from and to; None for one of before there were digests, and one
    whose words were deleted."""
    if not message.salt:
        return None
    return said.seal(message.salt, message.sender, message.recipient, message.body)


def forget_message(tx: Tx, message_id: int) -> None:
    """It was never owed."""
    tx.run(_FORGET, {"message": message_id})


def receive(tx: Tx, **values: Any) -> int | None:
    """Keep a received text; None if it was kept before."""
    result = tx.run(_RECEIVE, {"direction": "in", **values})
    return new_id(result) if result.rowcount else None


def message(tx: Tx, message_id: int) -> Row[Any]:
    row = tx.first(_MESSAGE, {"message": message_id})
    assert row is not None
    return row


def message_by_provider_id(tx: Tx, connection: str, provider_id: str) -> Row[Any] | None:
    return tx.first(_BY_PROVIDER_ID, {"connection_": connection, "provider_id": provider_id})


def taken(tx: Tx, message_id: int, *, provider_id: str, status: DeliveryStatus) -> None:
    """The provider has it; it happened now, however long it was in line."""
    values = {"message": message_id, "provider_id": provider_id, "status_": str(status), "now": tx.now}
    tx.run(_TAKEN, values)


def back_in_line(tx: Tx, message_id: int, *, why: str) -> None:
    """It did not arrive, and is to go out once more: what the provider had is not this text any longer."""
    tx.run(_BACK_IN_LINE, {"message": message_id, "now": tx.now, "why_": why})


def set_status(tx: Tx, message_id: int, status: str, *, why: str = "") -> None:
    tx.run(_STATUS, {"message": message_id, "status_": status, "why_": why, "now": tx.now})


def provider_ids_to(tx: Tx, to: Number) -> set[str]:
    """The provider's ids of the texts we know it has, to one number."""
    return {str(row.message_id) for row in tx.all(_IDS_TO, {"to": to.e164})}


def senders(tx: Tx, connection: str) -> tuple[Number, ...]:
    """Every number texts of a connection were to go out from."""
    found = (Number.parse(row.sender) for row in tx.all(_SENDERS, {"connection_": connection}))
    return tuple(number for number in found if number is not None)


def written_by_them(tx: Tx, lead: int, since: datetime) -> list[str]:
    """What a lead's caller wrote since then."""
    return [row.body for row in tx.all(_FROM_THEM, {"lead_": lead, "since": since})]


def given_back(tx: Tx, lead: int, *, but: int) -> str | None:
    """The last typed text of a lead that was not sent after all, but for this message."""
    body: str | None = tx.value(_GIVEN_BACK, {"lead_": lead, "but": but})
    return body


def new_note(tx: Tx, lead: int, *, author: str, body: str) -> int:
    return tx.insert(_NEW_NOTE, {"lead": lead, "at": tx.now, "author": author, "body": body})


def happened(tx: Tx, lead: int, text: str, *, author: str | None = None) -> None:
    """One line in the conversation about what the system, or someone, did."""
    tx.run(_HAPPENED, {"lead": lead, "at": tx.now, "text": text, "author": author})


def alert(
    tx: Tx, *, kind: str, title: str, text: str, lead: int | None = None, owner: str | None = None
) -> None:
    """Tell people; an owner if there is one, else everyone."""
    row = tx.insert(
        _ALERT, {"at": tx.now, "lead": lead, "kind": kind, "title": title, "text": text, "owner": owner}
    )
    tx.touched.alerts.add(row)


def is_told(tx: Tx, text: str) -> bool:
    """Whether people were told this in these words, and nobody has read it yet."""
    return tx.first(_TOLD, {"text_": text}) is not None
