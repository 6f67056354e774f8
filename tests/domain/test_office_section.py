"""The [office] table: texting of its own, closed days, and what it says where they are wrong."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from mcdesk.app import read_office
from mcdesk.domain.quiet_hours import Window
from mcdesk.domain.sections import BadConfiguration

FILE = """\
[office]
name = "Rivera & Cole"
timezone = "America/Los_Angeles"
closed = ["2026-12-24 Christmas Eve", 2026-12-31]
[office.hours]
thursday = ["08:30-17:30"]
[office.texting]
first_text = "hold"
cooldown = "30m"
segment_price = 0.02
daily_cost = 25
blocked_states = {LA = 2026-12-01}
[office.texting.hours]
monday = ["09:00-18:30"]
sunday = ["12:00-24:00"]
"""


def test_a_firms_own_rules_for_texts_are_read() -> None:
    texting = read_office(FILE).texting
    assert texting.holds_first_text
    assert texting.cooldown == timedelta(minutes=30)
    assert (texting.segment_price, texting.daily_cost) == (0.02, 25)
    assert texting.quiet.blocked == {"LA": date(2026, 12, 1)}
    monday, *between, sunday = texting.quiet.days or ()
    assert monday == Window(time(9), time(18, 30))
    assert between == [None] * 5
    assert sunday == Window(time(12), time.max)


def test_without_a_word_on_texting_the_first_text_goes_out_at_any_hour() -> None:
    texting = read_office('[office]\nname = "Rivera & Cole"\n').texting
    assert not texting.holds_first_text
    assert (texting.quiet.days, texting.quiet.blocked) == (None, {})
    assert (texting.cooldown, texting.daily_cost) == (timedelta(hours=1), None)


def test_the_office_is_closed_on_its_own_days() -> None:
    office = read_office(FILE)
    thursday = datetime(2026, 12, 17, 10, tzinfo=ZoneInfo("America/Los_Angeles"))
    assert office.is_open(thursday)
    assert not office.is_open(thursday + timedelta(weeks=1))
    assert office.hours.closed == {date(2026, 12, 24): "Christmas Eve", date(2026, 12, 31): ""}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"hold"', '"later"', r"line 8, office\.texting\.first_text: expected one of any-hour, hold"),
        ('"30m"', '"soon"', r"line 9, office\.texting\.cooldown: 'soon' is not a length of time"),
        ('"30m"', '"30m"\ncrm_deadline = "1m"', r"line 10, .*\.crm_deadline: expected at most 20s"),
        ("= 0.02", "= -1", r"line 10, office\.texting\.segment_price: expected what one segment costs"),
        ("= 25", "= 0", r"line 11, office\.texting\.daily_cost: .* leave it out for no limit"),
        ("= 2026-12-01", "= true", r"line 12, office\.texting\.blocked_states\.LA: 'True' is not a day"),
        ('["09:00-18:30"]', '["09:00-12:00", "13:00-18:00"]', r"line 14, .*hours\.monday: .* write one span"),
        ('monday = ["09:00-18:30"]\nsunday = ["12:00-24:00"]', "", r"texting\.hours: names no day"),
        ("first_text", "first-text", r"line 8, office\.texting\.first-text: is not a setting"),
        ("2026-12-31]", "20261131]", r"line 4, office\.closed: '20261131' is not a day; write it like 2026"),
        ("2026-12-31]", "2026-12-31T10:00:00]", r"line 4, office\.closed: .* is not a day"),
        ('["2026-12-24 Christmas Eve", 2026-12-31]', '"2026-12-24"', r"closed: expected a list of days"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_line_key_and_what_is_expected(old: str, new: str, expected: str) -> None:
    changed = FILE.replace(old, new, 1)
    assert changed != FILE
    with pytest.raises(BadConfiguration, match=expected):
        read_office(changed)
