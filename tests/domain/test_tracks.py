"""Which track a call takes, and what the file says where nothing tells two of them apart."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mcdesk.app import read_office
from mcdesk.domain.calls import Outcome
from mcdesk.domain.hours import OfficeHours, Span
from mcdesk.domain.numbers import Number
from mcdesk.domain.sections import BadConfiguration
from mcdesk.domain.tracks import Caller, Occasion, When, choose, depends_on_caller, explain, when

MAIN, INJURY = Number("+14155550100"), Number("+14155550101")
FILE = """\
[office]
name = "Rivera & Cole"
[office.texting]
crm_deadline = "3s"
[[lines]]
number = "+14155550100"
[[lines]]
number = "+14155550101"
practice_area = "personal injury"
[[templates]]
name = "closed"
body = "{firm}: Closed now. Reply STOP to opt out."
[[tracks]]
name = "closed"
when = "after-hours"
sequence = "law-4-24-72"
template = "closed"
[[tracks]]
name = "holidays"
when = "holiday"
sequence = "none"
[[tracks]]
name = "spoken"
outcome = ["voicemail"]
when = ["office-hours", "after-hours"]
sequence = "none"
[[tracks]]
name = "clients at night"
caller = "known"
when = "after-hours"
outcome = ["missed", "abandoned"]
sequence = "law-4-24-72"
"""
BY_DAY = Occasion(
    outcome=Outcome.MISSED, when=When.OFFICE_HOURS, line=MAIN, practice_area="", caller=None, language="en"
)
BY_NIGHT = replace(BY_DAY, when=When.AFTER_HOURS)


def chosen(occasion: Occasion) -> str | None:
    track = choose(read_office(FILE).tracks, occasion)
    return track.name if track else None


def test_the_most_specific_track_that_fits_counts() -> None:
    assert chosen(BY_DAY) is None
    assert chosen(BY_NIGHT) == "closed"
    assert chosen(replace(BY_NIGHT, outcome=Outcome.VOICEMAIL)) == "spoken"
    assert chosen(replace(BY_NIGHT, caller=Caller.KNOWN)) == "clients at night"
    assert chosen(replace(BY_NIGHT, caller=Caller.NEW)) == "closed"


def test_a_holiday_is_closed_time_of_its_own() -> None:
    holiday = replace(BY_NIGHT, when=When.HOLIDAY)
    assert chosen(holiday) == "holidays"
    assert chosen(replace(holiday, caller=Caller.KNOWN)) == "clients at night"


def test_a_track_says_why_it_was_chosen() -> None:
    tracks = read_office(FILE).tracks
    at_night = replace(BY_NIGHT, caller=Caller.KNOWN)
    track = choose(tracks, at_night)
    assert track is not None
    assert explain(track, at_night) == (
        "Track “clients at night”, because they are a client already "
        "and nobody answered and the office was closed."
    )


def test_only_where_it_matters_anybody_waits_for_a_crm() -> None:
    tracks = read_office(FILE).tracks
    assert depends_on_caller(tracks, BY_NIGHT)
    assert not depends_on_caller(tracks, BY_DAY)
    assert not depends_on_caller(tracks, replace(BY_NIGHT, outcome=Outcome.VOICEMAIL))


def test_a_track_leads_its_sequence_with_its_own_first_text() -> None:
    office = read_office(FILE)
    sequence = office.sequence("law-4-24-72")
    assert sequence is not None
    closed, holidays = office.tracks[:2]
    assert [step.template for step in closed.led(sequence).steps] == ["closed", "second", "", ""]
    assert holidays.led(sequence) == sequence
    assert office.asks_who_calls
    assert office.texting.crm_deadline == timedelta(seconds=3)


def test_when_somebody_called_goes_by_hours_and_closed_days() -> None:
    hours = OfficeHours({3: (Span.parse("09:00-17:00"),)}, {date(2026, 12, 24): "Christmas Eve"})
    thursday = datetime(2026, 12, 17, 10, tzinfo=ZoneInfo("America/Los_Angeles"))
    assert when(hours, thursday) is When.OFFICE_HOURS
    assert when(hours, thursday + timedelta(hours=8)) is When.AFTER_HOURS
    assert when(hours, thursday + timedelta(weeks=1)) is When.HOLIDAY


def test_a_tie_names_both_tracks_and_a_call_for_both() -> None:
    tie = f'{FILE}[[tracks]]\nname = "injury"\npractice_area = "personal injury"\nsequence = "none"\n'
    with pytest.raises(BadConfiguration) as told:
        read_office(tie)
    assert str(told.value) == (
        "line 34, tracks[4].name: 'closed' and 'injury' are both for a call like this: missed, after-hours, "
        "to (415) 555-0101. Give one of them a condition more, or make a third one for both"
    )


def test_a_tie_on_one_line_of_many_is_found() -> None:
    lines = "".join(f'[[lines]]\nnumber = "+1415555{number:04}"\n' for number in range(110, 160))
    one = '[[tracks]]\nname = "one"\nline = "+14155550155"\nsequence = "none"\n'
    other = '[[tracks]]\nname = "other"\noutcome = "voicemail"\nsequence = "none"\n'
    office = '[office]\nname = "Rivera & Cole"\n'
    with pytest.raises(BadConfiguration, match=r"'one' and 'other' are both .* to \(415\) 555-0155\."):
        read_office(office + lines + one + other)


def test_two_tracks_that_never_meet_are_no_tie() -> None:
    tracks = read_office(f'{FILE}[[tracks]]\nname = "day"\nwhen = "office-hours"\nsequence = "none"\n').tracks
    assert choose(tracks, BY_DAY) == tracks[-1]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('sequence = "law-4-24-72"\ntemplate', 'sequence = "law"\ntemplate', r"line 16, .*sequence: exp"),
        ('template = "closed"', 'template = "close"', r"line 17, .*: there is no template 'close'"),
        ('when = "holiday"', 'when = "holidays"', r"line 20, tracks\[1\]\.when: expected one of off"),
        ('["voicemail"]', '["voicemail", "busy"]', r"line 24, .*\.outcome: expected one or some of"),
        ('["voicemail"]', "[]", r"line 24, tracks\[2\]\.outcome: .* at least one"),
        ('name = "holidays"', 'name = "closed"', r"line 19, .*: there is a track 'closed' already"),
        ('name = "holidays"', 'name = " "', r"line 19, tracks\[1\]\.name: is empty"),
        ('caller = "known"', 'caller = "client"', r"line 29, .*caller: expected one of known, new"),
        ('caller = "known"', 'line = "+14155550102"', r"line 29, .*line: \(415\) 555-0102 is none of"),
        ('caller = "known"', 'practice_area = "tax"', r"practice_area: no line has it; there are pers"),
        ('when = "holiday"', 'when = "holiday"\ntemplate = "closed"', r"template: is of no use with"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(old: str, new: str, expected: str) -> None:
    changed = FILE.replace(old, new, 1)
    assert changed != FILE
    with pytest.raises(BadConfiguration, match=expected):
        read_office(changed)
