"""A person's record as a file, legal holds and deletion on the command line.

Must not: look into rows; `tests/engine/test_forgetting` does.
"""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mcdesk.store.opening import FILE_NAME
from tests.commands.running import CALLER, run
from tests.commands.test_reasons import WORDS, told

__all__ = ["told"]


def written(folder: Path, file: Path) -> dict[str, Any]:
    """The record as JSON."""
    result = run("record", CALLER, "--json", str(file), folder=folder)
    assert result.exit_code == 0, result.output
    record: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return record


def test_a_record_has_everything_of_a_person(told: Path, tmp_path: Path) -> None:
    assert run("note", "1", "Wants a call on Monday.", folder=told).exit_code == 0
    record = written(told, tmp_path / "ana.json")
    assert (record["office"], record["number"], record["opted_out"]) == ("Rivera & Cole", CALLER, True)
    assert [call["call_id"] for call in record["calls"]] == ["CA1"]
    assert {text["body"] for text in record["messages"] if text["direction"] == "in"} == {"no more texts"}
    assert {text["status"] for text in record["messages"] if text["text_class"] == "ack"} == {"withheld"}
    assert record["notes"][0]["body"] == "Wants a call on Monday."
    assert record["decisions"][0]["why"] == ["They called the office and nobody answered."]
    assert [entry["kind"] for entry in record["consents"]] == ["given", "withdrawn"]
    assert record["consents"][0]["greeting"] == WORDS
    assert record["opt_outs"][0]["words"] == "no more texts"
    assert record["evidence"]["consents"]["unchanged"] is True
    assert record["evidence"]["consents"]["linked"] == 2
    assert len(record["evidence"]["decisions"]["last_digest"]) == 64
    assert record["calls"][0]["at"].endswith("Z")


def test_a_record_says_where_the_evidence_was_changed(told: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(told / FILE_NAME)) as file:
        file.execute("UPDATE consents SET kind = 'restored' WHERE id = 2")
        file.commit()
    found = written(told, tmp_path / "ana.json")["evidence"]
    assert (found["consents"]["unchanged"], found["consents"]["first_broken"]) == (False, 2)
    assert found["decisions"]["unchanged"] is True


def test_a_record_for_people_is_a_pdf_only_this_user_can_read(told: Path, tmp_path: Path) -> None:
    pdf, both = tmp_path / "ana.pdf", tmp_path / "ana.json"
    result = run("record", CALLER, "--pdf", str(pdf), "--json", str(both), folder=told)
    assert result.exit_code == 0, result.output
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert b"/Page" in pdf.read_bytes()
    if os.name == "posix":
        assert [file.stat().st_mode & 0o777 for file in (pdf, both)] == [0o600, 0o600]


def test_a_file_that_is_there_is_left_alone(told: Path, tmp_path: Path) -> None:
    file = tmp_path / "ana.json"
    file.write_text("mine", encoding="utf-8")
    result = run("record", CALLER, "--json", str(file), folder=told)
    assert result.exit_code == 1
    assert f"{file} is there already" in result.stderr
    assert file.read_text(encoding="utf-8") == "mine"


def test_a_record_of_nobody_and_to_nowhere_is_told(told: Path, tmp_path: Path) -> None:
    assert run("record", CALLER, folder=told).exit_code == 2
    nobody = run("record", "+14155550188", "--json", str(tmp_path / "x.json"), folder=told)
    assert nobody.exit_code == 1
    assert "Nobody with the number (415) 555-0188" in nobody.stderr
    assert not (tmp_path / "x.json").exists()


def test_what_had_to_stay_of_a_deleted_person_can_be_written(told: Path, tmp_path: Path) -> None:
    assert run("forget", CALLER, "--yes", folder=told).exit_code == 0
    record = written(told, tmp_path / "ana.json")
    assert (record["person"], record["deleted_before"], record["opted_out"]) == (None, True, True)
    assert [entry["kind"] for entry in record["consents"]] == ["given", "withdrawn", "deleted"]
    assert record["decisions"]
    assert record["messages"] == []
    assert run("record", CALLER, "--pdf", str(tmp_path / "ana.pdf"), folder=told).exit_code == 0


def test_a_hold_keeps_a_record_that_is_then_deleted(told: Path) -> None:
    assert run("hold", CALLER, "--why", "Subpoena", folder=told).exit_code == 0
    refused = run("forget", CALLER, "--yes", folder=told)
    assert refused.exit_code == 1
    assert "Subpoena" in refused.stderr
    assert run("unhold", CALLER, folder=told).exit_code == 0
    deleted = run("forget", CALLER, "--yes", folder=told)
    assert deleted.exit_code == 0, deleted.output
    assert "Kept is only that they are not texted" in deleted.stdout
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
