"""Runs `mcdesk` as people do: as a process, or in this one where only its words matter.

Must not: hold tests.
"""

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from click.testing import CliRunner, Result

from mcdesk.commands.line import mcdesk
from mcdesk.simulator import PretendTwilio

MCDESK = str(Path(sys.executable).with_name("mcdesk"))
KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(1, 33))).decode()
LINE, CALLER = "+14155550100", "+14155550142"

CONFIGURATION = """\
[office]
name = "Rivera & Cole"
timezone = "America/Los_Angeles"
booking_link = "https://riveracole.example/book"

[[lines]]
number = "+14155550100"
label = "Main line"
calls = "twilio"
texts = "twilio"
sequence = "law-4-24-72"

[connections.twilio]
provider = "twilio"
account_sid = "AC00000000000000000000000000000000"
base_url = "{url}"
lookup_url = "{url}"
hook_secret = "s3cret-path"
poll_seconds = {poll}
"""


def configuration(url: str = "http://127.0.0.1:9", *, poll: int = 0) -> str:
    return CONFIGURATION.format(url=url, poll=poll)


def run(*arguments: str, folder: Path, words: str | None = None) -> Result:
    """The command in this process; its exit status, standard output and standard error."""
    return CliRunner().invoke(mcdesk, ["--data", str(folder), *arguments], input=words, prog_name="mcdesk")


def configured(folder: Path, source: str | None = None) -> None:
    """Put a configuration in force."""
    file = folder.parent / "office.toml"
    file.write_text(source or configuration(), encoding="utf-8")
    result = run("config", "import", str(file), folder=folder)
    assert result.exit_code == 0, result.output


def objects(result: Result) -> list[dict[str, object]]:
    """The JSON objects on standard output, one a line."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    return {**os.environ, "MCDESK_OFFICE_KEY": KEY, **(more or {})}


def secret_of(twilio: PretendTwilio) -> dict[str, str]:
    return {"MCDESK_SECRET_TWILIO_AUTH_TOKEN": twilio.account.auth_token}


@contextmanager
def process(*arguments: str, more: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """The command as a process, ended with the block where it has not ended by itself."""
    with subprocess.Popen(
        [MCDESK, *arguments], env=environment(more), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            if started.poll() is None:
                started.terminate()
            started.communicate(timeout=20)


def ready(started: subprocess.Popen[str]) -> dict[str, object]:
    """The ready line of `serve`."""
    assert started.stdout is not None
    line = started.stdout.readline()
    assert line, started.stderr.read() if started.stderr else ""
    told: dict[str, object] = json.loads(line)
    return told


def until(is_so: Callable[[], object], *, seconds: float = 10.0) -> float:
    """Wait for it; how long it took. Fails when it does not come."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, "it did not come to that"
        time.sleep(0.02)
    return time.monotonic() - began
