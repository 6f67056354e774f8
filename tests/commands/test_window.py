"""The whole console as a process, where its engine is stuck or the session ends.

Must not: look at what is drawn; `tests/ui` does.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.commands import running
from tests.commands.running import environment, until

ROOT = Path(__file__).parents[2]


def console(folder: Path, what: str) -> None:
    running.configured(folder)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.commands.window_program", str(folder), what],
        cwd=ROOT,
        env=environment({"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}),
        capture_output=True,
        timeout=50,
    )
    assert ended.returncode == 0, ended.stderr.decode()


def test_a_person_restarts_a_console_whose_engine_is_stuck(folder: Path) -> None:
    began = time.monotonic()
    console(folder, "restart")
    assert "no sign of life" in (folder / "said").read_text()
    until((folder / "again").exists, seconds=15)
    assert time.monotonic() - began < 45


def test_an_engine_has_ended_in_good_order_when_the_session_may_kill_its_process(folder: Path) -> None:
    console(folder, "session")
    took, left = (folder / "ended").read_text().split(" ", 1)
    assert left == "[]", "every lease was given back"
    assert float(took) < 4.5
