"""Commands on an office whose data is on a server: the same words, and no file on this PC.

Must not: run engines (`tests/walks` does).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.commands.running import KEY, configured, objects, run


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.Server]:
    if postgres.ABSENT:
        pytest.skip(postgres.ABSENT)
    with postgres.running() as running:
        yield running


@pytest.fixture
def folder(server: postgres.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder of a desk of a shared office."""
    address = server.new_database(empty=True)
    monkeypatch.setenv("MCDESK_DATABASE_URL", address)
    monkeypatch.setenv("MCDESK_OFFICE_KEY", KEY)
    yield tmp_path / "desk"
    server.drop(address)


def test_an_office_is_set_up_and_asked_on_a_server_and_leaves_no_file_here(folder: Path) -> None:
    configured(folder)
    assert run("config", "set-secret", "twilio", "auth_token", folder=folder, words="t0ken\n").exit_code == 0
    assert "Rivera & Cole" in run("config", "show", folder=folder).output
    assert objects(run("queue", "--json", folder=folder)) == []
    assert objects(run("window", "+14155550142", "--json", folder=folder))[0]["decision"]
    assert not list(folder.glob("*.db*"))


def test_the_doctor_says_where_the_data_is(folder: Path) -> None:
    configured(folder)
    checks = {str(check["what"]): check for check in objects(run("doctor", "--json", folder=folder))}
    assert checks["Database"]["result"] == "ok"
    assert "PostgreSQL" in str(checks["Database"]["detail"])
    assert checks.get("Nightly backup", {"result": "ok"})["result"] == "ok"


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_copies_of_a_server_are_the_servers_own(folder: Path, command: str) -> None:
    result = run(command, str(folder.parent / "copy.db"), folder=folder)
    assert result.exit_code == 1
    assert "PostgreSQL server" in result.output
    assert "pg_dump" in result.output or "pg_restore" in result.output
    assert "postgres:@" not in result.output


def test_a_server_that_is_not_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCDESK_DATABASE_URL", "postgresql://maria:s3cret@127.0.0.1:9/mcdesk")
    result = run("queue", folder=tmp_path / "desk")
    assert result.exit_code == 1
    assert "Check that the server runs" in result.output
    assert "s3cret" not in result.output
