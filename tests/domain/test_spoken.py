"""Times, zones and numbers of things as people say them."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from mcdesk.domain import spoken
from tests.simulation.shipped import area_codes

NEW_YORK = ZoneInfo("America/New_York")
#: A Monday, 10:32 am in New York.
NOW = datetime(2026, 11, 23, 15, 32, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "words"),
    [(time(9), "9 am"), (time(20, 59), "8:59 pm"), (time(12), "noon"), (time(0, 5), "12:05 am")],
)
def test_hours_are_spoken_as_people_say_them(at: time, words: str) -> None:
    assert spoken.hour(at) == words


def test_midnight_and_noon_are_twelve() -> None:
    assert spoken.clock(datetime(2026, 11, 23, 5, 0, tzinfo=UTC), NEW_YORK) == "12:00 am"
    assert spoken.clock(datetime(2026, 11, 23, 17, 0, tzinfo=UTC), NEW_YORK) == "12:00 pm"


def test_what_is_kept_has_its_day_and_what_is_printed_its_year_and_second() -> None:
    assert spoken.day_clock(NOW, NEW_YORK) == "Mon, Nov 23, 10:32 am"
    assert spoken.year_clock(NOW, NEW_YORK) == "Mon, Nov 23, 2026, 10:32:05 am"


def test_every_zone_of_the_area_code_table_has_a_name_people_use() -> None:
    for state in area_codes().states:
        for name in area_codes()._zones_of[state]:
            assert spoken.zone_words(name) in spoken._NAMES, name


def test_zones_are_named_once_and_together() -> None:
    assert spoken.zones_words(["America/New_York", "America/Detroit"]) == "Eastern time"
    assert spoken.zones_words(["America/Chicago", "America/New_York"]) == "Central and Eastern time"


def test_their_clock_is_told_where_it_differs_from_the_offices() -> None:
    assert spoken.theirs(NOW, ["America/New_York"], NEW_YORK) == ""
    assert spoken.theirs(NOW, ["America/Los_Angeles"], NEW_YORK) == "7:32 am Pacific time"
    two = ["America/New_York", "America/Chicago"]
    assert spoken.theirs(NOW, two, NEW_YORK) == "9:32 am Central time or 10:32 am Eastern time"
    four = [*two, "America/Denver", "America/Los_Angeles"]
    assert spoken.theirs(NOW, four, NEW_YORK) == "7:32 am Pacific time to 10:32 am Eastern time"
    assert spoken.local(NOW, []) == ""


def test_one_of_a_thing_is_one() -> None:
    assert (spoken.counted(1, "text"), spoken.counted(0, "text")) == ("1 text", "0 texts")
