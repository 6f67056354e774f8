"""Another configuration put in force while the office works.

Must not: test what a configuration may say (`tests/domain` does).
"""

import time
from typing import Any

import pytest

from mcdesk.app import running
from mcdesk.domain.queue import Alert
from mcdesk.engine.connections import Live
from mcdesk.inbound.poller import Poller
from mcdesk.store import configurations
from tests.walks.configured import NOWHERE, SECOND_LINE
from tests.walks.conftest import Furnish
from tests.walks.office import Office, eventually

OTHER = "+14155550143"


def never_every_30_seconds(live: Live, *others: Any, **named: Any) -> Poller:
    """A poller, but for one interval: a bug that no check of a configuration knows."""
    if live.connection.poll_seconds == 30:
        raise OverflowError("cannot be counted in")
    return Poller(live, *others, **named)


def refusals(office: Office) -> list[Alert]:
    title = "The new configuration is not used"
    return [alert for alert in office.do(office.desk.alerts()) if alert.title == title]


def first_wording(office: Office) -> str:
    """The first text's template as the engine has it."""
    assert office.running is not None
    template = office.running.engine.house.office.template("first", "en")
    assert template is not None
    return template.body


def test_a_changed_configuration_takes_effect_while_it_runs_and_loses_no_work(office: Office) -> None:
    office.missed()
    office.configure(template="{firm} hat Ihren Anruf verpasst. Reply STOP to opt out.")
    eventually(lambda: "hat Ihren" in first_wording(office), what="the new wording")
    office.call(OTHER)
    (text,) = office.texted(1, OTHER)
    assert "hat Ihren Anruf verpasst" in text.body
    assert len(office.texts()) == 1


def test_calls_during_a_configuration_change_are_all_texted_once(office: Office) -> None:
    callers = [f"+1212555{number:04}" for number in range(130, 142)]
    company = office.twilio.company
    ends = []
    for position, caller in enumerate(callers):
        ends.append(office.twilio.start(company.call, caller, office.options.line))
        if position % 4 == 1:
            office.configure(more=f"# change {position}")
        time.sleep(0.06)
    for end in ends:
        end()
    for caller in callers:
        office.texted(1, caller)
    office.quiet()
    assert [len(office.texts(caller)) for caller in callers] == [1] * len(callers)


def test_every_part_runs_once_after_many_changes(office: Office) -> None:
    for number in range(4):
        office.configure(more=f"# change {number}")
        time.sleep(0.2)
    assert office.running is not None
    names = sorted(task.get_name() for task in office.running.engine._work)
    assert names == sorted(set(names))


def test_a_line_added_while_it_runs_is_answered(office: Office) -> None:
    office.configure(
        more=f"""
[[lines]]
number = "{SECOND_LINE}"
label = "Second line"
calls = "twilio"
texts = "twilio"
sequence = "law-4-24-72"
"""
    )
    eventually(lambda: office.running and len(office.running.engine.house.office.lines) == 2)
    office.twilio.company.point_hooks_at(office.hook_address, number=SECOND_LINE)
    office.call(to=SECOND_LINE)
    (text,) = office.texted()
    assert text.from_ == SECOND_LINE


def test_a_configuration_with_an_error_is_not_used_and_the_office_goes_on(office: Office) -> None:
    office.write(lambda tx: configurations.apply(tx, "[office]\nnam = 1", by="test"))
    (told,) = eventually(lambda: refusals(office), what="the alert")
    assert "office.name: is missing" in told.text
    office.call()
    office.texted()


def test_work_that_cannot_begin_anew_goes_on_as_before_and_people_are_told(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "Poller", never_every_30_seconds)
    office = furnish(poll_seconds=1)
    office.start()
    office.configure(poll_seconds=30, template="Never sent. {firm} Reply STOP to opt out.")
    (told,) = eventually(lambda: refusals(office), what="the alert")
    assert "cannot be counted in" in told.text
    assert "goes on as before" in told.text
    assert office.running is not None
    assert office.running.engine.is_at_work
    assert len(office.running._pollers) == 1
    office.call()
    assert "Never sent" not in office.texted()[0].body
    # a log is read again, too
    office.twilio.company.point_hooks_at(NOWHERE)
    office.call(caller=OTHER)
    office.texted(1, OTHER)
    # and nothing turns in circles: the next one is taken up
    office.configure(poll_seconds=2, template="{firm} was corrected. Reply STOP to opt out.")
    eventually(lambda: "was corrected" in first_wording(office), what="the corrected wording")
    assert len(refusals(office)) == 1


def test_an_address_that_cannot_be_is_said_where_it_is_in_force_already(furnish: Furnish) -> None:
    office = furnish(poll_seconds=1, crm=False)
    source = office.source.replace(office.twilio.company.url, "http://127.0.0.1:99999")
    office.write(lambda tx: configurations.apply(tx, source, by="an older version"))
    office.start()
    (twilio,) = office.do(office.desk.overview()).connections
    assert not twilio.ok
    assert "the port must be from 1 to 65535" in twilio.sentence
