"""The process that forks engines, from outside: asks for one, speaks at its door, learns who died.

Must not: know what the engines do.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from dataclasses import asdict
from queue import Empty, SimpleQueue
from typing import Any

from tests.faults.orders import CANNOT_START, ERRORS, Birth

BORN_WITHIN = 20.0


class Gone(Exception):
    """The engine died, or hung, while asked: nobody knows whether it did what it was asked."""


class Mortals:
    """Used from any thread. `end` leaves none alive."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.mortal"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._born: dict[str, SimpleQueue[int]] = {}
        self._dead: dict[int, int] = {}
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._listen)
        self._reader.start()
        assert self._ready.wait(30)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            news = json.loads(line)
            if "waiting" in news:
                self._ready.set()
            elif "born" in news:
                self._born[news["born"]].put(news["pid"])
            else:
                self._dead[news["dead"]] = news["status"]

    def bear(self, birth: Birth) -> "Mortal":
        """Fork it; it is at work once `is_ready`."""
        name = f"{birth.folder}-{birth.life}"
        assert self._process.stdin is not None
        birth.ready.unlink(missing_ok=True)
        order = {"name": name, "birth": asdict(birth)}
        with self._lock:
            self._born[name] = SimpleQueue()
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        try:
            return Mortal(self, birth, self._born[name].get(timeout=BORN_WITHIN))
        except Empty:
            raise AssertionError(f"{name} was not born") from None

    def status(self, pid: int) -> int | None:
        """As waitpid tells it; None while it lives."""
        return self._dead.get(pid)

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._reader.join(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


class Mortal:
    """One forked engine."""

    def __init__(self, mortals: Mortals, birth: Birth, pid: int) -> None:
        self.birth = birth
        self.pid = pid
        self._mortals = mortals
        self._door: socket.socket | None = None

    @property
    def is_dead(self) -> bool:
        return self._mortals.status(self.pid) is not None

    @property
    def ended_by_itself(self) -> bool:
        """By an exception: neither killed, nor told to leave, nor without a database to start on."""
        status = self._mortals.status(self.pid)
        good = {0, -signal.SIGKILL, CANNOT_START}
        return status is not None and os.waitstatus_to_exitcode(status) not in good

    @property
    def is_ready(self) -> bool:
        return self.birth.ready.exists()

    @property
    def hooks(self) -> dict[str, str]:
        hooks: dict[str, str] = json.loads(self.birth.ready.read_text())
        return hooks

    @property
    def errors(self) -> str:
        """What every engine of this folder has said, the last of it."""
        return (self.birth.path / ERRORS).read_text()[-3000:]

    def kill(self, sign: signal.Signals = signal.SIGKILL) -> None:
        with contextlib.suppress(ProcessLookupError):
            # It may have died a moment ago, before anybody was told.
            if not self.is_dead:
                os.kill(self.pid, sign)
        if sign is signal.SIGKILL:
            self._close()

    def ask(self, do: str, *, seconds: float = 5.0, **details: Any) -> dict[str, Any]:
        """Speak at its door. Raises Gone."""
        try:
            if self._door is None:
                self._door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                self._door.connect(str(self.birth.door))
            self._door.settimeout(seconds)
            self._door.sendall(json.dumps({"do": do, **details}).encode() + b"\n")
            answer = b""
            while not answer.endswith(b"\n"):
                read = self._door.recv(65536)
                if not read:
                    raise ConnectionResetError("it died")
                answer += read
        except OSError as error:
            self._close()
            raise Gone(str(error) or type(error).__name__) from error
        said: dict[str, Any] = json.loads(answer)
        return said

    def _close(self) -> None:
        if self._door is not None:
            self._door.close()
            self._door = None
