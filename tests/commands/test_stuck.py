"""A server whose engine is stuck ends by itself, so that another is started, and says what it was at.

Must not: wait for a real minute; the program here has less patience.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mcdesk.commands.last_words import FILE_NAME
from tests.commands import running
from tests.commands.running import environment, ready

pytestmark = pytest.mark.skipif(os.name != "posix", reason="gets stuck by signals")


@contextmanager
def engine(folder: Path) -> Iterator[subprocess.Popen[str]]:
    running.configured(folder)
    command = [sys.executable, "-m", "tests.commands.stuck_program", str(folder)]
    with subprocess.Popen(
        command,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as started:
        try:
            ready(started)
            yield started
        finally:
            started.kill()


@pytest.mark.parametrize(
    ("number", "part", "was_at"),
    [
        (signal.SIGUSR1, "loop", "stick_the_loop"),
        (signal.SIGALRM, "writer", "_write_all"),
        (signal.SIGVTALRM, "loop", "stick_the_log"),
    ],
)
def test_a_stuck_engine_ends_its_server_with_a_sentence_and_every_threads_stack(
    folder: Path, number: signal.Signals, part: str, was_at: str
) -> None:
    with engine(folder) as started:
        time.sleep(0.5)
        started.send_signal(number)
        _, err = started.communicate(timeout=30)
    assert started.returncode == 1
    assert "has given no sign of life since" in err
    assert f"({part})" in err
    kept = (folder / "logs" / FILE_NAME).read_text(encoding="utf-8")
    assert "no sign of life" in kept
    assert was_at in kept
    assert "mcdesk/store/database.py" in kept
    if number is not signal.SIGVTALRM:
        assert "engine.stuck" in (folder / "logs" / "mcdesk.log").read_text(encoding="utf-8")


def test_a_call_that_lets_no_thread_have_its_turn_ends_the_server_too(folder: Path) -> None:
    with engine(folder) as started:
        time.sleep(3)
        started.send_signal(signal.SIGUSR2)
        started.communicate(timeout=30)
    assert started.returncode == 1
    assert "stick_everything" in (folder / "logs" / FILE_NAME).read_text(encoding="utf-8")


def test_a_server_that_lives_and_ends_in_good_order_leaves_no_last_words(folder: Path) -> None:
    with engine(folder) as started:
        time.sleep(5)
        assert started.poll() is None
        started.terminate()
        started.communicate(timeout=30)
    assert started.returncode == 0
    assert not (folder / "logs" / FILE_NAME).exists()


def test_a_server_that_was_stopped_for_longer_than_its_patience_goes_on(folder: Path) -> None:
    """As while the PC sleeps."""
    with engine(folder) as started:
        time.sleep(1)
        started.send_signal(signal.SIGSTOP)
        time.sleep(4)
        started.send_signal(signal.SIGCONT)
        time.sleep(3)
        assert started.poll() is None
        started.terminate()
        started.communicate(timeout=30)
    assert started.returncode == 0
