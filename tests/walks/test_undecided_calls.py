"""Calls whose own hooks give no verdict, through refused sign-ins and bugs.

Must not: look at one look-up alone (`tests/engine/test_looking_up` does).
"""

from dataclasses import replace

import pytest

from mcdesk.domain.events import AnyCall
from mcdesk.providers.twilio import Twilio
from mcdesk.simulator import Fault
from mcdesk.store import schema
from tests.walks.configured import LINE
from tests.walks.conftest import Furnish
from tests.walks.office import CALLER, SHORT, Office, eventually

OTHER = "+14155550143"


def only_ends_are_told(office: Office) -> None:
    """The number's StatusCallback is ours, its voice address is not."""
    number = office.twilio.company.ledger.numbers[LINE]
    number.voice_url = ""
    number.twiml = "<Response><Say>Nobody is here</Say></Response>"


def test_after_a_refused_sign_in_a_press_of_test_looks_the_calls_up_at_once(furnish: Furnish) -> None:
    office = furnish(patience=replace(SHORT, login_pause=60.0), crm=False)
    office.start()
    only_ends_are_told(office)
    office.twilio.company.faults.add(Fault("status", path="/Calls/", method="GET", status=401, count=None))
    office.call()
    eventually(
        lambda: [each for each in office.do(office.desk.overview()).connections if not each.ok],
        what="the trouble on the screen",
    )
    assert len(office.twilio.company.requests(method="GET", path="/Calls/")) == 1
    office.twilio.company.faults.clear()
    # The voice address is still elsewhere: that is said, and keeps nothing waiting.
    assert "nowhere" in office.do(office.desk.check_connection("twilio")).sentence
    office.texted()


def test_a_look_up_that_trips_over_a_bug_holds_up_no_other(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    look = Twilio.call
    looked: list[str] = []

    async def trips(provider: Twilio, call_id: str) -> AnyCall | None:
        looked.append(call_id)
        if call_id == looked[0]:
            raise LookupError("a bug")
        return await look(provider, call_id)

    monkeypatch.setattr(Twilio, "call", trips)
    office = furnish(crm=False)
    office.start()
    only_ends_are_told(office)
    office.call(CALLER)
    office.call(OTHER)
    office.texted(1, OTHER)
    assert office.texts(CALLER) == []
    (first,) = office.rows(schema.calls, schema.calls.c.call_id == looked[0])
    assert first.caller is not None
    assert first.caller.e164 == CALLER
    assert not [record for record in caplog.records if "begins again" in record.message]
