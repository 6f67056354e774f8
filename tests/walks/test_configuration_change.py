"""Another configuration put in force while the office works.

Must not: test what a configuration may say (`tests/domain` does).
"""

import time

from mcdesk.store import configurations
from tests.walks.configured import SECOND_LINE
from tests.walks.office import Office, eventually

OTHER = "+14155550143"


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
    time.sleep(0.3)
    office.call()
    office.texted()
