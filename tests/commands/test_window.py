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


def test_a_person_restarts_a_console_whose_engine_is_stuck(folder: Path) -> None:
    running.configured(folder)
    command = [sys.executable, "-m", "tests.commands.window_program", str(folder)]
    more = {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    began = time.monotonic()
    ended = subprocess.run(command, cwd=ROOT, env=environment(more), capture_output=True, timeout=60)
    assert ended.returncode == 0, ended.stderr.decode()
    assert "no sign of life" in (folder / "said").read_text()
    until((folder / "again").exists, seconds=15)
    assert time.monotonic() - began < 45
