"""Programs as children: started, asked line by line, watched, ended by their handle.

Must not: know what they do.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
END_SECONDS = 30.0
#: Answers hold a number for each of some thousand hooks.
LONGEST_LINE = 8 * 1024 * 1024


class ProgramFailed(RuntimeError):
    """A child did not do what it should. The message ends with what it last wrote."""


class Program:
    """One child that speaks JSON lines."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self._name = name
        self._process = process
        self._log = log
        self.ready: Mapping[str, Any] = {}

    async def hear(self, *, seconds: float) -> Mapping[str, Any]:
        """Its next line."""
        assert self._process.stdout is not None
        try:
            line = await asyncio.wait_for(self._process.stdout.readline(), seconds)
            told: Mapping[str, Any] = json.loads(line)
        except (TimeoutError, ValueError) as error:
            tail = self._log.read_text(encoding="utf-8", errors="replace")[-2000:]
            raise ProgramFailed(f"{self._name} ended or was silent for {seconds:.0f} s\n{tail}") from error
        return told

    async def ask(self, told: Mapping[str, Any], *, seconds: float) -> Mapping[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(told).encode() + b"\n")
        await self._process.stdin.drain()
        return await self.hear(seconds=seconds)

    @property
    def memory(self) -> float:
        """Resident, in MB."""
        return float(psutil.Process(self._process.pid).memory_info().rss) / 1e6

    @property
    def processor_seconds(self) -> float:
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)

    async def end(self) -> None:
        if self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), END_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def running(
    name: str, arguments: Sequence[str], *, logs: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Program]:
    """`python ARGUMENTS` from the project's root until the block ends; its first line is `ready`."""
    log = logs / f"{name}.log"
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments,
            cwd=ROOT, env={**os.environ, **(environment or {})}, limit=LONGEST_LINE,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=errors,
        )  # fmt: skip
    program = Program(name, process, log)
    try:
        program.ready = await program.hear(seconds=START_SECONDS)
        yield program
    finally:
        await program.end()
