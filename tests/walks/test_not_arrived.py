"""Texts that fail for a reason that says more than that they failed: registration, filters, hours, reach.

Must not: check what codes mean (`tests/providers` does).
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from mcdesk.domain.leads import Stage
from mcdesk.store import schema
from tests.walks.conftest import Furnish
from tests.walks.office import CALLER, Office, eventually

#: In California, a Wednesday.
NOON = datetime(2026, 11, 18, 20, 0, tzinfo=UTC)
OTHER = "+14155550143"


def failing(office: Office, number: str, code: int) -> None:
    office.twilio.ask(lambda: office.twilio.company.fail_texts_to(number, code))


def failing_no_more(office: Office) -> None:
    office.twilio.ask(office.twilio.company.ledger.failing.clear)


def alerts(office: Office) -> list[str]:
    return [each.title for each in office.do(office.desk.alerts())]


def test_an_unregistered_number_texts_nobody_before_a_person_says_it_is_mended(furnish: Furnish) -> None:
    """Section 3.5: 30034."""
    office = furnish(at=NOON, crm=False)
    office.start()
    failing(office, CALLER, 30034)
    office.call()
    office.reaches(Stage.CALL_NOW)
    assert alerts(office).count("Texting has stopped") == 1
    twilio = select(schema.connections).where(schema.connections.c.name == "twilio")
    (connection,) = office.read(lambda tx: tx.all(twilio))
    assert connection.needs_person
    assert "A2P 10DLC" in connection.trouble
    office.call(OTHER)
    eventually(lambda: [row for row in office.leads(OTHER) if row.stage == Stage.CALL_NOW])
    office.stop()
    office.start()
    office.jump(hours=25)
    office.call(OTHER)
    office.quiet()
    assert office.texts(OTHER) == []
    failing_no_more(office)
    assert office.do(office.desk.check_connection("twilio")).ok
    office.jump(hours=25)
    third = "+14155550144"
    office.call(third)
    eventually(lambda: office.texts(third))


def test_a_filtered_wording_is_not_sent_again_and_another_is(furnish: Furnish) -> None:
    """Section 3.5: 30007."""
    office = furnish(at=NOON, crm=False)
    office.start()
    failing(office, CALLER, 30007)
    office.call()
    office.reaches(Stage.CALL_NOW)
    assert "A wording was filtered" in alerts(office)
    office.call(OTHER)
    eventually(lambda: [row for row in office.leads(OTHER) if row.stage == Stage.CALL_NOW])
    assert office.texts(OTHER) == []


def test_a_phone_out_of_reach_is_tried_once_more_and_then_called(furnish: Furnish) -> None:
    """Section 3.5: 30003."""
    office = furnish(at=NOON, crm=False)
    office.start()
    failing(office, CALLER, 30003)
    office.call()
    eventually(lambda: "It is tried again" in office.happenings(office.lead().lead))
    assert office.lead().stage == Stage.WAITING
    office.jump(minutes=2)
    office.reaches(Stage.CALL_NOW)
    office.quiet()
    assert len(office.texts()) == 2
    office.jump(hours=5)
    office.quiet()
    assert len(office.texts()) == 2


def test_a_phone_that_is_reached_again_gets_its_text_once(furnish: Furnish) -> None:
    """Section 3.5: 30003."""
    office = furnish(at=NOON, crm=False)
    office.start()
    failing(office, CALLER, 30003)
    office.call()
    eventually(lambda: "It is tried again" in office.happenings(office.lead().lead))
    failing_no_more(office)
    office.jump(minutes=2)
    eventually(lambda: len(office.texts()) == 2)
    office.quiet()
    assert office.lead().stage == Stage.WAITING
    assert len(office.jobs("take-step", "waiting")) == 1


def test_where_the_provider_keeps_quiet_hours_a_follow_up_comes_later_and_a_first_text_is_a_call(
    furnish: Furnish,
) -> None:
    """Section 3.5: 30610."""
    office = furnish(at=NOON, crm=False)
    office.start()
    office.missed()
    office.quiet()
    failing(office, CALLER, 30610)
    failing(office, OTHER, 30610)
    office.call(OTHER)
    eventually(lambda: [row for row in office.leads(OTHER) if row.stage == Stage.CALL_NOW])
    office.jump(hours=4)
    eventually(lambda: "It is tried again" in office.happenings(office.leads(CALLER)[0].lead))
    failing_no_more(office)
    office.jump(hours=1)
    eventually(lambda: len(office.texts()) == 3)
    (waiting,) = (job for job in office.jobs("take-step", "waiting"))
    assert waiting.due - office.clock.now() > timedelta(hours=12)
