"""Legal holds and deletion on the command line.

Must not: look into rows; `tests/engine/test_forgetting` does.
"""

from pathlib import Path

import pytest

from tests.commands.running import CALLER, run
from tests.commands.test_reasons import told

__all__ = ["told"]


def test_a_hold_keeps_a_record_that_is_then_deleted(told: Path) -> None:
    assert run("hold", CALLER, "--why", "Subpoena", folder=told).exit_code == 0
    refused = run("forget", CALLER, "--yes", folder=told)
    assert refused.exit_code == 1
    assert "Subpoena" in refused.stderr
    assert run("unhold", CALLER, folder=told).exit_code == 0
    deleted = run("forget", CALLER, "--yes", folder=told)
    assert deleted.exit_code == 0, deleted.output
    assert "Kept is only that they opted out" in deleted.stdout
    assert "Hidden number" in run("show", "1", folder=told).stdout
    again = run("forget", CALLER, "--yes", folder=told)
    assert "Nobody with the number" in again.stderr


def test_a_deletion_asks_first(told: Path) -> None:
    assert run("forget", CALLER, folder=told, words="n\n").exit_code == 1
    assert "no more texts" in run("show", "1", folder=told).stdout


@pytest.mark.parametrize("command", [("forget", "--yes"), ("unhold",), ("hold", "--why", "x")])
def test_a_number_that_is_none_is_told(folder: Path, command: tuple[str, ...]) -> None:
    result = run(*command, "555", folder=folder)
    assert result.exit_code == 2
    assert "'555' is not a phone number" in result.stderr
