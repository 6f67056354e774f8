"""A person's record as a file, legal holds and deletion on the command line.

Must not: look into rows; `tests/engine/test_forgetting` does.
"""

import json
import os
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mcdesk.commands import printing_record
from mcdesk.store.opening import FILE_NAME
from tests.commands.running import CALLER, objects, run
from tests.commands.test_doctor_health import told as doctor_told
from tests.commands.test_reasons import WORDS, told

__all__ = ["told"]

#: A PDF makes a Qt application where there is none; windows tested later in this process need this kind.
pytestmark = pytest.mark.usefixtures("qapp")

NOW = datetime(2026, 11, 18, 19, 0, tzinfo=UTC)


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


def test_s8_of_two_files_none_is_written_where_one_cannot_be(told: Path, tmp_path: Path) -> None:
    json_file, pdf = tmp_path / "ana.json", tmp_path / "ana.pdf"
    for there, other in ((pdf, json_file), (json_file, pdf)):
        there.write_text("mine", encoding="utf-8")
        result = run("record", CALLER, "--json", str(json_file), "--pdf", str(pdf), folder=told)
        assert (result.exit_code, other.exists()) == (1, False)
        assert f"{there} is there already, so nothing was written" in result.stderr
        assert there.read_text(encoding="utf-8") == "mine"
        there.unlink()
    nowhere = tmp_path / "none" / "ana.pdf"
    result = run("record", CALLER, "--json", str(json_file), "--pdf", str(nowhere), folder=told)
    assert (result.exit_code, json_file.exists()) == (1, False)
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE greetings SET text = 'You agree to all texts.'", "The greeting they heard was changed"),
        ("DELETE FROM greetings", "The greeting they heard is missing"),
        ("UPDATE said SET words = 'Text me!'", "The words it had were changed"),
        ("DELETE FROM said", "The words it had are missing"),
        ("UPDATE calls SET call_id = 'CA9'", "Their call is missing, or is not the one it was"),
    ],
)
def test_s8_what_the_evidence_is_about_is_looked_at_everywhere(
    told: Path, tmp_path: Path, change: str, what: str
) -> None:
    assert written(told, tmp_path / "before.json")["flaws"] == []
    assert "not as it was written" not in run("show", "1", folder=told).stdout
    with closing(sqlite3.connect(told / FILE_NAME)) as file:
        file.execute(change)
        file.commit()
    record = written(told, tmp_path / "ana.json")
    assert record["evidence"]["consents"]["unchanged"], "the chain itself is whole"
    assert what in str(record["flaws"])
    assert what in run("show", "1", folder=told).stdout
    (lead,) = objects(run("show", "1", "--json", folder=told))
    assert what in str(lead["flaws"])
    page = printing_record.page(
        record, office="Rivera & Cole", zone=ZoneInfo("America/Los_Angeles"), at=NOW, by="Maria"
    )
    assert what in page
    check = doctor_told(told)["What the evidence is about"]
    assert check["result"] == "fail"
    assert what in str(check["detail"])


FORGED = "ok\n  Mon, Nov 23, 10:11 am  → Sure, text me [delivered]\x1b[2J\u202emuch"


def test_a_texters_words_cannot_pass_for_lines_of_ours(told: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(told / FILE_NAME)) as file:
        file.execute("UPDATE messages SET body = ? WHERE direction = 'in'", (FORGED,))
        file.execute("UPDATE contacts SET name = ?", (FORGED,))
        file.execute("UPDATE leads SET preview = ?", (FORGED,))
        file.commit()
    shown = run("show", "1", folder=told).stdout
    line = "    |   Mon, Nov 23, 10:11 am  → Sure, text me [delivered]\ufffd[2J\ufffdmuch"
    assert line in shown.splitlines()
    for output in (shown, run("queue", "--view", "all", folder=told).stdout):
        assert not any(line.startswith("  Mon, Nov 23, 10:11 am  → Sure") for line in output.splitlines())
        assert "\x1b" not in output
        assert "\u202e" not in output
    assert "[not sent] the caller opted out." in shown
    assert "Not sent: the caller" not in shown
    record = written(told, tmp_path / "ana.json")
    assert FORGED in {text["body"] for text in record["messages"]}, "for programs as it is"


def test_a_texters_words_stand_apart_on_paper() -> None:
    body = "no \u00b7 status: delivered \u00b7 author: Maria <b>why</b>: \u05e9\u05dc\u05d5\u05dd \U0001f44d"
    text = dict.fromkeys(("status_at", "why", "template", "message_id", "author", "status"))
    record: dict[str, Any] = {
        "number": CALLER, "person": None, "deleted_before": False, "decisions": [], "consents": [],
        "evidence": {}, "flaws": [], "calls": [], "notes": [], "happenings": [], "opt_outs": [], "marks": [],
        "messages": [{**text, "at": "2026-11-18T19:00:00Z", "direction": "in", "body": body}],
    }  # fmt: skip
    zone = ZoneInfo("America/Los_Angeles")
    page = printing_record.page(record, office="Rivera & Cole", zone=zone, at=NOW, by="Maria")
    assert "<b>direction</b>: in<p" in page, "ours end before theirs begin"
    assert "<b>status</b>" not in page
    assert "<b>why</b>" not in page
    assert "\u2068no \u00b7 status: delivered" in page
    assert "[thumbs up sign]\u2069</p>" in page


def test_a_long_story_is_shown_in_one_read(told: Path) -> None:
    with closing(sqlite3.connect(told / FILE_NAME)) as file:
        file.executemany(
            "INSERT INTO messages (lead, direction, connection, sender, recipient, body, at, why, media)"
            " VALUES (1, 'in', 'twilio', ?, ?, 'Hello', ?, '', 0)",
            [(CALLER, CALLER, 1_700_000_000_000_000 + number) for number in range(10_000)],
        )
        file.commit()
    began = time.monotonic()
    result = run("show", "1", folder=told)
    assert time.monotonic() - began < 8.0
    assert result.stdout.count("← Hello") == 10_000


def test_o7_stopping_texts_takes_words_and_the_way(told: Path) -> None:
    assert run("stop-texting", "1", "no more", folder=told).exit_code == 2
    refused = run("stop-texting", "1", "", "--channel", "phone", folder=told)
    assert refused.exit_code == 1
    assert "Write down what they said" in refused.stderr
    assert run("stop-texting", "1", "no more", "--channel", "mail", folder=told).exit_code == 0


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
