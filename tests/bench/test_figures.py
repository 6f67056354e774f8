"""The arithmetic of the figures and how they are shown.

Must not: measure anything.
"""

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from tests.bench.figures import Figure, beside_relay, middle, percentile, shown, table, written


def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed() -> None:
    values = [float(n) for n in range(1, 201)]
    assert (percentile(values, 50), percentile(values, 99), percentile(values, 100)) == (100, 198, 200)


def test_the_percentile_of_a_single_value_is_that_value() -> None:
    assert percentile([7.0], 1) == percentile([7.0], 99) == 7.0


def test_of_nothing_there_is_no_percentile_and_no_middle() -> None:
    assert math.isnan(percentile([], 50))
    assert math.isnan(middle([]))


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(1, 100))
def test_a_percentile_is_one_of_the_values_with_enough_of_them_below(
    values: list[float], percent: float
) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= len(values) * percent * (1 - 1e-9)


def test_a_figure_meets_an_upper_and_a_lower_bound_on_the_bound_itself() -> None:
    assert Figure(what="", measured=30, unit="ms", target=30).met is True
    assert Figure(what="", measured=30.1, unit="ms", target=30).met is False
    assert Figure(what="", measured=200, unit="", target=200, at_least=True).met is True
    assert Figure(what="", measured=199, unit="", target=200, at_least=True).met is False


def test_a_figure_that_is_only_told_is_neither_met_nor_missed() -> None:
    assert Figure(what="", measured=1, unit="").met is None


def test_what_could_not_be_measured_misses_its_target_and_is_null_in_json() -> None:
    figure = Figure(what="p99", measured=math.nan, unit="ms", target=30)
    row = json.loads(written([figure], {}))["figures"][0]
    assert (row["measured"], row["met"]) == (None, False)


def test_the_table_shows_what_was_missed_and_beside_what() -> None:
    lines = table([Figure(what="rate", measured=150, unit="texts/s", beside=500, target=200, at_least=True)])
    assert lines.splitlines()[1].split() == ["rate", "150", "texts/s", "500", "≥", "200", "NO"]


def test_numbers_are_shown_short() -> None:
    assert [shown(value) for value in (0.0, 4.0, 4.1234, 123.4, None, math.nan)] == [
        "0", "4", "4.12", "123", "", "none",
    ]  # fmt: skip


def test_a_note_says_how_often_the_relays_figure_it_is() -> None:
    assert beside_relay(7.8, 2.6, "3 runs, 7–9 ms") == "3 × relay; 3 runs, 7–9 ms"
    assert beside_relay(0.0, 0.0, "") == ""
