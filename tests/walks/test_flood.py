"""Floods: a storm of robocalls with clients between them, one caller again and again, a disk that stalls.

Must not: measure speed (`python -m tests.bench flood` does).
"""

import threading
from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from mcdesk.domain.leads import EndReason
from mcdesk.inbound import receiver
from mcdesk.inbound.limits import Limits
from mcdesk.store import schema
from tests.walks.conftest import Furnish
from tests.walks.movable import WEDNESDAY
from tests.walks.office import CALLER, Office, eventually
from tests.walks.storm import HIDDEN, Robocall, into_the_log, rage, robocall, robots

REAL = [f"+14155550{number}" for number in range(120, 130)]
#: What a busy machine may take for a storm's texts.
STORM_SECONDS = 50.0


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Limits:
    """A door that is full long before this machine is."""
    limits = Limits(at_once=30)
    monkeypatch.setattr(receiver, "Limits", lambda: limits)
    return limits


def brew(office: Office) -> list[Robocall]:
    """1,000 calls: of 200 numbers four times each, and 200 that are hidden, invalid or forged."""
    numbers = robots(300)
    storm = []
    for ordinal in range(1000):
        if ordinal % 10 == 3:
            storm.append(robocall(office, HIDDEN[ordinal // 10 % len(HIDDEN)]))
        elif ordinal % 10 == 7:
            storm.append(robocall(office, numbers[200 + ordinal // 10], is_forged=True))
        else:
            storm.append(robocall(office, numbers[ordinal % 200]))
    return storm


def calls_known(office: Office) -> set[str]:
    return {row.call_id for row in office.rows(schema.calls)}


@pytest.mark.slow
@pytest.mark.timeout(150)
def test_in_a_storm_of_robocalls_every_client_gets_one_text_and_nothing_is_lost(
    furnish: Furnish, narrow: Limits
) -> None:
    office = furnish(at=WEDNESDAY, crm=False, ring=True)
    office.start()
    company, storm, ends = office.twilio.company, brew(office), []
    into_the_log(office, storm)

    def calls(caller: str) -> None:
        ends.append(office.twilio.start(company.call, caller))

    weather = rage(office, storm, connections=100, meanwhile=[partial(calls, caller) for caller in REAL])
    for end in ends:
        end()
    assert set(weather.statuses.values()) == {200, 503}, "taken, or told to come again"
    assert weather.longest_look < 2
    taken = weather.told(200)
    assert taken <= calls_known(office), "answered 200 means written down"

    office.configure(poll_seconds=3600)
    every_call = {sid for sid, call in company.ledger.calls.items() if call.parent_sid is None}
    eventually(lambda: every_call <= calls_known(office), seconds=STORM_SECONDS, what="every call known")

    # The company's log does not say of a call that its number was forged; only the hook did.
    unforged = {each.call.from_ for each in storm if not (each.is_forged and each.call.sid in taken)}
    expected = Counter(dict.fromkeys([*REAL, *(unforged - set(HIDDEN))], 1))
    eventually(lambda: texts_out(office) >= expected, seconds=STORM_SECONDS, what="a text each")
    eventually(lambda: not office.jobs("send-text", "running"), what="the last one noted")
    assert texts_out(office) == expected, "nobody else, and nobody twice"
    leads = office.rows(schema.leads)
    assert len({lead.contact for lead in leads}) == len(leads), "one lead each"
    assert all(len(office.leads(caller)) == 1 for caller in REAL)
    assert Counter(lead.calls for lead in leads)[5] == 160, "every call counts"


def texts_out(office: Office) -> Counter[str]:
    return office.twilio.ask(
        lambda: Counter(
            message.to
            for message in office.twilio.company.ledger.messages.values()
            if message.direction != "inbound"
        )
    )


@pytest.mark.slow
@pytest.mark.timeout(150)
def test_one_caller_five_hundred_times_is_one_lead_for_a_person_and_five_hundred_calls(
    furnish: Furnish,
) -> None:
    # Not on the hour: calls are noted by their hour.
    office = furnish(at=WEDNESDAY + timedelta(minutes=20))
    office.start()
    weather = rage(office, [robocall(office, CALLER) for _ in range(500)], connections=50)
    assert set(weather.statuses.values()) == {200}
    assert office.lead().calls == 500
    assert [lead.ended for lead in office.rows(schema.leads)] == [EndReason.SUSPECT], "nobody dials so fast"
    owed = Counter(job.kind for job in office.rows(schema.jobs, schema.jobs.c.channel == "crm:clio"))
    # One note for the hour's calls, and one for a text that went out before the sixth.
    texts = len(office.texts())
    assert owed == {"save-contact": 1, "log-call": 4, "create-task": 1, "write-note": 1 + texts}
    eventually(lambda: len(office.clio.company.communications) == 4, what="the first calls in the CRM")
    assert len(office.clio.company.contacts) == 1
    assert texts <= 1
    assert len(office.leads()) == 1


def test_while_the_disk_stands_still_what_waits_for_it_is_bounded_and_the_rest_is_told_so(
    furnish: Furnish, narrow: Limits
) -> None:
    office = furnish(at=WEDNESDAY, crm=False)
    office.start()
    stands_still, goes_on = threading.Event(), threading.Event()

    def stand_still(tx: object) -> None:
        stands_still.set()
        goes_on.wait(20)

    database = office.open().database
    standing = database.write(stand_still)
    stands_still.wait(5)
    storm = [robocall(office, caller) for caller in robots(300)]
    most = 0

    def look() -> None:
        nonlocal most
        most = max(most, database._units.qsize())

    threading.Timer(1.0, goes_on.set).start()
    weather = rage(office, storm, connections=300, meanwhile=[look] * 250)
    standing.result(10)
    look()
    assert narrow.at_once <= most <= narrow.at_once + 20, "hooks, and a handful of the engine's own"
    assert len(weather.told(200)) == narrow.at_once
    assert len(weather.told(503)) == 300 - narrow.at_once
    assert weather.told(200) <= calls_known(office)
    assert weather.longest_look < 2, "it answers all the same"
