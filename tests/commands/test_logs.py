"""What log records look like, and what never gets into one."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcdesk.commands import logs

log = logging.getLogger("mcdesk.tests")


@pytest.fixture(autouse=True)
def _quiet_root() -> Iterator[None]:
    level = logging.getLogger().level
    yield
    logs.end()
    logging.getLogger().setLevel(level)
    logging.captureWarnings(False)


def records(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "mcdesk.log").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    "written",
    [
        "+14155550142", "14155550142", "4155550142", "(415) 555-0142", "415-555-0142", "415.555.0142",
        "415 555 0142", "+1 (415) 555-0142", "+1-415-555-0142", "1 415 555 0142", "tel:+14155550142",
        "%2B14155550142", "From=%2B14155550142&To=x", "555-0142", "+52 55 1234 0142", "+44 20 7946 0142",
        "415\u2013555\u20130142", "415/555/0142", "'+14155550142'", "caller=+14155550142,",
    ],
)  # fmt: skip
def test_a_number_keeps_its_last_four_digits_only(written: str) -> None:
    masked = logs.masked(f"Texting {written} failed")
    assert "0142" in masked
    shown = "".join(sign for sign in masked.replace("%2B", "") if sign.isdigit())
    assert shown == "0142"


@pytest.mark.parametrize(
    "plain",
    [
        "2026-11-21", "2026-11-21T10:09:35Z", "2026-11-21 10:09:35", "127.0.0.1:41234", "192.168.100.200",
        "SM00000000000000000000000000000001", "AC00000000000000000000000000000000", "lead 12", "503",
        "10:09:35",
    ],
)  # fmt: skip
def test_what_is_no_number_stays_readable(plain: str) -> None:
    assert logs.masked(f"At {plain} it failed") == f"At {plain} it failed"


@given(st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True), st.sampled_from(["+1", "1", "", "+1 "]))
def test_no_number_of_ten_digits_is_ever_written_out(digits: str, before: str) -> None:
    masked = logs.masked(f"<{before}{digits}>")
    assert digits not in masked
    assert masked.endswith(f"{digits[-4:]}>")
    assert masked.count("*") == len(digits) - 4 + before.count("1")


def test_extras_exceptions_and_nested_values_are_masked_and_bodies_left_out(tmp_path: Path) -> None:
    logs.begin(tmp_path)
    try:
        raise ValueError("no text for +14155550142\n[SQL: x]\n[parameters: ('I was hurt', 1)]")
    except ValueError:
        log.exception(
            "Texting %s failed",
            "+14155550142",
            extra={
                "action": "text.failed",
                "caller": 14155550142,
                "more": {"to": ["(415) 555-0142"], "body": "I was hurt"},
                "body": "I was hurt",
                "auth_token": "tell-nobody",
                "address": "http://127.0.0.1:41234/hooks/twilio/s3cret-path",
                "lead": 12,
            },
        )
    (record,) = records(tmp_path)
    whole = json.dumps(record)
    for private in ("4155550142", "555-0142", "I was hurt", "tell-nobody", "s3cret-path"):
        assert private not in whole.replace("\\u2026", "")
    assert (record["event"], record["action"], record["lead"]) == (
        "Texting +*******0142 failed", "text.failed", 12,
    )  # fmt: skip
    assert "ValueError" in str(record["exception"])
    assert str(record["at"]).endswith("Z")


def test_people_at_a_terminal_read_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.begin(tmp_path, spoken=logging.INFO)
    log.info("Texting %s", "+14155550142", extra={"action": "text.sent"})
    logging.getLogger("httpx").info("HTTP Request: POST https://example.com")
    heard = capsys.readouterr()
    assert heard.out == ""
    assert heard.err.count("\n") == 1
    assert heard.err.endswith("info    Texting +*******0142  [action=text.sent]\n")


def test_fourteen_days_are_kept(tmp_path: Path) -> None:
    logs.begin(tmp_path)
    (handler,) = (
        each
        for each in logging.getLogger().handlers
        if isinstance(each, logging.handlers.TimedRotatingFileHandler)
    )
    assert (handler.when, handler.backupCount) == ("MIDNIGHT", 14)


def test_the_log_is_for_this_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "logs"
    logs.begin(folder)
    assert [each.stat().st_mode & 0o777 for each in (folder, folder.parent)] == [0o700, 0o700]
