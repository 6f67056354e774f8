"""A connection that a new configuration no longer has: what waited for it goes before a person.

Must not: test work that is on the wire at that moment (`test_crm_cut_off` does).
"""

from datetime import timedelta

import pytest

from mcdesk.domain.leads import Stage
from mcdesk.simulator import Fault
from mcdesk.store import configurations
from tests.walks.conftest import Furnish
from tests.walks.movable import WEDNESDAY
from tests.walks.office import Office, eventually
from tests.walks.test_crm import subjects, written

EVENING = WEDNESDAY + timedelta(hours=7)


def rename_phone_system(office: Office) -> None:
    """The same account under another name."""
    source = office.source.replace("[connections.twilio]", "[connections.phones]")
    source = source.replace('calls = "twilio"', 'calls = "phones"').replace(
        'texts = "twilio"', 'texts = "phones"'
    )
    office.write(lambda tx: configurations.apply(tx, source, by="test"))


def told(office: Office) -> list[str]:
    return [alert.text for alert in office.do(office.desk.alerts()) if alert.title == "A connection is gone"]


@pytest.fixture
def evening(furnish: Furnish, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose follow-up is held for the morning."""
    monkeypatch.setenv("MCDESK_SECRET_PHONES_AUTH_TOKEN", "pretend-auth-token")
    office = furnish(at=EVENING, crm=False)
    office.start()
    office.missed()
    office.jump(hours=4)
    eventually(lambda: office.jobs("send-text", "waiting"), what="the follow-up held")
    return office


def test_texts_held_for_a_renamed_connection_become_calls(evening: Office) -> None:
    rename_phone_system(evening)
    evening.reaches(Stage.CALL_NOW)
    assert "\u201ctwilio\u201d is no longer in the configuration" in evening.happenings()
    (sentence,) = told(evening)
    assert "phone the callers" in sentence
    evening.jump(hours=12)
    evening.quiet()
    assert len(evening.texts()) == 1


def test_texts_whose_connection_went_while_nothing_ran_become_calls(evening: Office) -> None:
    evening.stop()
    rename_phone_system(evening)
    evening.options = evening.options.__class__(crm=False, hooks=False)
    evening.start()
    evening.reaches(Stage.CALL_NOW)
    assert len(told(evening)) == 1


def test_what_was_owed_to_a_crm_that_went_is_told_and_written_when_it_is_back(furnish: Furnish) -> None:
    office = furnish()
    office.start()
    office.clio.company.faults.add(Fault("drop", count=None))
    row = office.missed()
    office.configure(crm=False)
    eventually(lambda: told(office), what="the alert")
    assert "Could not be written to the CRM" in office.happenings(row.lead)
    assert not office.jobs("write-note", "waiting", "running")
    office.clio.company.faults.clear()
    office.configure(crm=True)
    eventually(lambda: office.running and office.running.engine.house.crms, what="the CRM back")
    assert office.do(office.desk.push_to_crm(row.lead)).ok
    written(office)
    assert subjects(office) == ["Automatic text sent"]
