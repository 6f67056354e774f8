"""After a start, a sleep or an outage: what came in meanwhile is read first, and late texts are no burst.

Must not: end the process (`test_kill_anywhere` does).
"""

import itertools
import time
from datetime import datetime, timedelta

import pytest

from mcdesk.domain.leads import Stage
from mcdesk.domain.queue import NextWhat
from mcdesk.inbound import poller
from mcdesk.simulator import CallPlan, Fault
from mcdesk.store import health, schema
from tests.walks.conftest import Furnish
from tests.walks.movable import WEDNESDAY
from tests.walks.office import CALLER, Office, eventually

CALLERS = [f"+1415555{number:04}" for number in range(160, 164)]
MESSAGES = "/Messages.json"


def away(office: Office, **length: float) -> None:
    """Let time pass while nobody is at work."""
    office.stop()
    office.clock.jump(timedelta(**length))


def test_who_wrote_stop_while_mcdesk_was_off_gets_no_second_text(furnish: Furnish) -> None:
    office = furnish(at=WEDNESDAY, poll_seconds=1)
    office.start()
    office.missed()
    away(office, hours=4)
    office.text("STOP")
    office.start()
    eventually(lambda: office.rows(schema.suppressions), what="the opt-out")
    office.quiet()
    assert len(office.texts()) == 1


def test_nothing_is_sent_until_the_messages_that_came_in_meanwhile_can_be_read(furnish: Furnish) -> None:
    office = furnish(at=WEDNESDAY, poll_seconds=1)
    office.start()
    office.missed()
    away(office, hours=4, minutes=1)
    office.text("please stop texting me")
    office.twilio.company.faults.add(Fault("status", path=MESSAGES, method="GET", count=None))
    # Nobody waits for the first read for long here.
    office.start()
    office.wake()
    time.sleep(1.5)
    assert len(office.texts()) == 1
    office.twilio.company.faults.clear()
    eventually(lambda: office.rows(schema.suppressions), seconds=20, what="the opt-out")
    office.quiet()
    assert len(office.texts()) == 1


def test_calls_missed_while_it_was_off_too_long_ago_are_call_tasks_and_the_blind_period_is_shown(
    furnish: Furnish,
) -> None:
    office = furnish(at=WEDNESDAY, poll_seconds=1, crm=False)
    office.start()
    eventually(lambda: _read_at(office), what="the first read")
    away(office, minutes=31)
    time.sleep(1.1)  # the company tells whole seconds
    office.call(CALLERS[0])
    office.call(CALLERS[1])
    office.clock.jump(timedelta(minutes=11))
    time.sleep(1.1)
    office.call(CALLERS[2])
    office.start()
    office.texted(1, CALLERS[2])
    office.quiet()
    assert [office.texts(caller) for caller in CALLERS[:2]] == [[], []]
    assert {office.lead(caller).stage for caller in CALLERS[:2]} == {Stage.CALL_NOW}
    (blind,) = office.do(office.desk.overview()).blind
    assert (blind.title, blind.calls, blind.too_late) == ("Twilio", 3, 2)
    assert timedelta(minutes=42) < blind.ended_at - blind.began_at < timedelta(minutes=44)


def _read_at(office: Office) -> object:
    rows = office.read(
        lambda tx: tx.all(schema.connections.select().where(schema.connections.c.name == "twilio"))
    )
    return rows[0].read_at


def test_texts_held_for_the_morning_go_out_one_after_another(furnish: Furnish) -> None:
    office = furnish(at=WEDNESDAY + timedelta(hours=7), crm=False)  # six in the evening
    office.start()
    for caller in CALLERS:
        office.missed(caller)
    office.jump(hours=4)
    eventually(
        lambda: len([row for row in office.queue() if row.next.what is NextWhat.HELD]) == 4, what="held"
    )
    office.jump(hours=11, minutes=5)  # California's hours begin at nine
    for caller in CALLERS:
        office.texted(2, caller, seconds=20)
    sent = sorted(texts[1].created for texts in map(office.texts, CALLERS))
    gaps = [(after - before).total_seconds() for before, after in itertools.pairwise(sent)]
    assert min(gaps) > 1.5


