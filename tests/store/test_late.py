"""Work that is owed for long, and texts in doubt, are found on both databases.

Must not: say what becomes of them.
"""

from datetime import timedelta

from sqlalchemy import insert

from mcdesk.domain.leads import Stage
from mcdesk.domain.numbers import Number
from mcdesk.store import doubts, late, leads, people, schema, talk
from mcdesk.store.database import Database
from mcdesk.store.transaction import Tx
from tests.store.conftest import NOW

CALLER, OTHER = Number("+14155550142"), Number("+14155550143")


def owe(tx: Tx, key: str, *, minutes: int = 0, state: str = "waiting", **values: object) -> None:
    tx.run(
        insert(schema.jobs).values(
            {"key": key, "kind": "any", "channel": "calls:twilio", "work": {}, "state": state,
             "due": NOW + timedelta(days=1), "at": NOW - timedelta(minutes=minutes), **values}
        )
    )  # fmt: skip


def test_the_oldest_work_of_a_channel_is_found_due_or_not(database: Database) -> None:
    def work(tx: Tx) -> tuple[int, int]:
        owe(tx, "new", minutes=5)
        owe(tx, "old", minutes=15)
        owe(tx, "over", minutes=15, state="done")
        owe(tx, "elsewhere", minutes=15, channel="calls:ringcentral")
        owe(tx, "older", minutes=20)
        before = NOW - timedelta(minutes=10)
        found = late.written_before(tx, "calls:twilio", before, most=9)
        return len(found), len(late.written_before(tx, "calls:twilio", before, most=1))

    assert database.write(work).result() == (2, 1)


def test_a_text_in_doubt_is_found_by_whom_it_is_for(database: Database) -> None:
    def text_to(tx: Tx, number: Number, *, state: str) -> int:
        contact = people.contact_for(tx, number, name=None, language="en")
        lead = leads.new_lead(tx, contact=contact, line=None, stage=str(Stage.WAITING))
        message = talk.new_message(
            tx, lead=lead, contact=contact, connection="twilio", sender="+14155550100",
            recipient=number.e164, body="x", text_class="ack",
        )  # fmt: skip
        owe(tx, f"text:{message}", state=state, doubt_at=NOW, lead=lead, message=message)
        return message

    def work(tx: Tx) -> None:
        text_to(tx, CALLER, state="waiting")
        asked = text_to(tx, OTHER, state="check")
        later = tx.now + timedelta(minutes=1)
        assert doubts.is_open(tx, "twilio", CALLER)
        assert not doubts.is_open(tx, "twilio", OTHER)
        assert not doubts.is_open(tx, "ringcentral", CALLER)
        assert doubts.before_person(tx, "twilio", CALLER, before=later) is None
        assert doubts.before_person(tx, "twilio", OTHER, before=later) == asked
        assert doubts.before_person(tx, "twilio", OTHER, before=tx.now - timedelta(minutes=1)) is None

    database.write(work).result()
