"""The demo and the window, started as people start them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.commands.running import MCDESK, process


def test_the_demo_in_a_terminal_ends_by_itself_with_its_counts(tmp_path: Path) -> None:
    with process("demo", "--headless", "--for", "6", more={"TMPDIR": str(tmp_path)}) as demo:
        out, err = demo.communicate(timeout=40)
    assert demo.returncode == 0, err
    lines = out.splitlines()
    counts = json.loads(lines[-1])
    assert list(counts) == ["calls", "texts", "replies", "opt_outs", "crm_notes", "lost", "doubled"]
    assert counts["calls"] >= 2
    assert counts["texts"] >= 1
    assert counts["crm_notes"] >= 1
    assert (counts["lost"], counts["doubled"]) == (0, 0)
    told = {line[10:20].strip() for line in lines if line[2:3] == ":"}
    assert told >= {"call", "missed", "text", "delivered", "crm", "next"}
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_a_rehearsal_runs_the_office_and_its_callers_faster() -> None:
    with process("demo", "--headless", "--speed", "60", "--for", "4") as demo:
        out, err = demo.communicate(timeout=40)
    assert demo.returncode == 0, err
    counts = json.loads(out.splitlines()[-1])
    # a morning of callers, who take a minute at their own pace
    assert counts["texts"] >= 5
    assert (counts["lost"], counts["doubled"]) == (0, 0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a screen")
def test_without_a_screen_the_console_points_to_serve(tmp_path: Path) -> None:
    blind = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    }
    result = subprocess.run(
        [MCDESK, "--data", str(tmp_path / "data")], env=blind, capture_output=True, text=True, timeout=30
    )
    assert (result.returncode, result.stdout) == (1, "")
    assert "mcdesk serve" in result.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to send")
def test_the_console_opens_on_a_new_office_and_ends_when_asked(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with process("--data", str(folder), more={"QT_QPA_PLATFORM": "offscreen"}) as console:
        until = time.monotonic() + 20
        while not (folder / "mcdesk.db").exists():
            assert time.monotonic() < until
            time.sleep(0.05)
        time.sleep(1)
        console.send_signal(signal.SIGTERM)
        _, err = console.communicate(timeout=20)
    assert console.returncode == 0, err
    assert "Traceback" not in err
