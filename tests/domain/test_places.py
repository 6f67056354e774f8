"""The zones and states a number may be in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.domain.numbers import Number
from mcdesk.domain.places import UNKNOWN_PLACE, AreaCodes
from mcdesk.domain.tables import BadTable
from tests.simulation.shipped import CENTRAL, EASTERN, MOUNTAIN, PACIFIC, area_codes, lines

CODES = [line[:3] for line in lines("us_area_code_zones.csv")[1:]]
STATES = sorted(area_codes().states)
HEAD = "area_code,state,zones_conservative_union"


def number(code: str) -> Number:
    return Number(f"+1{code}5550142")


@pytest.mark.parametrize(
    ("code", "states", "zones"),
    [
        ("415", ("CA",), {PACIFIC}),
        ("270", ("KY",), {CENTRAL, EASTERN}),
        ("364", ("KY",), {CENTRAL, EASTERN}),
        ("448", ("FL",), {CENTRAL, EASTERN}),
        ("423", ("TN",), {CENTRAL, EASTERN}),
        ("458", ("OR",), {MOUNTAIN, PACIFIC}),
        ("915", ("TX",), {MOUNTAIN}),
        ("928", ("AZ",), {MOUNTAIN, "America/Phoenix"}),
        ("907", ("AK",), {"America/Adak", "America/Anchorage", "America/Juneau", "Pacific/Honolulu"}),
        ("808", ("HI",), {"Pacific/Honolulu"}),
        ("787", ("PR",), {"America/Puerto_Rico"}),
        ("671", ("GU",), {"Pacific/Guam"}),
        ("684", ("AS",), {"Pacific/Pago_Pago"}),
    ],
)
def test_z1_an_area_code_is_in_every_zone_it_is_used_in(
    code: str, states: tuple[str, ...], zones: set[str]
) -> None:
    place = area_codes().place(number(code))
    assert (place.states, set(place.zones)) == (states, zones)


@pytest.mark.parametrize("code", ["232", "500", "521", "800", "877"])
def test_s2_z3_a_number_that_lies_nowhere_is_in_all_four_zones_by_the_strictest_row(code: str) -> None:
    place = area_codes().place(number(code))
    assert place == UNKNOWN_PLACE
    assert (place.states, set(place.zones)) == (("UNKNOWN",), {EASTERN, CENTRAL, MOUNTAIN, PACIFIC})


def test_s1_what_people_said_adds_its_state_and_all_its_zones() -> None:
    place = area_codes().place(number("415"), state="FL")
    assert set(place.states) == {"CA", "FL"}
    assert set(place.zones) == {PACIFIC, EASTERN, CENTRAL}


@given(st.sampled_from(CODES), st.sampled_from(STATES))
def test_s1_what_people_said_never_takes_away(code: str, state: str) -> None:
    alone, said = area_codes().place(number(code)), area_codes().place(number(code), state=state)
    assert set(alone.zones) <= set(said.zones)
    assert set(said.states) == {*alone.states, state}
    assert len(set(said.zones)) == len(said.zones)


def test_s1_what_people_said_adds_to_the_strictest_row_of_a_number_that_lies_nowhere() -> None:
    """Rule S-1: it adds, and never replaces what is not known."""
    place = area_codes().place(number("521"), state="HI")
    assert place.states == ("UNKNOWN", "HI")
    assert set(place.zones) == {EASTERN, CENTRAL, MOUNTAIN, PACIFIC, "Pacific/Honolulu"}


@pytest.mark.parametrize("code", ["387", "460", "537", "568", "851", "211", "911", "999", "000", "232"])
def test_s3_a_code_that_is_nobodys_in_the_country_is_not_in_the_table(code: str) -> None:
    """Rule S-3: a code of Canada, or one that is not given out, may become one of the Caribbean."""
    assert not area_codes().has(number(code))


@pytest.mark.parametrize("code", ["415", "787", "939", "340", "671", "684", "670", "500", "521", "588"])
def test_s3_codes_of_the_country_its_territories_and_of_no_place_count(code: str) -> None:
    """Rule S-3."""
    assert area_codes().has(number(code))


def test_s1_a_state_nobody_knows_says_nothing() -> None:
    assert area_codes().place(number("415"), state="ZZ") == area_codes().place(number("415"))
    assert area_codes().place(number("232"), state="ZZ") == UNKNOWN_PLACE


def test_the_states_are_all_of_the_country_and_its_territories() -> None:
    assert len(STATES) == 50 + 1 + 5
    assert {"CA", "DC", "PR", "VI", "GU", "AS", "MP"} <= set(STATES)


def test_an_area_code_of_two_states_has_both() -> None:
    codes = AreaCodes.read([HEAD, f"232,KY|TN,{CENTRAL}|{EASTERN}"])
    assert codes.place(number("232")).states == ("KY", "TN")
    assert codes.states == {"KY", "TN"}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("41,CA,America/Los_Angeles", "'41' is not an area code of three digits"),
        ("4l5,CA,America/Los_Angeles", "'4l5' is not an area code of three digits"),
        ("415,CA,America/Los_Angels", "'America/Los_Angels' is not a time zone"),
        ("415,CA,", "'' is not a time zone"),
        ("415,CA,America/Los_Angeles|", "'' is not a time zone"),
        ("415,CA,../../etc", "is not a time zone"),
        ("415,,America/Los_Angeles", "state"),
        ("212,NY,America/Chicago", "212"),
        ("415,CA", "expected 3 values"),
        ("415,CA,America/Los_Angeles,1", "expected 3 values"),
        ('415,CA,"America/Los_Angeles', "not a CSV row"),
    ],
)
def test_a_bad_row_is_told_with_its_line(row: str, words: str) -> None:
    with pytest.raises(BadTable, match=words) as refused:
        AreaCodes.read([HEAD, "# one line of words", f"212,NY,{EASTERN}", row])
    assert (refused.value.line, str(refused.value)[:8]) == (4, "line 4: ")


@pytest.mark.parametrize("column", HEAD.split(","))
def test_a_column_that_is_missing_is_told(column: str) -> None:
    head = HEAD.replace(column, "other")
    with pytest.raises(BadTable, match=f"line 1: the column '{column}' is missing"):
        AreaCodes.read([head, f"212,NY,{EASTERN}"])
