"""What counts as growth of memory, and that a filled office is one the program can open.

Must not: soak.
"""

import math
import sqlite3
from pathlib import Path

import pytest

from mcdesk.store.opening import FILE_NAME
from tests.bench import setting, years
from tests.bench.soak import Sample, growth


def samples(megabytes: list[float]) -> list[Sample]:
    return [Sample(10.0 * place, each, 0.0) for place, each in enumerate(megabytes)]


def test_growth_is_told_for_an_hour() -> None:
    # a tenth of a MB every ten seconds
    assert growth(samples([90 + place / 10 for place in range(180)])) == pytest.approx(36)


def test_steps_up_and_down_are_no_growth() -> None:
    assert abs(growth(samples([96.0 + (place // 9 % 2) / 4 for place in range(180)]))) < 0.2


def test_of_a_single_sample_there_is_no_growth() -> None:
    assert math.isnan(growth(samples([90.0])))


def test_a_filled_office_has_whole_leads_and_keeps_its_references(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in setting.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    years.seed(tmp_path, setting.configuration("http://127.0.0.1:9"), count=400)
    with sqlite3.connect(tmp_path / FILE_NAME) as file:
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        (leads, open_ones), (calls,) = (
            file.execute("SELECT count(*), sum(closed_at IS NULL) FROM leads").fetchone(),
            file.execute("SELECT count(DISTINCT lead) FROM calls").fetchone(),
        )
    file.close()
    assert (leads, open_ones, calls) == (400, 20, 400)
