"""When a number may be texted: by federal law, every state and zone it may be in, and the firm's rule."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcdesk.domain.numbers import Number
from mcdesk.domain.places import UNKNOWN_PLACE, Place
from mcdesk.domain.quiet_hours import FirmRule, QuietHours, Window
from mcdesk.domain.tables import BadTable
from tests.simulation.shipped import (
    CENTRAL,
    EASTERN,
    MOUNTAIN,
    PACIFIC,
    area_codes,
    lines,
    local,
    quiet_hours,
)  # fmt: skip

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
HEAD = "state,days_iso,start,end,max_per_24h,holidays_closed"
FEDERAL = "US,1234567,08:00,21:00,,no"
UNKNOWN = "UNKNOWN,12345,10:00,18:00,3,yes"
WEEKDAYS = (Window(time(9), time(17)),) * 5 + (None, None)
#: Weekdays of 2026: the 21st of November is a Saturday, no holiday anywhere before Thanksgiving.
SATURDAY, SUNDAY, MONDAY = "2026-11-21", "2026-11-22", "2026-11-23"


def place(code: str, state: str | None = None) -> Place:
    return area_codes().place(Number(f"+1{code}5550142"), state=state)


def is_open(where: Place, at: datetime, hours: QuietHours | None = None) -> bool:
    return (hours or quiet_hours()).closed(where, at) is None


@pytest.mark.parametrize(
    ("code", "zone", "day", "opens", "closes"),
    [
        ("303", MOUNTAIN, MONDAY, "08:00", "20:59"),  # federal, its last minute left to the carriers
        ("415", PACIFIC, MONDAY, "09:00", "20:59"),
        ("305", EASTERN, MONDAY, "08:00", "20:00"),
        ("203", EASTERN, MONDAY, "09:00", "20:00"),
        ("214", CENTRAL, SATURDAY, "09:00", "20:59"),
        ("214", CENTRAL, SUNDAY, "12:00", "20:59"),
        ("915", MOUNTAIN, MONDAY, "09:00", "20:59"),
        ("215", EASTERN, SATURDAY, "09:00", "19:00"),
        ("401", EASTERN, MONDAY, "09:00", "18:00"),
        ("401", EASTERN, SATURDAY, "10:00", "17:00"),
        ("364", CENTRAL, MONDAY, "10:00", "19:59"),  # eleven to 8:59 pm Eastern
        ("364", EASTERN, MONDAY, "11:00", "20:59"),
        ("448", EASTERN, MONDAY, "09:00", "20:00"),  # eight Central to eight Eastern
        ("850", CENTRAL, MONDAY, "08:00", "19:00"),
        ("928", "America/Phoenix", "2026-07-01", "08:00", "19:59"),  # Navajo clocks are an hour ahead
        ("928", "America/Phoenix", "2026-12-01", "08:00", "20:59"),
        ("907", "America/Anchorage", MONDAY, "09:00", "20:59"),  # eight in Adak
        ("808", "Pacific/Honolulu", MONDAY, "08:00", "20:59"),
        ("787", "America/Puerto_Rico", MONDAY, "08:00", "20:59"),
        ("671", "Pacific/Guam", MONDAY, "08:00", "20:59"),
        ("684", "Pacific/Pago_Pago", MONDAY, "08:00", "20:59"),
        ("232", EASTERN, MONDAY, "13:00", "18:00"),
        ("232", EASTERN, SATURDAY, "13:00", "17:00"),
        ("800", EASTERN, MONDAY, "13:00", "18:00"),
    ],
)
def test_z2_z3_the_hours_of_a_day(code: str, zone: str, day: str, opens: str, closes: str) -> None:
    where = place(code)
    first, end = local(f"{day}T{opens}", zone), local(f"{day}T{closes}", zone)
    assert not is_open(where, first - SECOND)
    assert is_open(where, first)
    assert is_open(where, end - SECOND)
    assert not is_open(where, end)
    minutes = [local(f"{day}T00:00", zone) + n * MINUTE for n in range(1440)]
    assert [at for at in minutes if is_open(where, at)] == [at for at in minutes if first <= at < end]


@pytest.mark.parametrize("state", ["AL", "LA", "MS", "PA", "RI", "SD", "UT", "UNKNOWN"])
def test_s1_sundays_are_closed_where_the_state_says_so(state: str) -> None:
    closed = quiet_hours().closed(Place((CENTRAL,), (state,)), local(f"{SUNDAY}T12:00", CENTRAL))
    assert closed is not None
    assert (closed.rule, closed.zone, closed.why) == (state, CENTRAL, "no texts on Sundays")


@pytest.mark.parametrize(
    ("state", "day", "holiday"),
    [
        ("UT", "2026-07-24", "Pioneer Day"),
        ("UT", "2027-07-23", "Pioneer Day (observed)"),
        ("LA", "2027-02-09", "Mardi Gras"),
        ("LA", "2027-03-26", "Good Friday"),
        ("RI", "2027-08-09", "Victory Day"),
        ("PA", "2027-06-14", "Flag Day"),
        ("AL", "2027-04-26", "Confederate Memorial Day"),
        ("AL", "2026-11-26", "Thanksgiving Day"),
        ("UNKNOWN", "2026-11-26", "Thanksgiving Day"),
    ],
)
def test_s1_holidays_are_closed_where_the_state_says_so(state: str, day: str, holiday: str) -> None:
    noon = local(f"{day}T12:30", CENTRAL)
    closed = quiet_hours().closed(Place((CENTRAL,), (state,)), noon)
    assert closed is not None
    assert (closed.rule, closed.why) == (state, f"no texts on {holiday}")
    assert is_open(Place((CENTRAL,), ("FL",)), noon)


def test_s1_every_state_a_number_may_be_in_counts() -> None:
    where = place("305", state="KY")
    assert not is_open(where, local(f"{MONDAY}T10:59", EASTERN))
    assert is_open(where, local(f"{MONDAY}T11:00", EASTERN))
    assert not is_open(where, local(f"{MONDAY}T20:00", EASTERN))


def test_s1_a_state_without_a_row_has_the_unknown_one() -> None:
    where = Place((EASTERN,), ("ZZ",))
    assert not is_open(where, local(f"{MONDAY}T09:59", EASTERN))
    assert is_open(where, local(f"{MONDAY}T10:00", EASTERN))
    assert quiet_hours().most_a_day(where) == 3


@pytest.mark.parametrize(
    ("states", "most"),
    [(("FL",), 3), (("OK",), 3), (("MD",), 3), (("OR",), 3), (("UNKNOWN",), 3), (("CA", "FL"), 3)]
    + [((state,), None) for state in ("CA", "TX", "NY", "RI", "UT", "PR")],
)
def test_s1_the_states_own_number_of_texts(states: tuple[str, ...], most: int | None) -> None:
    assert quiet_hours().most_a_day(Place((EASTERN,), states)) == most


@pytest.mark.parametrize("day", ["2026-11-01", "2027-03-14", "2027-11-07"])
@pytest.mark.parametrize("zone", [EASTERN, CENTRAL, MOUNTAIN, PACIFIC, "America/Anchorage"])
def test_z4_a_day_of_a_clock_change_opens_and_closes_by_the_clock_on_the_wall(day: str, zone: str) -> None:
    where = Place((zone,), ("CO",))
    midnight = local(f"{day}T00:00", zone)
    assert quiet_hours().next_opening(where, midnight) == local(f"{day}T08:00", zone)
    # 02:30 is there twice in autumn and not at all in spring
    for hour in range(5):
        assert quiet_hours().next_opening(where, midnight + timedelta(hours=hour)) == local(
            f"{day}T08:00", zone
        )
    assert is_open(where, local(f"{day}T20:58", zone))
    assert not is_open(where, local(f"{day}T20:59", zone))
    length = {"2027-03-14": 23}.get(day, 25)
    assert local(f"{day}T08:00", zone) - midnight == timedelta(hours=8 + length - 24)


def test_z4_arizona_and_the_islands_keep_their_time() -> None:
    for zone in ("America/Phoenix", "Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam"):
        for day in ("2026-07-01", "2026-12-01"):
            opening = quiet_hours().next_opening(Place((zone,), ("AZ",)), local(f"{day}T05:00", zone))
            offset = ZoneInfo(zone).utcoffset(datetime(2026, 7, 1))  # noqa: DTZ001
            assert offset is not None
            assert opening == datetime.fromisoformat(f"{day}T08:00").replace(tzinfo=UTC) - offset


def test_z5_the_next_opening_of_an_open_moment_is_that_moment() -> None:
    at = local(f"{MONDAY}T10:17", PACIFIC) + timedelta(seconds=3, microseconds=7)
    assert quiet_hours().next_opening(place("415"), at) == at


@pytest.mark.parametrize(
    ("code", "zone", "at", "opening"),
    [
        ("415", PACIFIC, f"{MONDAY}T02:00", f"{MONDAY}T09:00"),
        ("415", PACIFIC, f"{SUNDAY}T20:59", f"{MONDAY}T09:00"),
        ("214", CENTRAL, f"{SUNDAY}T11:59", f"{SUNDAY}T12:00"),
        ("601", CENTRAL, f"{SATURDAY}T20:00", f"{MONDAY}T08:00"),
        ("401", EASTERN, f"{SATURDAY}T17:00", f"{MONDAY}T09:00"),
        ("401", EASTERN, "2026-11-25T18:00", "2026-11-27T09:00"),  # over Thanksgiving
        ("801", MOUNTAIN, "2026-07-23T20:59", "2026-07-25T08:00"),  # over Pioneer Day
        ("801", MOUNTAIN, "2027-07-22T21:30", "2027-07-26T08:00"),  # observed, itself, and a Sunday
        ("364", CENTRAL, f"{MONDAY}T19:59", "2026-11-24T10:00"),
        ("232", EASTERN, f"{SATURDAY}T17:00", f"{MONDAY}T13:00"),
        ("232", EASTERN, "2026-11-25T18:00", "2026-11-28T13:00"),  # Friday is Acadian Day in Louisiana
    ],
)
def test_z5_the_next_opening(code: str, zone: str, at: str, opening: str) -> None:
    assert quiet_hours().next_opening(place(code), local(at, zone)) == local(opening, zone)


def test_z5_hours_that_never_meet_have_no_opening() -> None:
    mornings = quiet_hours().of(FirmRule(days=(Window(time(8), time(9)),) * 7))
    assert mornings.next_opening(UNKNOWN_PLACE, local(f"{MONDAY}T10:00", EASTERN)) is None
    blocked = quiet_hours().of(FirmRule(blocked={"LA": date(2026, 12, 24)}))
    assert blocked.next_opening(place("504"), local(f"{MONDAY}T10:00", CENTRAL)) is None


FIRMS = {
    "none": FirmRule(),
    "weekdays": FirmRule(days=WEEKDAYS),
    "evenings": FirmRule(days=(Window(time(17, 30), time(20, 15)),) * 7),
    "sundays": FirmRule(days=(*(None,) * 6, Window(time(10), time(16)))),
    "nights": FirmRule(days=(Window(time(1, 30), time(23)),) * 7),
    "block": FirmRule(blocked={"FL": date(2026, 11, 30), "LA": date(2027, 3, 1), "US": date(2026, 11, 2)}),
}
PLACES = st.one_of(
    st.just(UNKNOWN_PLACE),
    st.builds(
        place,
        st.sampled_from([line[:3] for line in lines("us_area_code_zones.csv")[1:]]),
        st.none() | st.sampled_from(sorted(area_codes().states)),
    ),
)
#: Any second, with the days of clock changes and of long holidays more often.
MOMENTS = st.builds(
    lambda day, seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day, seconds=seconds),
    st.sampled_from([303, 328, 436, 567]) | st.integers(0, 729),
    st.integers(0, 2 * 86_400),
)


@settings(max_examples=60)
@given(PLACES, MOMENTS, st.sampled_from(sorted(FIRMS)))
def test_z5_the_next_opening_is_the_first_open_instant_of_all(where: Place, at: datetime, firm: str) -> None:
    hours = quiet_hours().of(FIRMS[firm])
    opening = hours.next_opening(where, at)
    if opening is not None and opening == at:
        assert is_open(where, at, hours)
        return
    assert not is_open(where, at, hours)
    first = at.replace(second=0) + MINUTE
    last = at + timedelta(days=15)
    probes = (first + n * MINUTE for n in range((last - first) // MINUTE))
    found = next((probe for probe in probes if is_open(where, probe, hours)), None)
    if opening is None:
        assert found is None or found - at > timedelta(days=14)
    else:
        assert found == opening


@given(PLACES, MOMENTS, st.sampled_from(sorted(FIRMS)))
def test_z2_what_the_firm_adds_never_opens_anything(where: Place, at: datetime, firm: str) -> None:
    if is_open(where, at, quiet_hours().of(FIRMS[firm])):
        assert is_open(where, at)


@given(PLACES, MOMENTS)
def test_z2_open_means_between_eight_and_nine_on_every_clock(where: Place, at: datetime) -> None:
    if is_open(where, at):
        clocks = [at.astimezone(ZoneInfo(zone)).time() for zone in where.zones]
        assert all(time(8) <= clock < time(20, 59) for clock in clocks)


def test_the_firms_hours_are_the_callers_hours() -> None:
    hours = quiet_hours().of(FirmRule(days=WEEKDAYS))
    closed = hours.closed(place("305"), local(f"{MONDAY}T17:00", EASTERN))
    assert closed is not None
    assert (closed.rule, closed.why) == ("firm", "texts from 9 am to 5 pm")
    assert is_open(place("415"), local(f"{MONDAY}T16:59", PACIFIC), hours)
    assert not is_open(place("305"), local(f"{SATURDAY}T12:00", EASTERN), hours)


def test_a_state_the_firm_blocks_opens_on_the_day_named() -> None:
    hours = quiet_hours().of(FirmRule(blocked={"LA": date(2026, 11, 25)}))
    closed = hours.closed(place("504"), local(f"{MONDAY}T12:00", CENTRAL))
    assert closed is not None
    assert (closed.rule, closed.why) == ("LA", "the office sends nothing to LA until November 25")
    opening = local("2026-11-25T08:00", CENTRAL)
    assert hours.next_opening(place("504"), local(f"{MONDAY}T12:00", CENTRAL)) == opening
    assert is_open(place("601"), local(f"{MONDAY}T12:00", CENTRAL), hours)


def test_the_record_has_the_day_s_window_of_each_rule_in_each_zone() -> None:
    hours = quiet_hours().of(FirmRule(days=WEEKDAYS))
    assert hours.windows(place("364"), local(f"{SUNDAY}T12:00", EASTERN)) == {
        f"US {CENTRAL}": "08:00-20:59",
        f"KY {CENTRAL}": "10:00-21:00",
        f"firm {CENTRAL}": "closed",
        f"US {EASTERN}": "08:00-20:59",
        f"KY {EASTERN}": "10:00-21:00",
        f"firm {EASTERN}": "closed",
    }


@pytest.mark.parametrize(
    ("code", "at", "words"),
    [
        ("601", f"{SUNDAY}T12:00", "the rule for MS allows no texts on Sundays, Central time"),
        ("305", "2026-11-23T07:00", "the federal rule allows texts from 8 am to 8:59 pm, Eastern time"),
        ("305", "2026-11-23T20:10", "the rule for FL allows texts from 8 am to 8 pm, Eastern time"),
        ("215", "2027-03-26T12:00", "the rule for PA allows no texts on Good Friday, Eastern time"),
        ("412", "2027-06-14T12:00", "the rule for PA allows no texts on Flag Day, Eastern time"),
        ("717", "2026-11-03T12:00", "the rule for PA allows no texts on Election Day, Eastern time"),
        ("801", "2026-07-24T12:00", "the rule for UT allows no texts on Pioneer Day, Mountain time"),
    ],
)
def test_what_keeps_a_text_back_is_said_with_whose_rule_and_whose_clock(
    code: str, at: str, words: str
) -> None:
    where = place(code)
    closed = quiet_hours().closed(where, local(at, where.zones[0]))
    assert str(closed) == words


def test_the_table_is_read_row_by_row() -> None:
    rows = [HEAD, "# a comment", FEDERAL, UNKNOWN, "CO,1234,09:00,20:00,,no", "CO,5,10:00,18:00,2,no"]
    hours = QuietHours.read([*rows, "CO,67,closed,closed,4,no"])
    where = Place((MOUNTAIN,), ("CO",))
    assert hours.most_a_day(where) == 2
    assert is_open(where, local("2026-11-19T19:59", MOUNTAIN), hours)
    assert not is_open(where, local("2026-11-20T18:00", MOUNTAIN), hours)
    assert not is_open(where, local(f"{SUNDAY}T12:00", MOUNTAIN), hours)


def test_a_day_no_row_speaks_of_is_closed() -> None:
    hours = QuietHours.read([HEAD, FEDERAL, UNKNOWN])
    assert not is_open(UNKNOWN_PLACE, local(f"{SATURDAY}T13:00", EASTERN), hours)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("CO,,09:00,20:00,,no", "days_iso '': expected digits from 1"),
        ("CO,0,09:00,20:00,,no", "days_iso '0': expected digits from 1"),
        ("CO,Mon,09:00,20:00,,no", "days_iso 'Mon': expected digits from 1"),
        ("CO,11,09:00,20:00,,no", "Mondays of CO are in line 4 already"),
        ("UNKNOWN,5,09:00,20:00,,no", "Fridays of UNKNOWN are in line 3 already"),
        ("CO,1,9am,20:00,,no", "expected hours such as 09:00, or closed twice"),
        ("CO,1,09:00,24:00,,no", "expected hours such as 09:00, or closed twice"),
        ("CO,1,,,,no", "expected hours such as 09:00, or closed twice"),
        ("CO,1,closed,20:00,,no", "expected hours such as 09:00, or closed twice"),
        ("CO,1,09:00,closed,,no", "expected hours such as 09:00, or closed twice"),
        ("CO,1,09:00Z,20:00Z,,no", "expected hours without a zone, such as 09:00"),
        ("FLA,1,09:00,20:00,,no", "state 'FLA': expected two letters, or UNKNOWN"),
        ("CO,1,20:00,09:00,,no", "the start must come before the end"),
        ("CO,1,09:00,09:00,,no", "the start must come before the end"),
        ("CO,1,09:00,20:00,0,no", "max_per_24h '0': expected a number, or nothing"),
        ("CO,1,09:00,20:00,-3,no", "max_per_24h '-3': expected a number, or nothing"),
        ("CO,1,09:00,20:00,three,no", "max_per_24h 'three': expected a number, or nothing"),
        ("CO,1,09:00,20:00,,", "holidays_closed '': expected yes or no"),
        ("CO,1,09:00,20:00,,maybe", "holidays_closed 'maybe': expected yes or no"),
        ("UNKNOWN,6,10:00,17:00,3,maybe", "holidays_closed 'maybe': expected yes or no"),
        (",1,09:00,20:00,,no", "state"),
        ("CO,1,09:00,20:00,", "expected 6 values"),
        ("CO,1,09:00,20:00,,no,yes", "expected 6 values"),
    ],
)
def test_a_bad_row_is_told_with_its_line(row: str, words: str) -> None:
    with pytest.raises(BadTable, match=words) as refused:
        QuietHours.read([HEAD, FEDERAL, UNKNOWN, row])
    assert (refused.value.line, str(refused.value)[:8]) == (4, "line 4: ")


@pytest.mark.parametrize("column", HEAD.split(","))
def test_a_column_that_is_missing_is_told(column: str) -> None:
    with pytest.raises(BadTable, match=f"line 1: the column '{column}' is missing"):
        QuietHours.read([HEAD.replace(column, "other"), FEDERAL, UNKNOWN])


@pytest.mark.parametrize(("row", "state"), [(FEDERAL, "UNKNOWN"), (UNKNOWN, "US")])
def test_the_rows_everything_rests_on_must_be_there(row: str, state: str) -> None:
    with pytest.raises(BadTable, match=f"line 2: the row of {state} is missing"):
        QuietHours.read([HEAD, row])


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(BadTable, match="line 1: the column 'state' is missing"):
        QuietHours.read([])


def test_an_empty_table_is_told_by_its_first_line() -> None:
    with pytest.raises(BadTable, match=r"^line 1: the row of US is missing"):
        QuietHours.read(["state,days_iso,start,end,max_per_24h,holidays_closed"])


def test_an_hour_nobody_has_is_told_as_it_stands() -> None:
    rows = ["state,days_iso,start,end,max_per_24h,holidays_closed", "US,1,25:00,26:00,,no"]
    with pytest.raises(BadTable, match=r"^line 2: '25:00' to '26:00': expected hours such as 09:00") as bad:
        QuietHours.read(rows)
    assert "0..23" not in str(bad.value)
