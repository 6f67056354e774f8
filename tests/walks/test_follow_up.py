"""The sequence law-4-24-72, walked by moving the clock, and everything that ends it.

Must not: test single rules of the gate (`tests/domain` does).
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mcdesk.domain.events import Booked
from mcdesk.domain.leads import Disposition, Stage
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import ItemKind, NextWhat, View
from mcdesk.engine import rules
from mcdesk.simulator.twilio.ledger import Call
from mcdesk.store import schema
from tests.walks.configured import LINE, STAFF
from tests.walks.conftest import Furnish
from tests.walks.movable import WEDNESDAY
from tests.walks.office import CALLER, Office, eventually

#: 18:30 in Los Angeles, 21:30 in New York.
EVENING = datetime(2026, 11, 19, 2, 30, tzinfo=UTC)
#: Eastern Kentucky and western: two zones in one area code.
TWO_ZONES = "+12705550142"


@pytest.fixture
def noon(furnish: Furnish) -> Office:
    """An office on a Wednesday at eleven."""
    made = furnish(at=WEDNESDAY)
    made.start()
    return made


def second_text(office: Office) -> None:
    office.jump(hours=4, minutes=1)
    office.texted(2)
    eventually(lambda: office.jobs("take-step", "waiting"), what="the call task planned")


def test_the_second_text_comes_four_hours_after_the_first(noon: Office) -> None:
    noon.missed()
    assert noon.lead().next.what is NextWhat.TEXT
    assert noon.lead().next.ordinal == 2
    noon.jump(hours=3, minutes=55)
    noon.quiet()
    assert len(noon.texts()) == 1
    noon.jump(minutes=6)
    texts = noon.texted(2)
    assert "Following up" in texts[1].body
    assert "STOP" in texts[1].body


def test_the_whole_sequence_ends_as_non_responsive_after_three_days(noon: Office) -> None:
    row = noon.missed()
    second_text(noon)
    assert noon.lead().next.what is NextWhat.CALL_TASK
    noon.jump(hours=24)
    noon.reaches(Stage.CALL_NOW)
    assert any(alert.kind == "call" for alert in noon.do(noon.desk.alerts()))
    noon.jump(hours=44, minutes=10)
    eventually(lambda: noon.queue(View.CLOSED), what="closed")
    (closed,) = noon.queue(View.CLOSED)
    assert closed.lead == row.lead
    assert closed.disposition == Disposition.NON_RESPONSIVE
    noon.quiet()
    assert len(noon.texts()) == 2
    assert any("No response" in str(note["subject"]) for note in noon.clio.company.notes)


def test_a_second_text_in_quiet_hours_waits_until_every_zone_of_the_number_is_open(furnish: Furnish) -> None:
    office = furnish(at=EVENING)
    office.start()
    office.missed(TWO_ZONES)
    office.jump(hours=4, minutes=1)
    eventually(lambda: office.lead(TWO_ZONES).next.what is NextWhat.HELD, what="held")
    due = office.lead(TWO_ZONES).next.due
    # Kentucky's hours begin at 10:00: in its west an hour after its east
    assert due == datetime(2026, 11, 19, 16, 0, tzinfo=UTC)
    assert "Quiet hours" in office.lead(TWO_ZONES).next.why
    assert len(office.queue(View.HELD)) == 1
    office.clock.jump(due - office.clock.now() - timedelta(minutes=1))
    office.wake()
    office.quiet()
    assert len(office.texts(TWO_ZONES)) == 1
    office.jump(minutes=2)
    office.texted(2, TWO_ZONES)


def test_a_first_text_may_come_at_night_because_they_just_called(furnish: Furnish) -> None:
    office = furnish(at=datetime(2026, 11, 19, 10, 0, tzinfo=UTC))
    office.start()
    office.missed()


def test_stopped_for_two_hours_and_started_the_sequence_is_the_same(noon: Office) -> None:
    noon.missed()
    noon.jump(hours=3)
    noon.stop()
    noon.jump(hours=2)
    noon.start()
    noon.texted(2)
    noon.stop()
    noon.jump(hours=2)
    noon.start()
    noon.quiet()
    assert len(noon.texts()) == 2
    noon.jump(hours=23)
    noon.reaches(Stage.CALL_NOW)


def test_calls_texts_and_reports_while_it_was_stopped_are_caught_up_with(furnish: Furnish) -> None:
    office = furnish(poll_seconds=1)
    office.start()
    office.missed()
    office.stop()
    office.twilio.company.point_hooks_at("")
    office.text("Can I come in on Monday?")
    office.call("+14155550143")
    office.start()
    office.reaches(Stage.NEEDS_REPLY)
    office.texted(1, "+14155550143")
    office.quiet()
    assert len(office.texts()) == 1
    office.jump(hours=14)
    office.quiet()
    assert len(office.texts()) == 1, "the reply ended the sequence"


Act = Callable[[Office, int], object]


def replies(office: Office, lead: int) -> None:
    office.text("Please call me after five")
    office.reaches(Stage.NEEDS_REPLY)


def staff_texts(office: Office, lead: int) -> None:
    seen = office.conversation(lead).last_seen
    assert office.do(office.desk.reply(lead, "This is Maria", last_seen=seen)).ok
    office.texted(2)


def staff_calls_back(office: Office, lead: int) -> None:
    office.do(office.desk.call_back(lead))


def staff_closes(office: Office, lead: int) -> None:
    assert office.do(office.desk.close(lead, Disposition.RETAINED)).ok


def books(office: Office, lead: int) -> None:
    at = office.clock.now() + timedelta(days=2)
    event = Booked(booking_id="b1", starts_at=at, phone=Number(CALLER))
    assert office.running is not None
    engine = office.running.engine
    source = engine.inbox.source("twilio", timedelta(0))
    office.write(lambda tx: rules.apply(tx, engine.house, source, event))
    assert office.lead().stage is Stage.BOOKED


def opts_out(office: Office, lead: int) -> None:
    office.text("STOP")
    eventually(lambda: office.lead().opted_out)


def gets_through(office: Office, lead: int) -> None:
    office.call(answers_after=1, talks_for=5)
    eventually(lambda: "got through" in office.happenings(lead))


def is_called_from_the_office(office: Office, lead: int) -> None:
    """The office dials by itself; Twilio's call list tells."""
    call = Call(to=CALLER, from_=LINE, direction="outbound-api", status="completed", talked=True)
    call.started -= timedelta(seconds=50)
    call.ended = call.started + timedelta(seconds=45)
    office.twilio.company.ledger.calls[call.sid] = call
    office.poll()
    eventually(lambda: "Called back" in office.happenings(lead), what="the outbound call seen")


