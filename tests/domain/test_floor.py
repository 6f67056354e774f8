"""What an office's own table gives up of ours (the gate's hours, words and wording)."""

import pytest

from mcdesk.domain.floor import given_up
from mcdesk.domain.rulebook import AREA_CODES, HOLIDAYS, KEYWORDS, QUIET_HOURS, WEIGHTS, WORDING
from mcdesk.settings import resource_folder


def ours_of(table: str) -> str:
    return (resource_folder() / "compliance" / table).read_text(encoding="utf-8")


def row_of(table: str, start: str) -> str:
    """The line of a shipped table that begins so."""
    (line,) = [line for line in ours_of(table).splitlines(True) if line.startswith(start)]
    return line


@pytest.mark.parametrize(
    ("table", "ours", "theirs", "lost"),
    [
        (WORDING, row_of(WORDING, "LAW001,"), "", "it lacks LAW001"),
        (WORDING, "LAW002,error", "LAW002,warn", "LAW002 only warns"),
        (WEIGHTS, "threshold,150", "threshold,400",
         "threshold is above 150: fewer texts are read by a person"),
        (HOLIDAYS, row_of(HOLIDAYS, "US,2026-12-25"), "", "it lacks US 2026-12-25"),
        (QUIET_HOURS, row_of(QUIET_HOURS, "CA,"), "", "it lacks CA"),
        (QUIET_HOURS, "US,1234567,08:00,21:00", "US,1234567,06:00,23:00",
         "US is open from 06:00 to 23:00, wider than the federal 08:00 to 21:00"),
        (QUIET_HOURS, "FL,1234567,08:00,20:00", "FL,1234567,08:00,21:00",
         "FL is open from 08:00 to 21:00 on day 1, wider than ours"),
        (QUIET_HOURS, "AL,7,closed,closed", "AL,7,12:00,18:00",
         "AL is open from 12:00 to 18:00 on day 7, wider than ours"),
        (AREA_CODES, row_of(AREA_CODES, "270,"), "", "it lacks 270"),
    ],
)  # fmt: skip
def test_what_is_given_up_is_named(table: str, ours: str, theirs: str, lost: str) -> None:
    shipped = ours_of(table)
    assert ours in shipped
    found = given_up(table, shipped.replace(ours, theirs, 1), shipped)
    assert found == (lost,)


def test_holidays_of_a_state_and_the_zones_of_an_area_code_are_given_up() -> None:
    hours, codes = ours_of(QUIET_HOURS), ours_of(AREA_CODES)
    open_days = hours.replace(",yes,", ",no,")
    assert "AL is open on its holidays" in given_up(QUIET_HOURS, open_days, hours)
    east = codes.replace("America/Los_Angeles", "America/New_York")
    assert "415 lacks the zones America/Los_Angeles" in given_up(AREA_CODES, east, codes)


@pytest.mark.parametrize("table", [AREA_CODES, HOLIDAYS, KEYWORDS, QUIET_HOURS, WEIGHTS, WORDING])
def test_ours_gives_up_nothing(table: str) -> None:
    shipped = ours_of(table)
    assert given_up(table, shipped, shipped) == ()
