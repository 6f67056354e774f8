"""`mcdesk classify` and `mcdesk window`: the rules, asked."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.commands.running import MCDESK, configured, objects, run

NIGHT, DAY = "2026-11-21T05:00:00Z", "2026-11-21T20:00:00Z"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("STOP", "opt_out"),
        ("alto", "opt_out"),
        ("Sorry, wrong number", "wrong_number"),
        ("START", "opt_in"),
        ("HELP", "help"),
        ("My landlord wants to evict me", "none"),
    ],
)
def test_a_text_is_taken_for_what_it_asks(folder: Path, text: str, wish: str) -> None:
    (told,) = objects(run("classify", text, "--json", folder=folder))
    assert list(told) == ["text", "class", "rule"]
    assert (told["text"], told["class"]) == (text, wish)


def test_without_a_text_each_line_of_standard_input_is_one(folder: Path) -> None:
    result = run("classify", "--json", folder=folder, words="STOP\n\nhola\n")
    assert [each["class"] for each in objects(result)] == ["opt_out", "none", "none"]
    assert not folder.exists()


def test_bytes_that_are_no_text_are_taken_for_none_and_break_nothing() -> None:
    told = subprocess.run(
        [MCDESK, "classify", "--json"], input=b"\xff\xfe\nSTOP\n", capture_output=True, timeout=30
    )
    assert told.returncode == 0, told.stderr
    classes = [json.loads(line)["class"] for line in told.stdout.splitlines()]
    assert classes == ["none", "opt_out"]


def test_yes_opts_back_in_only_where_somebody_opted_out(folder: Path) -> None:
    assert objects(run("classify", "YES", "--json", folder=folder))[0]["class"] == "none"
    assert objects(run("classify", "YES", "--opted-out", "--json", folder=folder))[0]["class"] == "opt_in"


def test_at_night_a_later_text_is_held_until_the_caller_s_morning(folder: Path) -> None:
    (told,) = objects(run("window", "+14155550142", "--at", NIGHT, "--json", folder=folder))
    assert list(told) == ["decision", "until", "why", "zones", "states", "rules_version"]
    assert (told["decision"], told["until"]) == ("hold", "2026-11-21T17:00:00Z")
    assert (told["zones"], told["states"]) == (["America/Los_Angeles"], ["CA"])


@pytest.mark.parametrize(("at", "text_class"), [(DAY, "followup"), (NIGHT, "ack"), (DAY, "ack")])
def test_by_day_or_in_answer_to_a_call_it_is_sent(folder: Path, at: str, text_class: str) -> None:
    arguments = ("window", "(415) 555-0142", "--at", at, "--class", text_class, "--json")
    (told,) = objects(run(*arguments, folder=folder))
    assert (told["decision"], told["until"]) == ("send", None)


def test_a_time_without_an_offset_is_the_office_s(folder: Path) -> None:
    configured(folder)
    (told,) = objects(run("window", "+14155550142", "--at", "2026-11-20T21:30:00", "--json", folder=folder))
    assert told["until"] == "2026-11-21T17:00:00Z"


def test_a_number_outside_the_united_states_is_not_texted(folder: Path) -> None:
    (told,) = objects(run("window", "+16045550142", "--at", DAY, "--json", folder=folder))
    assert told["decision"] == "no"


@pytest.mark.parametrize("arguments", [["12"], ["+14155550142", "--at", "noon"]])
def test_what_is_no_number_or_no_time_is_a_bad_call(folder: Path, arguments: list[str]) -> None:
    assert run("window", *arguments, folder=folder).exit_code == 2