def test_after_a_sleep_the_messages_are_read_before_anything_is_sent(furnish: Furnish) -> None:
    office = furnish(at=WEDNESDAY, poll_seconds=3600)
    office.start()
    office.missed()
    office.twilio.company.point_hooks_at("http://127.0.0.1:9/")
    office.text("STOP")
    office.clock.stall(60)
    office.jump(hours=4, minutes=1)
    eventually(lambda: office.rows(schema.suppressions), what="the opt-out")
    office.quiet()
    assert len(office.texts()) == 1
    assert any("asleep" in blind.why for blind in office.do(office.desk.overview()).blind)


def test_who_calls_again_and_gets_through_is_not_texted(furnish: Furnish) -> None:
    office = furnish(ring_seconds=500)
    office.start()
    office.twilio.company.faults.add(Fault("status", path=MESSAGES, method="POST", count=2))
    office.call(hangs_up_after=5)
    plan = CallPlan(answers_after=300)
    second = office.twilio.start(office.twilio.company.call, CALLER, office.options.line, plan=plan)
    eventually(lambda: "calling right now" in office.lead().next.why, what="the text waits")
    second()
    office.reaches(Stage.ANSWERED)
    office.quiet()
    assert office.texts() == []


def test_two_robots_do_not_text_each_other_for_ever(office: Office) -> None:
    office.missed()
    for _ in range(4):
        office.text("HELP")
    eventually(lambda: "answer like a machine" in office.happenings(), what="the loop is seen")
    office.quiet()
    before = len(office.texts())
    office.text("HELP")
    office.jump(hours=23)
    office.text("HELP")
    office.quiet()
    assert len(office.texts()) == before
    assert any("machine" in alert.title for alert in office.do(office.desk.alerts()))


def test_a_text_nobody_can_ask_about_for_hours_is_put_before_a_person(office: Office) -> None:
    faults = office.twilio.company.faults
    faults.add(Fault("drop-after", path=MESSAGES, method="POST"))
    faults.add(Fault("status", path=MESSAGES, method="GET", count=None))
    office.call()
    eventually(lambda: [job for job in office.jobs("send-text") if job.doubt_at], what="the doubt")
    office.jump(hours=7)
    office.reaches(Stage.CHECK)
    assert "not known whether" in office.lead().next.why
    assert len(office.texts()) == 1


def test_a_clock_set_back_makes_no_text_late(furnish: Furnish) -> None:
    office = furnish(at=WEDNESDAY)
    office.start()
    office.jump(minutes=45)  # somebody set the clock wrong
    office.twilio.company.faults.add(Fault("status", path=MESSAGES, method="POST", count=12))
    office.call()
    eventually(lambda: office.jobs("send-text", "waiting"), what="the text in line")
    office.jump(minutes=-45)
    office.texted(1, seconds=20)


def test_a_clock_that_was_ahead_at_the_install_makes_no_later_call_history(furnish: Furnish) -> None:
    office = furnish(hooks=False, poll_seconds=1, crm=False)
    office.clock.jump(timedelta(hours=24))
    office.write(lambda tx: tx.run(schema.connections.update().values(since=tx.now)))
    office.start()
    eventually(lambda: _read_at(office), what="the first read")
    office.jump(hours=-24)
    eventually(lambda: _since(office) <= office.clock.now(), what="known since an hour that was")
    time.sleep(1.1)  # the company tells whole seconds
    office.call()
    office.texted()


def _since(office: Office) -> datetime:
    rows = office.read(health.all_rows)
    since = next(row.since for row in rows if row.name == "twilio")
    assert since is not None
    return since


def test_a_log_that_cannot_be_read_holds_nothing_back_while_hooks_come(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller, "OUTAGE", 2.5)
    office = furnish(poll_seconds=1, crm=False)
    office.start()
    office.twilio.company.faults.add(Fault("status", path=MESSAGES, method="GET", count=None))
    until = time.monotonic() + 6  # longer than an outage
    for number in itertools.count(120):
        caller = f"+1415555{number:04}"
        office.call(caller)
        office.texted(1, caller)
        if time.monotonic() > until:
            break
    assert office.running is not None
    catching_up = office.running.engine.catching_up
    eventually(lambda: catching_up.why("twilio"), seconds=25, what="silence that lasts")
    last = "+14155550199"
    office.call(last)
    time.sleep(1)
    assert office.texts(last) == []
    office.twilio.company.faults.clear()
    office.texted(1, last, seconds=20)
