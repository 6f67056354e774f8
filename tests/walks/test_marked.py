"""Marked numbers over the wire: what the office says of a number counts from that moment on.

Must not: try every kind (`tests/engine/test_marking` does).
"""

from mcdesk.domain.leads import Stage
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import View
from mcdesk.store import schema
from tests.walks.office import CALLER, Office, eventually

OTHER = "+12125550143"


def mark(office: Office, caller: str, kind: MarkKind, why: str) -> None:
    assert office.do(office.desk.mark(Number(caller), kind, why)).ok


def test_a_vip_who_is_missed_is_called_by_a_person_and_never_texted_by_itself(office: Office) -> None:
    mark(office, CALLER, MarkKind.VIP, "The mayor")
    office.call()
    row = office.reaches(Stage.CALL_NOW)
    office.quiet()
    assert (row.mark, row.next.amber_at is not None) == (MarkKind.VIP, True)
    assert office.texts() == []
    assert office.clio.company.tasks, "a task in the CRM"
    assert "Please call: VIP: The mayor" in office.happenings(row.lead)
    assert office.do(office.desk.reply(row.lead, "I call you at ten.", last_seen=None)).ok
    office.texted(1)


def test_blocked_from_the_queue_a_caller_bothers_nobody_any_more(office: Office) -> None:
    lead = office.missed().lead
    assert office.do(office.desk.block_caller(lead, why="Sells leads")).ok
    office.call()
    office.text("Do you need more clients?")
    eventually(lambda: len(office.rows(schema.calls)) == 2, what="the second call")
    office.quiet()
    assert office.queue() == ()
    assert [row.lead for row in office.leads(view=View.CLOSED)] == [lead]
    assert len(office.texts()) == 1, "the first, of before"
    (second,) = office.rows(schema.calls, schema.calls.c.lead.is_(None))
    assert second.why == "The office blocked this number (Sells leads)."
    office.missed(OTHER)


def test_the_follow_up_of_a_number_that_is_never_to_be_texted_does_not_go_out(office: Office) -> None:
    row = office.missed()
    mark(office, CALLER, MarkKind.NEVER, "Opposing counsel")
    assert office.reaches(Stage.CALL_NOW).mark is MarkKind.NEVER
    done = office.do(office.desk.reply(row.lead, "Hello", last_seen=None))
    assert (done.ok, done.sentence) == (
        False,
        "The office never texts this number (Opposing counsel). Phone them instead.",
    )
    office.jump(days=5)
    office.quiet()
    assert len(office.texts()) == 1, "the first, of before"
