"""Outages and refusals of the phone company: exactly one text each, none lost, and the screen says so.

Must not: end the process (`test_kill_anywhere` does).
"""

import time
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.leads import Stage
from mcdesk.domain.queue import ConnectionHealth, ItemKind, NextWhat
from mcdesk.engine import health
from mcdesk.engine.patience import Patience
from mcdesk.simulator import Fault
from mcdesk.store import schema
from mcdesk.wire import client
from tests.walks.conftest import Furnish
from tests.walks.office import CALLER, Office, eventually

CALLERS = [f"+1415555{number:04}" for number in range(120, 126)]
MESSAGES = "/Messages.json"

TROUBLES = {
    "500": Fault("status", path=MESSAGES, method="POST", status=500, count=3),
    "503": Fault("status", path=MESSAGES, method="POST", status=503, count=3),
    "429": Fault("status", path=MESSAGES, method="POST", status=429, count=3, retry_after=1),
    "dropped-before": Fault("drop", path=MESSAGES, method="POST", count=3),
    "dropped-after": Fault("drop-after", path=MESSAGES, method="POST", count=3),
    "half-an-answer": Fault("bad-json", path=MESSAGES, method="POST", count=3),
    "late": Fault("delay", path=MESSAGES, method="POST", seconds=0.7, count=3),
}


def is_delivered(office: Office, caller: str) -> bool:
    (item,) = office.items(ItemKind.TEXT_OUT, office.lead(caller).lead)
    return item.status is DeliveryStatus.DELIVERED


def once_each(office: Office, callers: list[str]) -> None:
    for caller in callers:
        office.texted(1, caller, seconds=15)
    office.quiet()
    assert {caller: len(office.texts(caller)) for caller in callers} == dict.fromkeys(callers, 1)
    for caller in callers:
        (text_out,) = office.items(ItemKind.TEXT_OUT, office.lead(caller).lead)
        eventually(partial(is_delivered, office, caller), what="delivered")
        assert text_out.why == ""


def trouble_shown(office: Office) -> ConnectionHealth:
    """How the screen says that Twilio does not work."""

    def look() -> ConnectionHealth | None:
        overview = office.do(office.desk.overview())
        return next((each for each in overview.connections if each.name == "twilio" and not each.ok), None)

    found = eventually(look, what="the trouble on the screen")
    assert found is not None
    return found


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_through_provider_trouble_everyone_is_texted_once(office: Office, trouble: Fault) -> None:
    office.twilio.company.faults.add(trouble)
    company = office.twilio.company
    ends = [office.twilio.start(company.call, caller) for caller in CALLERS]
    for end in ends:
        end()
    once_each(office, CALLERS)


def test_through_an_outage_everyone_is_texted_once_and_the_screen_says_so(office: Office) -> None:
    company = office.twilio.company
    office.twilio.ask(lambda: company.refuse(1.5))
    ends = [office.twilio.start(company.call, caller) for caller in CALLERS]
    for end in ends:
        end()
    eventually(lambda: office.do(office.desk.overview()).texts_in_line, what="texts in line")
    assert "cannot be reached" in trouble_shown(office).sentence
    assert any(row.next.what is NextWhat.STUCK for row in office.queue())
    once_each(office, CALLERS)
    overview = office.do(office.desk.overview())
    assert overview.texts_in_line == 0
    assert all(each.ok for each in overview.connections)


def test_a_provider_that_never_answers_gets_one_text(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "TIMEOUTS", client.Timeouts(silence=0.5))
    office.configure(poll_seconds=0, more="# reloaded with less patience")
    office.quiet()
    office.twilio.company.faults.add(Fault("silence", path=MESSAGES, method="POST"))
    office.call()
    once_each(office, [CALLER])


def test_too_many_requests_are_waited_out(office: Office) -> None:
    office.twilio.company.faults.add(Fault("status", path=MESSAGES, method="POST", status=429, retry_after=1))
    office.call()
    office.texted()
    first, second = office.twilio.company.requests(method="POST", path=MESSAGES)
    assert second.at - first.at >= 0.95


def test_a_refused_sign_in_is_shown_with_a_fix_and_recovers(office: Office) -> None:
    office.twilio.company.faults.add(Fault("status", path="/2010-04-01/", status=401, count=None))
    office.call()
    health = trouble_shown(office)
    assert "refuses" in health.sentence
    assert "settings" in health.sentence, "the next step"
    assert not health.wants_sign_in, "no browser mends it"
    assert office.do(office.desk.overview()).texts_in_line == 1
    assert office.texts() == []
    office.twilio.company.faults.clear()
    assert office.do(office.desk.check_connection("twilio")).ok
    once_each(office, [CALLER])
    assert all(each.ok for each in office.do(office.desk.overview()).connections)


