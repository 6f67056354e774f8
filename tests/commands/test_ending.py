"""How a server ends: what is on the wire is finished, nothing is begun, and who asks twice need not wait.

Must not: look at what was texted beyond how often (`tests/walks` does).
"""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mcdesk.simulator import CallPlan, Fault, InThread, PretendTwilio, run_in_thread
from tests.commands import running
from tests.commands.running import CALLER, configuration, process, ready, run, until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")

ANOTHER = "+14155550143"
#: How long the company takes to answer, seconds.
SLOW = 3.0


@pytest.fixture
def twilio() -> Iterator[InThread[PretendTwilio]]:
    with run_in_thread(PretendTwilio(pace=20)) as company:
        yield company


@contextmanager
def engine(folder: Path, twilio: InThread[PretendTwilio]) -> Iterator[subprocess.Popen[str]]:
    running.configured(folder, configuration(twilio.company.url))
    more = running.secret_of(twilio.company)
    with process("serve", "--data", str(folder), more=more) as started:
        hooks = ready(started)["hooks"]
        assert isinstance(hooks, dict)
        twilio.company.point_hooks_at(hooks["twilio"])
        yield started


def texts(twilio: InThread[PretendTwilio], caller: str = CALLER) -> int:
    return len(twilio.ask(twilio.company.texts_to, caller))


def a_text_is_on_the_wire(twilio: InThread[PretendTwilio]) -> None:
    """The company has it and has not answered yet."""
    twilio.company.faults.add(Fault("late", path="/Messages.json", method="POST", seconds=SLOW))
    twilio.run(twilio.company.call, CALLER, plan=CallPlan(hangs_up_after=6))
    until(lambda: texts(twilio) == 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_text_on_the_wire_is_finished_and_nothing_new_is_begun(
    folder: Path, twilio: InThread[PretendTwilio], number: signal.Signals
) -> None:
    with engine(folder, twilio) as started:
        a_text_is_on_the_wire(twilio)
        asked = time.monotonic()
        started.send_signal(number)
        # owed by another process while this one ends
        assert run("reply", "1", "Maria here.", folder=folder).exit_code == 0
        started.communicate(timeout=20)
        took = time.monotonic() - asked
    assert started.returncode == 0
    assert took < SLOW + 5
    (lead,) = running.objects(run("show", "1", "--json", folder=folder))
    messages = lead["messages"]
    assert isinstance(messages, list)
    typed = {message["body"] == "Maria here.": message["status"] for message in messages}
    assert typed == {False: "accepted", True: None}
    assert texts(twilio) == 1


def test_asked_a_second_time_it_ends_at_once(folder: Path, twilio: InThread[PretendTwilio]) -> None:
    with engine(folder, twilio) as started:
        a_text_is_on_the_wire(twilio)
        started.terminate()
        time.sleep(0.3)
        asked = time.monotonic()
        started.terminate()
        started.communicate(timeout=20)
        took = time.monotonic() - asked
    assert started.returncode == -signal.SIGTERM
    assert took < 1.0


def test_a_hang_up_of_the_terminal_does_not_end_what_was_started_to_outlive_it(
    folder: Path, twilio: InThread[PretendTwilio]
) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with engine(folder, twilio) as started:
            started.send_signal(signal.SIGHUP)
            time.sleep(1.0)
            assert started.poll() is None
    finally:
        signal.signal(signal.SIGHUP, before)
