"""Marks on both databases: one of a kind in force, and everything that was ever said kept.

Must not: say what follows from a mark.
"""

from datetime import timedelta

from mcdesk.domain.calls import FAILED
from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.leads import Stage
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.number_key import NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.domain.spam import MOST_RINGS
from mcdesk.store import leads, marks, people, ringing, talk
from mcdesk.store.database import Database
from mcdesk.store.transaction import Tx
from tests.store.conftest import NOW

CALLER, OTHER, LINE = Number("+14155550142"), Number("+14155550143"), Number("+14155550100")
MINUTE = timedelta(minutes=1)
KEY = NumberKey(bytes(range(32)))


def test_a_mark_is_in_force_until_it_is_ended(database: Database) -> None:
    def work(tx: Tx) -> None:
        assert marks.put(tx, CALLER, MarkKind.NEVER, why="Court", by="Maria")
        assert marks.put(tx, CALLER, MarkKind.VIP, why="Judge", by="Maria")
        assert marks.in_force(tx, KEY, CALLER) == {MarkKind.NEVER: "Court", MarkKind.VIP: "Judge"}
        assert marks.in_force(tx, KEY, OTHER) == {}
        assert marks.end(tx, CALLER, MarkKind.NEVER, by="Ana")
        assert not marks.end(tx, CALLER, MarkKind.NEVER, by="Ana")
        assert marks.in_force(tx, KEY, CALLER) == {MarkKind.VIP: "Judge"}

    database.write(work).result()


def test_the_same_mark_twice_is_one_and_another_reason_takes_its_place(database: Database) -> None:
    def work(tx: Tx) -> None:
        assert marks.put(tx, CALLER, MarkKind.NEVER, why="Court", by="Maria")
        assert not marks.put(tx, CALLER, MarkKind.NEVER, why="Court", by="Ana")
        assert marks.put(tx, CALLER, MarkKind.NEVER, why="Court of appeal", by="Ana")
        assert marks.in_force(tx, KEY, CALLER) == {MarkKind.NEVER: "Court of appeal"}
        old, new = marks.history(tx, CALLER)
        assert (old.why, old.by, old.at, old.ended_at, old.ended_by) == ("Court", "Maria", NOW, NOW, "Ana")
        assert (new.why, new.by, new.ended_at, new.ended_by) == ("Court of appeal", "Ana", None, None)

    database.write(work).result()


def test_the_list_has_what_is_in_force_and_history_what_is_not(database: Database) -> None:
    def work(tx: Tx) -> None:
        marks.put(tx, CALLER, MarkKind.VIP, why="Judge", by="Maria")
        marks.put(tx, OTHER, MarkKind.BLOCKED, why="Robot", by="Maria")
        marks.put(tx, CALLER, MarkKind.NEVER, why="Court", by="Maria")
        marks.end(tx, CALLER, MarkKind.NEVER, by="Maria")
        listed = [(each.number, each.kind) for each in marks.everything(tx)]
        assert listed == [(OTHER, MarkKind.BLOCKED), (CALLER, MarkKind.VIP)]
        assert [each.kind for each in marks.history(tx, CALLER)] == [MarkKind.VIP, MarkKind.NEVER]

    database.write(work).result()


def a_call(tx: Tx, call: str, *, ago: timedelta, outcome: str = "missed", **values: object) -> None:
    told = {"caller": CALLER, "line": LINE, "direction": "inbound", **values}
    talk.new_call(tx, connection="twilio", call_id=call, at=NOW - ago, outcome=outcome, **told)


def test_a_number_s_unanswered_calls_of_a_day_are_found_oldest_first(database: Database) -> None:
    def work(tx: Tx) -> None:
        a_call(tx, "CA1", ago=25 * 60 * MINUTE)
        a_call(tx, "CA2", ago=9 * MINUTE, outcome="abandoned", rang_seconds=2, attestation=FAILED)
        a_call(tx, "CA3", ago=12 * MINUTE, outcome="voicemail", seconds=30)
        a_call(tx, "CA4", ago=MINUTE, outcome="answered")
        a_call(tx, "CA5", ago=MINUTE, caller=OTHER)
        a_call(tx, "CA6", ago=MINUTE, direction="outbound")
        first, second = ringing.rings(tx, CALLER)
        assert (first.at, first.hung_up, first.rang, first.forged) == (NOW - 12 * MINUTE, False, None, False)
        assert (second.hung_up, second.rang, second.forged) == (True, timedelta(seconds=2), True)
        assert (first.line, second.line) == (LINE, LINE)

    database.write(work).result()


def test_of_very_many_calls_the_last_are_found(database: Database) -> None:
    def work(tx: Tx) -> None:
        for each in range(MOST_RINGS + 5):
            a_call(tx, f"CA{each}", ago=each * MINUTE)
        found = ringing.rings(tx, CALLER)
        assert (len(found), found[-1].at) == (MOST_RINGS, NOW)

    database.write(work).result()


def test_whoever_spoke_or_wrote_with_the_office_is_known(database: Database) -> None:
    def work(tx: Tx) -> None:
        contact = people.contact_for(tx, CALLER)
        lead = leads.new_lead(tx, contact=contact, line=LINE, stage=str(Stage.WAITING))
        out = {"lead": lead, "contact": contact, "connection": "twilio", "sender": LINE.e164}
        first = talk.new_message(tx, **out, recipient=CALLER.e164, body="x", text_class="ack")
        talk.taken(tx, first, provider_id="SM1", status=DeliveryStatus.SENT)
        assert ringing.dealings(tx, CALLER, contact) == ringing.Dealings(spoke=False, wrote=False)
        talk.new_message(tx, **out, recipient=CALLER.e164, body="x", text_class="service", author="Maria")
        assert ringing.dealings(tx, CALLER, contact).wrote
        a_call(tx, "CA1", ago=999 * 60 * MINUTE, outcome="answered", direction="outbound")
        assert ringing.dealings(tx, CALLER, contact).spoke

    database.write(work).result()
