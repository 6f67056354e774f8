"""What goes wrong is one sentence with the next step, and an exit status."""

import json
import sqlite3
from pathlib import Path

import click
import pytest

from mcdesk.commands import desk_line
from mcdesk.commands.line import mcdesk
from mcdesk.domain.leads import Disposition
from mcdesk.domain.queue import View
from tests.commands.running import OTHER_KEY, configuration, configured, objects, run


def sentence_of(folder: Path, *arguments: str, status: int = 1) -> str:
    """What a failing command says."""
    result = run(*arguments, folder=folder)
    assert result.exit_code == status, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('calls = "twilio"', 'calls = "ringcentral"', "line 9, lines[0].calls: there is no connection"),
        (
            "poll_seconds = 0",
            "poll_second = 0",
            "line 19, connections.twilio.poll_second: Twilio has no such",
        ),
        (
            'account_sid = "AC00000000000000000000000000000000"\n',
            "",
            "line 13, connections.twilio.account_sid: is",
        ),
        (
            "poll_seconds = 0",
            'auth_token = "x"',
            "line 19, connections.twilio.auth_token: a secret does not belong",
        ),
        ("[office]", "[office", "this is not valid TOML"),
    ],
)
def test_an_error_in_the_file_names_file_line_key_and_what_is_expected(
    folder: Path, tmp_path: Path, before: str, after: str, said: str
) -> None:
    file = tmp_path / "office.toml"
    file.write_text(configuration().replace(before, after), encoding="utf-8")
    assert f"{file}: {said}" in sentence_of(folder, "config", "import", str(file))


def test_a_file_that_is_not_there_is_a_bad_call(folder: Path) -> None:
    assert "does not exist" in sentence_of(folder, "serve", "--config", "nowhere.toml", status=2)


def test_a_new_office_says_how_to_begin(folder: Path) -> None:
    assert "mcdesk config import FILE" in sentence_of(folder, "queue")


def test_an_unknown_lead_says_where_they_are_listed(folder: Path) -> None:
    configured(folder)
    assert "`mcdesk queue`" in sentence_of(folder, "show", "7")


def test_a_newer_database_says_to_install_the_newer_program(folder: Path) -> None:
    configured(folder)
    with sqlite3.connect(folder / "mcdesk.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "newer mcdesk" in sentence_of(folder, "queue")
    assert "newer mcdesk" in sentence_of(folder, "serve").splitlines()[-1]


def test_a_database_that_is_none_says_so(folder: Path) -> None:
    folder.mkdir()
    (folder / "mcdesk.db").write_bytes(b"certainly not a database" * 100)
    assert "damaged" in sentence_of(folder, "queue")


def test_another_office_key_is_told_and_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(folder)
    assert run("config", "set-secret", "twilio", "auth_token", folder=folder, words="one").exit_code == 0
    monkeypatch.setenv("MCDESK_OFFICE_KEY", OTHER_KEY)
    result = run("config", "set-secret", "twilio", "auth_token", folder=folder, words="two")
    assert result.exit_code == 1
    assert "another office key" in result.stderr
    monkeypatch.setenv("MCDESK_OFFICE_KEY", "too-short")
    assert (
        "is not an office key"
        in run("config", "set-secret", "twilio", "auth_token", folder=folder, words="three").stderr
    )


def test_serving_with_another_office_key_is_refused_before_a_hook_looks_forged(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(folder)
    assert run("config", "set-secret", "twilio", "auth_token", folder=folder, words="one").exit_code == 0
    monkeypatch.setenv("MCDESK_OFFICE_KEY", OTHER_KEY)
    result = run("serve", folder=folder)
    assert result.exit_code == 1
    assert "another office key" in result.stderr


def test_a_defect_names_the_log_and_the_log_has_the_traceback(folder: Path) -> None:
    @click.command()
    def broken() -> None:
        raise ZeroDivisionError("call of +14155550142")

    mcdesk.add_command(broken)
    try:
        said = sentence_of(folder, "broken")
    finally:
        del mcdesk.commands["broken"]
    file = folder / "logs" / "mcdesk.log"
    assert str(file) in said
    record = json.loads(file.read_text(encoding="utf-8").splitlines()[-1])
    assert "ZeroDivisionError" in record["exception"]
    assert "4155550142" not in file.read_text(encoding="utf-8")
    assert "0142" in record["exception"]


@pytest.mark.parametrize("name", ["", *mcdesk.commands])
def test_every_command_has_help_and_takes_a_data_folder(folder: Path, name: str) -> None:
    result = run(*filter(None, [name, "--help"]), folder=folder)
    assert result.exit_code == 0
    assert name == "try-screen" or "--data DIR" in result.stdout


def test_the_data_folder_may_stand_before_or_after_the_command(folder: Path, tmp_path: Path) -> None:
    configured(folder)
    assert objects(run("queue", "--json", folder=folder)) == []
    assert run("queue", "--data", str(folder), folder=tmp_path / "other").exit_code == 0
    assert not (tmp_path / "other").exists()


def test_the_words_of_the_command_line_are_those_of_the_office() -> None:
    assert set(desk_line.VIEWS) == {"all", *map(str, View)}
    assert set(desk_line.DISPOSITIONS) == set(map(str, Disposition))
