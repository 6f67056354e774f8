"""What the CRM is owed: contact, call, notes, tasks, outcome. Each with a key of its own, written once.

Keys are the providers' names, or tell the time: after a copy was put back, row numbers are given out again.

Must not: talk to a CRM (`engine/crm_writing` does), or make a text wait.
"""

from datetime import datetime, timedelta

from mcdesk.engine import restoring, work
from mcdesk.engine.house import House
from mcdesk.store import jobs, people
from mcdesk.store.records import call_name, message_name
from mcdesk.store.transaction import Tx

AN_HOUR = timedelta(hours=1)
#: The note of an hour that is over waits so long for the rest of its calls: they are read in one go.
RECOVERED = timedelta(minutes=1)


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
        _owe(tx, connection, f"call:{call_name(tx, call)}", work.LOG_CALL, lead, {"call": call}, after=after)


def owe_calls(tx: Tx, house: House, lead: int, call: int, *, at: datetime) -> None:
    """One note for all calls of an hour: who calls over and over must not hold up what others are owed.

    A call found in the log when its hour's note was begun already is noted by itself.
    """
    hour = at.replace(minute=0, second=0, microsecond=0)
    after = max(hour + AN_HOUR - tx.now, RECOVERED)
    details: dict[str, object] = {"calls_from": hour.isoformat()}
    for connection in house.crms:
        key = f"calls:{lead}:{hour.timestamp():.0f}"
        owed = _owe(tx, connection, key, work.WRITE_NOTE, lead, details, after=after)
        if not owed and not jobs.is_untried(tx, _key(connection, key)):
            _owe(tx, connection, f"call:{call_name(tx, call)}", work.LOG_CALL, lead, {"call": call})


def owe_message(tx: Tx, house: House, lead: int, message: int) -> None:
    for connection in house.crms:
        key = f"message:{message_name(tx, message)}"
        _owe(tx, connection, key, work.WRITE_NOTE, lead, {"message": message})


def owe_note(tx: Tx, house: House, lead: int, note: int) -> None:
    for connection in house.crms:
        _owe(tx, connection, f"note:{note}:{tx.now.timestamp()}", work.WRITE_NOTE, lead, {"note": note})


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
) -> bool:
    """False where this very thing was owed before, or somebody else has the number (rule O-3)."""
    if people.is_detached(tx, lead):
        return False
    doubt = restoring.about_entry(tx, lead)
    return jobs.enqueue(
        tx,
        key=_key(connection, key),
        kind=kind,
        channel=work.crm_channel(connection),
        due=tx.now + after,
        lead=lead,
        work={**details, "at": tx.now.isoformat(), **doubt.details},
        doubt_at=doubt.at,
    )


def _key(connection: str, key: str) -> str:
    return f"crm:{connection}:{key}"