ENDINGS = [
    replies, staff_texts, staff_calls_back, staff_closes, books, opts_out, gets_through,
    is_called_from_the_office,
]  # fmt: skip


@pytest.mark.parametrize("act", ENDINGS, ids=lambda act: act.__name__)
def test_this_ends_the_sequence(furnish: Furnish, act: Act) -> None:
    office = furnish(at=WEDNESDAY, poll_seconds=600)
    office.start()
    row = office.missed()
    act(office, row.lead)
    office.quiet()
    before = len(office.texts())
    assert office.jobs("take-step", "waiting") == []
    office.jump(hours=4, minutes=5)
    office.jump(hours=80)
    office.quiet()
    assert len(office.texts()) == before
    assert not any("No response" in str(note["subject"]) for note in office.clio.company.notes), (
        "not closed by the sequence"
    )
    assert office.items(ItemKind.EVENT, row.lead)


@pytest.mark.parametrize("act", [replies, staff_closes, opts_out, gets_through], ids=lambda act: act.__name__)
def test_this_takes_back_a_second_text_held_for_the_morning(furnish: Furnish, act: Act) -> None:
    office = furnish(at=EVENING)
    office.start()
    row = office.missed()
    office.jump(hours=5)
    eventually(lambda: office.lead().next.what is NextWhat.HELD)
    act(office, row.lead)
    office.jump(hours=24)
    office.quiet()
    assert len(office.texts()) == 1


def test_the_call_back_bridge_ends_it_and_shows_as_one_call_not_two(furnish: Furnish) -> None:
    office = furnish(at=WEDNESDAY, poll_seconds=600)
    office.start()
    row = office.missed()
    answer = office.do(office.desk.call_back(row.lead))
    assert STAFF[-4:] in answer.sentence
    office.bridged()
    office.poll()
    office.quiet()
    assert [r.number.e164 for r in office.queue() if r.number] == [CALLER], "our own phone is no caller"


def test_a_new_call_after_closing_begins_a_new_lead_but_no_second_first_text_within_a_day(
    noon: Office,
) -> None:
    row = noon.missed()
    noon.do(noon.desk.close(row.lead, Disposition.OTHER))
    noon.call()
    again = noon.reaches(Stage.CALL_NOW)
    noon.quiet()
    assert again.lead != row.lead
    assert len(noon.texts()) == 1
    assert "in the last 24 hours" in noon.happenings(again.lead)
    assert noon.conversation(again.lead).card.earlier_leads == 1


def test_a_day_later_a_new_call_is_texted_again(noon: Office) -> None:
    row = noon.missed()
    noon.do(noon.desk.close(row.lead, Disposition.OTHER))
    noon.jump(hours=25)
    noon.call()
    noon.texted(2)


def test_the_sequence_a_lead_began_stays_as_it_was_when_the_file_changes(furnish: Furnish) -> None:
    office = furnish(at=WEDNESDAY, poll_seconds=0)
    office.start()
    office.missed()
    office.configure(sequence="call-only")
    office.quiet()
    office.jump(hours=4, minutes=1)
    office.texted(2)
    assert office.rows(schema.enrollments)[0].ended_at is None
