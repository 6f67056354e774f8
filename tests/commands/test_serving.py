"""`mcdesk serve` as a process, beside a pretend phone company."""

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mcdesk.simulator import CallPlan, InThread, PretendTwilio, run_in_thread
from tests.commands import running
from tests.commands.running import CALLER, configuration, objects, process, ready, run, until


@dataclass(frozen=True)
class AtWork:
    """An engine at work, and the company beside it."""

    folder: Path
    twilio: InThread[PretendTwilio]
    told: dict[str, object]
    engine: subprocess.Popen[str]

    def texts(self) -> list[str]:
        return [text.body for text in self.twilio.ask(self.twilio.company.texts_to, CALLER)]

    def call(self) -> None:
        """Somebody calls and hangs up while it rings; returns once they were texted."""
        self.twilio.run(self.twilio.company.call, CALLER, plan=CallPlan(hangs_up_after=6))
        until(self.texts)


def listed(lead: dict[str, object], name: str) -> list[dict[str, object]]:
    found = lead[name]
    assert isinstance(found, list)
    return found


@pytest.fixture
def at_work(folder: Path, tmp_path: Path) -> Iterator[AtWork]:
    with run_in_thread(PretendTwilio(pace=20)) as twilio:
        file = tmp_path / "office.toml"
        file.write_text(configuration(twilio.company.url), encoding="utf-8")
        more = running.secret_of(twilio.company)
        with process("serve", "--data", str(folder), "--config", str(file), more=more) as engine:
            told = ready(engine)
            hooks = told["hooks"]
            assert isinstance(hooks, dict)
            twilio.company.point_hooks_at(hooks["twilio"])
            yield AtWork(folder, twilio, told, engine)


def test_the_ready_line_says_where_it_listens_and_where_hooks_go(at_work: AtWork) -> None:
    listen = str(at_work.told["listen"])
    assert at_work.told == {
        "ready": True,
        "listen": listen,
        "hooks": {"twilio": f"{listen}/hooks/twilio/s3cret-path"},
    }
    with urllib.request.urlopen(f"{listen}/healthz", timeout=5) as answer:
        assert answer.status == 200


def test_a_reply_written_by_another_process_goes_out_within_a_second_or_so(at_work: AtWork) -> None:
    at_work.call()
    assert run("reply", "1", "Maria here. 10:45?", folder=at_work.folder).exit_code == 0
    took = until(lambda: "Maria here. 10:45?" in at_work.texts())
    assert took < 2.0


def test_a_reply_without_an_engine_is_kept_and_said_to_wait(at_work: AtWork) -> None:
    at_work.call()
    assert run("reply", "1", "One.", folder=at_work.folder).stderr == ""
    until(lambda: "One." in at_work.texts())
    at_work.engine.terminate()
    at_work.engine.wait(timeout=20)
    result = run("reply", "1", "Two.", folder=at_work.folder)
    assert result.exit_code == 0
    assert "No engine is at work here" in result.stderr
    more = running.secret_of(at_work.twilio.company)
    with process("serve", "--data", str(at_work.folder), more=more) as again:
        ready(again)
        until(lambda: "Two." in at_work.texts())
    assert at_work.texts().count("Two.") == 1


def test_queue_and_show_tell_a_script_everything_of_a_lead(at_work: AtWork) -> None:
    at_work.call()
    until(
        lambda: objects(run("queue", "--json", folder=at_work.folder))[0]["last_text_status"] == "delivered"
    )
    (row,) = objects(run("queue", "--json", folder=at_work.folder))
    assert list(row) == [
        "lead", "caller", "name", "line", "stage", "unread", "owner", "opened_at", "due", "next",
        "last_text_status", "calls", "disposition",
    ]  # fmt: skip
    assert (row["caller"], row["line"], row["stage"], row["next"]) == (
        CALLER,
        "+14155550100",
        "waiting",
        "text",
    )
    assert str(row["opened_at"]).endswith("Z")
    assert str(row["due"]).endswith("Z")
    (lead,) = objects(run("show", "1", "--json", folder=at_work.folder))
    (message,) = listed(lead, "messages")
    assert (message["direction"], message["status"], message["automatic"]) == ("out", "delivered", True)
    assert len(listed(lead, "calls")) == 1
    answers = {(each["moment"], each["answer"]) for each in listed(lead, "decisions")}
    assert answers >= {("queued", "send"), ("sent", "send")}
    assert "Missed call" in run("show", "1", folder=at_work.folder).stdout


def test_the_verbs_of_a_desk_work_from_another_process(at_work: AtWork) -> None:
    at_work.call()
    desk = at_work.folder
    assert run("claim", "1", folder=desk).stdout == "It is yours.\n"
    assert run("note", "1", "-", folder=desk, words="conflict check\n").exit_code == 0
    assert run("release", "1", folder=desk).exit_code == 0
    assert run("close", "1", "referred", folder=desk).exit_code == 0
    again = run("close", "1", "referred", folder=desk)
    assert (again.exit_code, again.stdout, again.stderr) == (1, "", "It is closed already.\n")
    assert objects(run("queue", "--json", folder=desk)) == []
    (row,) = objects(run("queue", "--json", "--view", "all", folder=desk))
    assert (row["stage"], row["disposition"]) == ("closed", "referred")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_good_order_when_asked(folder: Path, number: signal.Signals) -> None:
    running.configured(folder)
    with process("serve", "--data", str(folder)) as engine:
        ready(engine)
        engine.send_signal(number)
        out, err = engine.communicate(timeout=20)
    assert (engine.returncode, out) == (0, "")
    assert "Traceback" not in err


def test_a_port_in_use_is_one_sentence(folder: Path) -> None:
    running.configured(folder)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--listen", f"127.0.0.1:{port}", folder=folder)
    assert result.exit_code == 1
    assert f"listens on port {port}" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_rehearsal_is_refused_with_a_real_company(folder: Path) -> None:
    source = configuration().replace('base_url = "http://127.0.0.1:9"\n', "", 1)
    running.configured(folder, source)
    result = run("serve", "--speed", "60", folder=folder)
    assert result.exit_code == 1
    assert "--speed is a rehearsal" in result.stderr


def test_an_address_that_is_none_is_a_bad_call(folder: Path) -> None:
    running.configured(folder)
    assert run("serve", "--listen", "somewhere", folder=folder).exit_code == 2


def test_what_is_on_standard_output_is_json_alone(folder: Path) -> None:
    running.configured(folder)
    with process("serve", "--data", str(folder)) as engine:
        ready(engine)
        engine.terminate()
        out, _ = engine.communicate(timeout=20)
    assert [json.loads(line) for line in out.splitlines()] == []
