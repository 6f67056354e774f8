"""What the CRM is owed: contact, call, notes, tasks, outcome. Each with a key of its own, written once.

Must not: talk to a CRM (`engine/crm_writing` does), or make a text wait.
"""

from datetime import datetime, timedelta

from mcdesk.engine import work
from mcdesk.engine.house import House
from mcdesk.store import jobs
from mcdesk.store.transaction import Tx

AN_HOUR = timedelta(hours=1)


def owe_contact(tx: Tx, house: House, lead: int) -> None:
    """See that the caller is in every CRM."""
    for connection in house.crms:
        _owe(tx, connection, f"contact:{lead}", work.SAVE_CONTACT, lead, {})


def owe_name(tx: Tx, house: House, lead: int) -> None:
    """The caller's name changed here."""
    for connection in house.crms:
        _owe(tx, connection, f"name:{lead}:{tx.now.timestamp()}", work.SAVE_CONTACT, lead, {"renamed": True})


def owe_call(tx: Tx, house: House, lead: int, call: int, *, after: timedelta = timedelta(0)) -> None:
    for connection in house.crms:
        _owe(tx, connection, f"call:{call}", work.LOG_CALL, lead, {"call": call}, after=after)


def owe_calls(tx: Tx, house: House, lead: int) -> None:
    """One note for all calls of this hour: who calls over and over must not hold up what others are owed."""
    hour = tx.now.replace(minute=0, second=0, microsecond=0)
    for connection in house.crms:
        key = f"calls:{lead}:{hour.timestamp():.0f}"
        details: dict[str, object] = {"calls_from": hour.isoformat()}
        _owe(tx, connection, key, work.WRITE_NOTE, lead, details, after=hour + AN_HOUR - tx.now)


def owe_message(tx: Tx, house: House, lead: int, message: int) -> None:
    for connection in house.crms:
        _owe(tx, connection, f"message:{message}", work.WRITE_NOTE, lead, {"message": message})


def owe_note(tx: Tx, house: House, lead: int, note: int) -> None:
    for connection in house.crms:
        _owe(tx, connection, f"note:{note}", work.WRITE_NOTE, lead, {"note": note})


def owe_outcome(tx: Tx, house: House, lead: int, *, words: str) -> None:
    for connection in house.crms:
        key = f"outcome:{lead}:{tx.now.timestamp()}"
        _owe(tx, connection, key, work.WRITE_NOTE, lead, {"outcome": words})


def owe_task(tx: Tx, house: House, lead: int, *, why: str, due: datetime) -> None:
    for connection in house.crms:
        key = f"task:{lead}:{due.timestamp()}"
        _owe(tx, connection, key, work.CREATE_TASK, lead, {"why": why, "due": due.isoformat()})


def _owe(
    tx: Tx,
    connection: str,
    key: str,
    kind: str,
    lead: int,
    details: dict[str, object],
    *,
    after: timedelta = timedelta(0),
) -> None:
    jobs.enqueue(
        tx,
        key=f"crm:{connection}:{key}",
        kind=kind,
        channel=work.crm_channel(connection),
        due=tx.now + after,
        lead=lead,
        work={**details, "at": tx.now.isoformat()},
    )
