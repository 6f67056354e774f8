"""`mcdesk replay`: captured requests in the office's words."""

import json
from pathlib import Path

import pytest

from tests.commands.running import configuration, configured, objects, run

WIRE = Path(__file__).parent.parent / "providers" / "wire" / "twilio"
CALL_KEYS = ["event", "call_id", "caller", "line", "direction", "started_at", "ended_at"]


@pytest.mark.parametrize(
    ("sample", "event"),
    [
        ("CONSTRUCTED-dial-action-no-answer", "CallMissed"),
        ("CONSTRUCTED-dial-action-busy", "CallMissed"),
        ("CONSTRUCTED-dial-action-completed", "CallAnswered"),
        ("CONSTRUCTED-voice-inbound-ringing", "CallRinging"),
        ("CONSTRUCTED-voice-inbound-forwarded", "CallMissed"),
        ("voice-status-completed", "CallAnswered"),
    ],
)
def test_a_call_is_told_with_exactly_its_keys(folder: Path, sample: str, event: str) -> None:
    result = run("replay", "--provider", "twilio", str(WIRE / f"{sample}.urlencoded.txt"), folder=folder)
    assert result.exit_code == 0
    (told,) = objects(result)
    assert (list(told), told["event"]) == (CALL_KEYS, event)


def test_a_call_has_its_caller_line_and_times(folder: Path) -> None:
    file = WIRE / "voice-status-completed.urlencoded.txt"
    assert objects(run("replay", "--provider", "twilio", str(file), folder=folder)) == [
        {
            "event": "CallAnswered",
            "call_id": "CA00000000000000000000000000000001",
            "caller": "+15005550006",
            "line": "+15005550001",
            "direction": "outbound",
            "started_at": "2018-03-25T09:52:30Z",
            "ended_at": "2018-03-25T09:53:19Z",
        }
    ]


def test_a_text_and_a_report_about_one_are_told_with_exactly_their_keys(folder: Path) -> None:
    text = WIRE / "inbound-sms.urlencoded.txt"
    report = WIRE / "status-failed-21610.urlencoded.txt"
    assert objects(run("replay", "--provider", "twilio", str(text), folder=folder)) == [
        {
            "event": "TextReceived",
            "message_id": "SMe287d7109a5a925f182f0e07fe5b223b",
            "from": "+14135550111",
            "to": "+12025550111",
            "body": "Msg",
            "at": None,
            "media": 0,
            "provider_opt_out": None,
        }
    ]
    assert objects(run("replay", "--provider", "twilio", str(report), folder=folder)) == [
        {
            "event": "TextStatus",
            "message_id": "SMe287d7109a5a925f182f0e07fe5b223b",
            "status": "failed",
            "code": "21610",
        }
    ]


def test_what_is_not_understood_is_told_as_that(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "request"
    file.write_text("nobody=knows", encoding="utf-8")
    result = run("replay", "--provider", "twilio", str(file), folder=folder)
    assert result.exit_code == 1
    (told,) = objects(result)
    assert list(told) == ["event", "why"]
    assert told["event"] == "Unknown"


def test_it_needs_no_office_and_makes_none(folder: Path) -> None:
    run("replay", "--provider", "twilio", str(WIRE / "inbound-sms.urlencoded.txt"), folder=folder)
    assert not folder.exists()


def test_a_connection_of_the_office_goes_by_its_name(folder: Path) -> None:
    source = configuration().replace('"twilio"', '"main"').replace("connections.twilio", "connections.main")
    configured(folder, source.replace('provider = "main"', 'provider = "twilio"'))
    result = run("replay", "--provider", "main", str(WIRE / "inbound-sms.urlencoded.txt"), folder=folder)
    assert objects(result)[0]["event"] == "TextReceived"


def test_headers_and_content_type_may_be_given_and_must_be_right(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "request"
    file.write_text(json.dumps({"any": "thing"}), encoding="utf-8")
    arguments = [
        "--provider",
        "twilio",
        str(file),
        "--header",
        "X-Any: thing",
        "--content-type",
        "application/json",
    ]
    assert objects(run("replay", *arguments, folder=folder))[0]["event"] == "Unknown"
    assert run("replay", *arguments, "--header", "no colon", folder=folder).exit_code == 2


def test_an_unknown_provider_is_a_bad_call_and_one_without_hooks_says_so(folder: Path) -> None:
    file = str(WIRE / "inbound-sms.urlencoded.txt")
    assert run("replay", "--provider", "nobody", file, folder=folder).exit_code == 2
    result = run("replay", "--provider", "clio", file, folder=folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "sends no requests" in result.stderr
