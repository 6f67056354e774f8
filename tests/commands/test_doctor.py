"""`mcdesk doctor` beside a pretend company, and a public address that arrives or does not."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from mcdesk.simulator import InThread, PretendTwilio, run_in_thread
from tests.commands import running
from tests.commands.running import configuration, configured, objects, process, ready, run


@pytest.fixture
def twilio(monkeypatch: pytest.MonkeyPatch) -> Iterator[InThread[PretendTwilio]]:
    with run_in_thread(PretendTwilio(pace=20)) as thread:
        for name, value in running.secret_of(thread.company).items():
            monkeypatch.setenv(name, value)
        yield thread


def checked(folder: Path, *more: str) -> dict[str, tuple[object, object]]:
    """What is said of each thing."""
    told = objects(run("doctor", "--json", *more, folder=folder))
    return {str(each["what"]): (each["result"], each["detail"]) for each in told}


def with_address(url: str, address: str) -> str:
    return configuration(url).replace("[[lines]]", f'public_url = "{address}"\n\n[[lines]]', 1)


def test_fix_points_the_number_at_our_address_and_the_round_trip_is_seen(
    folder: Path, twilio: InThread[PretendTwilio]
) -> None:
    configured(folder, configuration(twilio.company.url))
    more = running.secret_of(twilio.company)
    with process("serve", "--data", str(folder), more=more) as engine:
        listen = str(ready(engine)["listen"])
        configured(folder, with_address(twilio.company.url, listen))
        line = "twilio, Line (415) 555-0100: hooks"
        assert checked(folder)[line][0] == "fail"
        fixed = checked(folder, "--fix")
    assert fixed[line][0] == "ok"
    assert fixed["Public address"] == ("ok", f"{listen} arrives at mcdesk.")
    assert fixed["twilio, Twilio account"][0] == "ok"
    number = twilio.company.ledger.numbers[running.LINE]
    assert number.voice_url == f"{listen}/hooks/twilio/s3cret-path"


def test_an_address_nobody_answers_at_is_a_warning(folder: Path, twilio: InThread[PretendTwilio]) -> None:
    configured(folder, with_address(twilio.company.url, "http://127.0.0.1:9"))
    assert checked(folder)["Public address"][0] == "warn"


class Stranger(BaseHTTPRequestHandler):
    """Answers everything, as a parked domain does."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Nothing to tell."""


def test_an_address_where_something_else_answers_fails(folder: Path, twilio: InThread[PretendTwilio]) -> None:
    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        configured(folder, with_address(twilio.company.url, f"http://127.0.0.1:{server.server_port}"))
        told = checked(folder)["Public address"]
    assert told[0] == "fail"
    assert "Something else answers" in str(told[1])


def test_a_refused_sign_in_fails_with_the_fix(
    folder: Path, twilio: InThread[PretendTwilio], monkeypatch: pytest.MonkeyPatch
) -> None:
    configured(folder, configuration(twilio.company.url))
    monkeypatch.setenv("MCDESK_SECRET_TWILIO_AUTH_TOKEN", "wrong")
    result = run("doctor", folder=folder)
    assert result.exit_code == 1
    assert "FAIL  twilio, " in result.stdout