def test_reading_does_not_hide_that_sending_is_refused(furnish: Furnish) -> None:
    """As with a key that may read and not write."""
    office = furnish(poll_seconds=1, crm=False, patience=Patience(renew=0.3))
    office.start()
    office.twilio.company.faults.add(Fault("status", path=MESSAGES, method="POST", count=None, status=403))
    office.call()
    trouble_shown(office)
    asked = office.twilio.company.requests
    reads = len(asked(method="GET", path=MESSAGES))
    while len(asked(method="GET", path=MESSAGES)) < reads + 7:
        (shown,) = office.do(office.desk.overview()).connections
        assert "lacks a right" in shown.sentence
        time.sleep(0.2)


def test_a_company_that_asks_to_wait_for_ever_is_told_with_the_next_try(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "LONG_BUSY", 1.0)
    slower = Fault("status", path=MESSAGES, method="POST", count=None, status=429)
    office.twilio.company.faults.add(slower)
    office.call()
    told = trouble_shown(office)
    assert "slow down" in told.sentence
    assert told.next_try_at is not None
    office.twilio.company.faults.clear()
    office.texted()
    eventually(lambda: all(each.ok for each in office.do(office.desk.overview()).connections), what="well")


def test_texts_that_always_end_in_doubt_are_trouble(office: Office) -> None:
    office.twilio.company.faults.add(Fault("drop", path=MESSAGES, method="POST", count=None))
    office.call()
    assert "did not answer" in trouble_shown(office).sentence
    office.twilio.company.faults.clear()
    once_each(office, [CALLER])
    eventually(lambda: all(each.ok for each in office.do(office.desk.overview()).connections), what="well")


def test_the_same_words_typed_twice_are_two_texts_whatever_the_connection_does(office: Office) -> None:
    row = office.missed()

    def types(words: str) -> None:
        seen = office.conversation(row.lead).last_seen
        assert office.do(office.desk.reply(row.lead, words, last_seen=seen)).ok

    types("Yes")
    office.texted(2)
    office.quiet()
    office.twilio.company.faults.add(Fault("drop", path=MESSAGES, method="POST"))
    types("Yes")
    office.texted(3)
    office.quiet()
    office.twilio.company.faults.add(Fault("drop-after", path=MESSAGES, method="POST"))
    types("Yes")
    office.texted(4)
    office.quiet()
    time.sleep(office.patience.settled * 2)
    assert len(office.texts()) == 4
    assert [item.status for item in office.items(ItemKind.TEXT_OUT)] == [DeliveryStatus.DELIVERED] * 4


def test_a_refusal_after_a_doubtful_try_is_a_refusal(office: Office) -> None:
    office.twilio.company.faults.add(Fault("drop", path=MESSAGES, method="POST"))
    office.twilio.company.ledger.opted_out.add((CALLER, office.options.line))
    office.call()
    eventually(lambda: office.rows(schema.suppressions), what="the suppression")
    office.quiet()
    assert office.texts() == []
    assert office.lead().stage is not Stage.CHECK
    assert office.jobs("send-text", "check") == []


def test_an_opt_out_while_a_text_is_in_doubt_wins(furnish: Furnish) -> None:
    office = furnish()
    office.start()
    office.twilio.company.faults.add(Fault("drop", path=MESSAGES, method="POST"))
    office.call()
    eventually(lambda: [job for job in office.jobs("send-text") if job.doubt_at])
    office.text("STOP")
    eventually(lambda: office.jobs("send-text", "canceled"), what="taken back once it is surely not out")
    office.quiet()
    assert office.texts() == []


def test_a_pause_of_the_process_strands_no_text(furnish: Furnish) -> None:
    """As after the PC slept: the lease may have ended, so the text is looked up before it goes out."""
    office = furnish()
    office.start()
    office.clock.stall(office.patience.lease)
    office.call()
    office.texted()
    office.quiet()
    assert len(office.texts()) == 1


def test_the_clock_of_the_company_may_be_wrong(furnish: Furnish) -> None:
    """Twilio's times against ours: a call 'three minutes ahead' is a call of now."""
    office = furnish(at=datetime.now(UTC) - timedelta(minutes=3), hooks=False, poll_seconds=1)
    office.start()
    office.call()
    office.texted()
