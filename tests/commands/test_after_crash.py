"""A server that was killed starts again: after a look at its data, and at once where that is whole.

Must not: count texts (`tests/walks/test_kill_anywhere` does).
"""

import os
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mcdesk.store.copies import keep_nightly
from mcdesk.store.opening import FILE_NAME
from tests.commands import running
from tests.commands.running import process, ready

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal")


def serve_and_kill(folder: Path) -> None:
    with process("serve", "--data", str(folder)) as engine:
        ready(engine)
        engine.kill()
        engine.wait(timeout=10)


def test_a_killed_server_is_at_work_again_at_once(folder: Path) -> None:
    """Its lease still runs, but its process is gone."""
    running.configured(folder)
    serve_and_kill(folder)
    began = time.monotonic()
    with process("serve", "--data", str(folder)) as again:
        told = ready(again)
        took = time.monotonic() - began
        again.terminate()
        _, err = again.communicate(timeout=20)
    assert "standing_by" not in told
    assert took < 6.0
    assert "was not ended in good order" in err
    assert "The data is whole" in err
    with process("serve", "--data", str(folder)) as third:
        ready(third)
        third.terminate()
        _, err = third.communicate(timeout=20)
    assert "in good order" not in err


def test_damage_found_after_a_crash_is_refused_with_the_newest_copy(folder: Path) -> None:
    running.configured(folder)
    serve_and_kill(folder)
    path = folder / FILE_NAME
    made = keep_nightly(
        path, night=datetime.now(UTC).date(), at=datetime.now(UTC), given_up=threading.Event()
    )
    with path.open("r+b") as file:
        file.seek(path.stat().st_size - 4 * 4096)
        file.write(os.urandom(4 * 4096))
    with process("serve", "--data", str(folder)) as again:
        out, err = again.communicate(timeout=20)
    assert (again.returncode, out) == (1, "")
    assert "is damaged" in err
    assert f"mcdesk restore '{made}'" in err
    assert "Traceback" not in err
    restored = running.run("restore", str(made), folder=folder)
    assert restored.exit_code == 0, restored.output
    with process("serve", "--data", str(folder)) as third:
        ready(third)


def test_a_second_server_on_the_data_stands_by_and_says_so(folder: Path) -> None:
    running.configured(folder)
    with process("serve", "--data", str(folder)) as first:
        assert "standing_by" not in ready(first)
        with process("serve", "--data", str(folder)) as second:
            told = ready(second)
            assert f"process {first.pid}" in str(told["standing_by"])
            first.kill()
            first.wait(timeout=10)
            began = time.monotonic()
            said = ""
            assert second.stderr is not None
            while "turn.works" not in said:
                said += second.stderr.readline()
                assert time.monotonic() - began < 12
            assert "turn.stands-by" in said
