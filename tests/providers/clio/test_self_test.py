"""What the Test button says."""

import pytest

from mcdesk.simulator import Fault
from tests.providers.clio.office import Office

pytestmark = pytest.mark.anyio


async def test_all_is_well(office: Office) -> None:
    user = office.pretend.users[1]
    checks = await office.desk(assignee=str(user["id"])).check()
    assert [(each.what, each.result) for each in checks] == [
        ("Sign-in", "ok"),
        ("Contacts", "ok"),
        ("Call records", "ok"),
        ("Notes", "ok"),
        ("Tasks", "ok"),
        ("Tasks go to", "ok"),
    ]
    assert checks[0].detail == "Signed in as Front Desk."
    assert checks[-1].detail == "Attorney One."
    assert {each.fix for each in checks} == {""}


async def test_nothing_is_changed(office: Office) -> None:
    await office.desk().check()
    assert {each.split()[0] for each in office.asked()} == {"GET"}


async def test_without_a_sign_in_one_line_says_what_to_do(office: Office) -> None:
    office.row.tokens = None
    (line,) = await office.desk().check()
    assert (line.what, line.result) == ("Sign-in", "fail")
    assert "mcdesk sign-in clio" in line.detail
    assert line.fix


async def test_a_missing_right_is_named_and_the_rest_still_tested(office: Office) -> None:
    office.pretend.forbidden.add("tasks")
    checks = await office.desk().check()
    assert [each.what for each in checks if each.result == "fail"] == ["Tasks"]
    assert len(checks) == 5


async def test_a_user_who_left_gets_no_tasks(office: Office) -> None:
    user = office.pretend.users[1]
    user["enabled"] = False
    line = (await office.desk(assignee=str(user["id"])).check())[-1]
    assert (line.result, line.detail) == ("fail", "Attorney One can no longer log in to Clio.")


async def test_settings_that_make_no_sense_come_first(office: Office) -> None:
    checks = await office.desk(assignee="Dana").check()
    assert (checks[0].what, checks[0].result) == ("Settings", "fail")
    assert checks[1].what == "Sign-in"


async def test_a_clio_that_is_down_is_no_reason_to_raise(office: Office) -> None:
    office.pretend.faults.add(Fault("status", status=500, count=None))
    (line,) = await office.desk().check()
    assert (line.result, line.fix) == ("fail", "Test again in a minute.")
