"""`mcdesk config`, `backup`, `restore`: no secret is shown, exported or taken from the command line."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mcdesk.store import configurations
from mcdesk.store.opening import open_database
from tests.commands.running import KEY, configuration, configured, objects, run

NOW = datetime(2026, 11, 18, 19, 0, tzinfo=UTC)
NO_WAY_OUT = '[[templates]]\nname = "first"\nbody = "{firm}: we will call you."\n'
SECRET = "0123456789abcdef-very-secret"


def keep_secret(folder: Path) -> None:
    result = run("config", "set-secret", "twilio", "auth_token", folder=folder, words=f"{SECRET}\n")
    assert result.exit_code == 0
    assert SECRET not in result.output


def test_a_secret_is_read_from_standard_input_and_never_shown(folder: Path) -> None:
    configured(folder)
    keep_secret(folder)
    shown = run("config", "show", folder=folder).stdout
    assert "auth_token: set\n" in shown
    assert SECRET not in shown
    for file in folder.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes()


def test_a_secret_is_not_taken_from_the_command_line(folder: Path) -> None:
    configured(folder)
    assert run("config", "set-secret", "twilio", "auth_token", SECRET, folder=folder).exit_code == 2


@pytest.mark.parametrize(
    ("connection", "field", "said"),
    [
        ("clio", "client_secret", "there are: twilio"),
        ("twilio", "account_sid", "it has: auth_token"),
        ("twilio", "auth_token", "The secret is empty"),
    ],
)
def test_a_secret_that_cannot_be_set_says_why(folder: Path, connection: str, field: str, said: str) -> None:
    configured(folder)
    result = run("config", "set-secret", connection, field, folder=folder, words="\n")
    assert result.exit_code == 1
    assert said in result.stderr


def test_the_export_can_be_imported_and_holds_no_secret(folder: Path, tmp_path: Path) -> None:
    configured(folder)
    keep_secret(folder)
    file = tmp_path / "export.toml"
    assert run("config", "export", str(file), folder=folder).exit_code == 0
    exported = file.read_text(encoding="utf-8")
    assert "s3cret-path" not in exported
    assert SECRET not in exported
    assert exported == configuration().replace('hook_secret = "s3cret-path"\n', "")
    assert run("config", "import", str(file), folder=tmp_path / "other").exit_code == 0
    assert run("config", "export", "-", folder=tmp_path / "other").stdout == exported


def test_importing_the_same_again_changes_nothing(folder: Path) -> None:
    configured(folder)
    result = run("config", "import", str(folder.parent / "office.toml"), folder=folder)
    assert result.stdout == "This configuration was in force already.\n"
    assert "set-secret twilio auth_token" in result.stderr


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            'base_url = "http://127.0.0.1:9"',
            'base_url = "api.twilio.com"',
            "base_url: 'api.twilio.com' is not a",
        ),
        (":9", ":99999", "base_url: expected a port from 1 to 65535"),
        ("AC0000", "hello/../", "account_sid: expected AC and letters and digits"),
        ("poll_seconds = 0", "texts_per_second = -5", "texts_per_second: expected 0 (Twilio paces)"),
        ("poll_seconds = 0", "texts_per_second = nan", "texts_per_second: expected 0 (Twilio paces)"),
        ("poll_seconds = 0", "texts_per_second = 1e-300", "texts_per_second: expected 0 (Twilio paces)"),
        ("poll_seconds = 0", "ring_seconds = 0", "ring_seconds: expected 5 to 600 seconds"),
        ("poll_seconds = 0", 'ring = "front desk"', "ring: expected phone numbers or sip: addresses"),
        ("poll_seconds = 0", 'messaging_service_sid = "x"', "messaging_service_sid: expected MG"),
        (
            "[connections.twilio]",
            '[connections.clio]\nprovider = "clio"\nclient_id = "x"\nassignee = "Dana"\n[connections.twilio]',
            "line 16, connections.clio.assignee: expected the number of a Clio user",
        ),
        (
            "[connections.twilio]",
            '[connections.clio]\nprovider = "clio"\nclient_id = "x"\nredirect_port = 0\n[connections.twilio]',
            "line 16, connections.clio.redirect_port: expected a port",
        ),
        ('timezone = "America/Los_Angeles"', 'timezone = ""', "line 3, office.timezone: is empty"),
    ],
)
def test_what_a_company_could_do_nothing_with_is_not_imported(
    folder: Path, tmp_path: Path, before: str, after: str, said: str
) -> None:
    configured(folder)
    file, wrong = tmp_path / "wrong.toml", configuration().replace(before, after, 1)
    assert wrong != configuration()
    file.write_text(wrong, encoding="utf-8")
    result = run("config", "import", str(file), folder=folder)
    assert result.exit_code == 1
    assert f"{file}: line " in result.stderr
    assert said in result.stderr
    exported = run("config", "export", "-", folder=folder).stdout
    assert exported == configuration().replace('hook_secret = "s3cret-path"\n', "")


@pytest.mark.parametrize(
    "setting",
    [
        "texts_per_second = 0",
        "texts_per_second = 0.5",
        'ring = ""',
        'ring = "+14155550111, sip:a@pbx.example"',
    ],
)
def test_what_a_company_can_work_with_is_imported(folder: Path, setting: str) -> None:
    configured(folder, configuration().replace("poll_seconds = 0", setting))


def test_a_key_file_is_made_only_when_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(folder)
    assert not (folder / "office.key").exists()
    keep_secret(folder)
    assert run("config", "make-key-file", folder=folder).exit_code == 0
    assert (folder / "office.key").read_text(encoding="ascii").strip() == KEY
    monkeypatch.delenv("MCDESK_OFFICE_KEY")
    keep_secret(folder)


def test_forgetting_secrets_is_confirmed_first(folder: Path) -> None:
    configured(folder)
    keep_secret(folder)
    assert run("config", "forget-secrets", folder=folder, words="n\n").exit_code == 1
    assert "auth_token: set\n" in run("config", "show", folder=folder).stdout
    assert run("config", "forget-secrets", "--yes", folder=folder).exit_code == 0
    assert "auth_token: missing" in run("config", "show", folder=folder).stdout


def test_a_copy_can_be_put_back_in_another_place(folder: Path, tmp_path: Path) -> None:
    configured(folder)
    keep_secret(folder)
    copy, other = tmp_path / "copy.db", tmp_path / "other"
    assert run("backup", str(copy), folder=folder).exit_code == 0
    assert run("restore", str(copy), folder=other).exit_code == 0
    assert "auth_token: set\n" in run("config", "show", folder=other).stdout
    assert run("restore", str(tmp_path / "none.db"), folder=other).exit_code == 1


def test_signing_in_where_nobody_signs_in_says_what_to_do_instead(folder: Path) -> None:
    configured(folder)
    result = run("sign-in", "twilio", folder=folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "config set-secret twilio" in result.stderr


def test_doctor_on_a_new_office_warns_and_is_content(folder: Path) -> None:
    result = run("doctor", "--json", folder=folder)
    assert result.exit_code == 0, result.output
    told = {str(each["what"]): each for each in objects(result)}
    assert {each["result"] for each in told.values()} <= {"ok", "warn"}
    assert told["Configuration"]["result"] == "warn"
    assert "mcdesk config import" in str(told["Configuration"]["fix"])
    assert told["Screen"]["result"] == "ok"


def test_a_wording_that_would_not_be_sent_is_not_put_in_force(folder: Path) -> None:
    file = folder.parent / "office.toml"
    file.write_text(configuration() + NO_WAY_OUT, encoding="utf-8")
    result = run("config", "import", str(file), folder=folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "templates[0].body: STR002, Does not say how to opt out." in result.stderr


def test_a_track_that_asks_who_calls_needs_a_crm(folder: Path) -> None:
    track = '[[tracks]]\nname = "clients"\ncaller = "known"\nsequence = "none"\n'
    file = folder.parent / "office.toml"
    file.write_text(configuration() + track, encoding="utf-8")
    result = run("config", "import", str(file), folder=folder)
    assert result.exit_code == 1
    assert "tracks[0].caller: no connection keeps records of people" in result.stderr
    clio = '[connections.clio]\nprovider = "clio"\nclient_id = "x"\n'
    configured(folder, configuration() + track + clio)


def test_doctor_names_the_missing_secret_and_the_wording_that_would_not_be_sent(folder: Path) -> None:
    configured(folder)
    # in force since before wording was looked at
    with closing(open_database(folder, now=lambda: NOW)) as database:
        source = configuration() + NO_WAY_OUT
        database.write(lambda tx: configurations.apply(tx, source, by="Maria")).result()
    result = run("doctor", folder=folder)
    assert result.exit_code == 1
    assert "Run: mcdesk config set-secret twilio auth_token" in result.stdout
    assert (
        "FAIL  Template first (en): It would not be sent: STR002, Does not say how to opt out."
        in result.stdout
    )
    assert json.dumps("Traceback") not in result.output
