"""When the office opens next, and how a caller is told."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.app import read_office
from mcdesk.domain.hours import OfficeHours, Span
from mcdesk.domain.opening import reopens
from mcdesk.domain.sections import BadConfiguration
from mcdesk.domain.segments import GSM

PACIFIC = ZoneInfo("America/Los_Angeles")
EIGHT, AFTERNOON = Span.parse("08:30-12:00"), Span.parse("13:30-17:30")
#: Mondays from nine, Tuesdays to Fridays with a break.
HOURS = OfficeHours({0: (Span.parse("09:00-17:00"),), **dict.fromkeys(range(1, 5), (EIGHT, AFTERNOON))})


def told(moment: str, *, hours: OfficeHours = HOURS, language: str = "en", at_once: bool = True) -> str:
    at = datetime.fromisoformat(moment).replace(tzinfo=PACIFIC).astimezone(UTC)
    return reopens(hours, at, PACIFIC, language=language, at_once=at_once)


@pytest.mark.parametrize(
    ("moment", "english", "spanish"),
    [
        ("2026-11-17T12:10", "today at 1:30", "hoy a la 1:30"),
        ("2026-11-17T17:30", "tomorrow at 8:30", "mañana a las 8:30"),
        ("2026-11-18T00:05", "today at 8:30", "hoy a las 8:30"),
        ("2026-11-20T18:00", "Monday at 9", "el lunes a las 9"),
        ("2026-11-22T23:59", "tomorrow at 9", "mañana a las 9"),
        # open: the next time after it has closed
        ("2026-11-17T11:59", "today at 1:30", "hoy a la 1:30"),
        ("2026-11-20T13:30", "Monday at 9", "el lunes a las 9"),
    ],
)
def test_the_next_opening_is_told_as_people_say_it(moment: str, english: str, spanish: str) -> None:
    assert told(moment) == english
    assert told(moment, language="es-MX") == spanish


def test_what_may_lie_in_line_for_a_night_names_the_day() -> None:
    assert told("2026-11-17T17:30", at_once=False) == "Wednesday at 8:30"
    assert told("2026-11-17T12:10", at_once=False, language="es") == "el martes a la 1:30"


def test_closed_days_are_passed_over_and_a_far_day_has_its_date() -> None:
    feast = {date(2026, 12, 24) + timedelta(days=day): "" for day in range(11)}
    holidays = OfficeHours(HOURS.days, feast)
    assert told("2026-12-23T18:00", hours=holidays) == "Monday, January 4 at 9"
    assert told("2026-12-23T18:00", hours=holidays, language="es") == "el lunes 4 de enero a las 9"
    monday = OfficeHours(HOURS.days, {date(2026, 11, 23): "Closed"})
    assert told("2026-11-20T18:00", hours=monday) == "Tuesday at 8:30"


@pytest.mark.parametrize(
    ("span", "english", "spanish"),
    [
        ("06:00-12:00", "tomorrow at 6 am", "mañana a las 6 de la mañana"),
        ("12:00-18:00", "tomorrow at noon", "mañana a las 12"),
        ("18:30-22:00", "tomorrow at 6:30", "mañana a las 6:30"),
        ("19:00-24:00", "tomorrow at 7 pm", "mañana a las 7 de la noche"),
        ("00:00-06:00", "tomorrow at midnight", "mañana a las 12 de la noche"),
        ("01:00-06:00", "tomorrow at 1 am", "mañana a la 1 de la mañana"),
    ],
)
def test_unusual_hours_say_which_half_of_the_day_they_mean(span: str, english: str, spanish: str) -> None:
    hours = OfficeHours({2: (Span.parse(span),)})
    assert told("2026-11-17T12:00", hours=hours) == english
    assert told("2026-11-17T12:00", hours=hours, language="es") == spanish


def test_going_on_past_midnight_is_no_opening() -> None:
    nights = OfficeHours({4: (Span.parse("20:00-24:00"),), 5: (Span.parse("00:00-04:00"),)})
    assert told("2026-11-20T21:00", hours=nights) == "Friday, November 27 at 8 pm"
    always = OfficeHours(dict.fromkeys(range(7), (Span.parse("00:00-24:00"),)))
    assert told("2026-11-20T21:00", hours=always) == told("2026-11-20T21:00", hours=OfficeHours({})) == ""
    assert (nights.ever_opens, always.ever_opens, OfficeHours({}).ever_opens) == (True, False, False)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [("2026-03-08T00:30", "2026-03-08T16:00"), ("2026-11-01T00:30", "2026-11-01T17:00")],
)
def test_the_wall_clock_counts_on_the_days_it_is_changed(moment: str, opening: str) -> None:
    sundays = OfficeHours({6: (Span.parse("09:00-17:00"),)})
    at = datetime.fromisoformat(moment).replace(tzinfo=PACIFIC)
    assert sundays.next_opening(at, PACIFIC) == datetime.fromisoformat(opening).replace(tzinfo=UTC)
    assert told(moment, hours=sundays) == "today at 9"


@given(st.timedeltas(timedelta(0), timedelta(days=730)))
def test_at_the_opening_told_the_office_opens(later: timedelta) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + later
    opening = HOURS.next_opening(at, PACIFIC)
    assert opening is not None
    assert at < opening
    assert HOURS.is_open(opening.astimezone(PACIFIC))
    assert not HOURS.is_open((opening - timedelta(seconds=1)).astimezone(PACIFIC))
    for language in ("en", "es"):
        assert GSM.issuperset(reopens(HOURS, at, PACIFIC, language=language, at_once=True))


OFFICE = """\
[office]
name = "Rivera & Cole"
[[templates]]
name = "closed"
body = "{firm}: Closed until {reopens}. Reply STOP to opt out."
"""


def test_a_template_that_tells_a_time_needs_hours() -> None:
    with pytest.raises(BadConfiguration, match=r"office\.hours: the template closed \(en\) says when"):
        read_office(OFFICE)
    office = read_office(f'{OFFICE}[office.hours]\nmonday = ["09:00-17:00"]\n')
    assert office.hours.ever_opens
