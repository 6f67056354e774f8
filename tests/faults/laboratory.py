"""Runs histories, many at once: each in a scene of its own, healed at the end, then judged.

Must not: draw histories or print.
"""

import itertools
import logging
import os
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from mcdesk.engine.clock import Clock
from mcdesk.store.opening import FILE_NAME, open_database
from tests.faults.acts import History
from tests.faults.checking import violations
from tests.faults.companies import Companies
from tests.faults.evidence import Evidence, gathered
from tests.faults.healing import heal
from tests.faults.mortals import Mortals
from tests.faults.playing import Player
from tests.faults.scene import Scene, Stuck

#: More histories at once than processors: they mostly wait.
AT_ONCE = 8
#: What an office and the companies' secrets are, as IT sets them on a server.
ENVIRONMENT = {
    "MCDESK_OFFICE_KEY": "A" * 43 + "=",
    "MCDESK_SECRET_TWILIO_AUTH_TOKEN": "pretend-auth-token",
    "MCDESK_SECRET_CLIO_CLIENT_SECRET": "pretend-client-secret",
}
#: Does something to the office behind its back, before it is judged.
Meddle = Callable[[Scene], None]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one history."""

    number: int
    history: History
    violations: tuple[str, ...]
    seconds: float
    #: Engines that lived, and texts, calls and CRM records that there were.
    counts: dict[str, int] = field(default_factory=dict)


class Laboratory:
    """Open with `laboratory()`. `run` may be used from several threads."""

    def __init__(self, folder: Path, companies: Companies, mortals: Mortals, empty: Path) -> None:
        self._folder = folder
        self._companies = companies
        self._mortals = mortals
        self._empty = empty
        self._runs = itertools.count()

    def scene(self, history: History, *, folder: Path | None = None, quiet_within: float = 25.0) -> Scene:
        """Where a history can happen; to be opened, and closed."""
        folder = folder or self._folder / str(next(self._runs))
        return Scene(history, folder, self._companies, self._mortals, self._empty, quiet_within=quiet_within)

    def run(
        self,
        history: History,
        number: int = 0,
        *,
        meddle: Meddle | None = None,
        quiet_within: float = 25.0,
    ) -> Result:
        """Play it, let things heal, judge."""
        began = time.monotonic()
        scene = self.scene(history, quiet_within=quiet_within)
        counts: dict[str, int] = {}
        try:
            scene.open()
            try:
                evidence, found = played(scene, meddle)
                counts = _counts(scene, evidence)
            finally:
                scene.close()
        except Exception:
            found = [f"the laboratory failed: {traceback.format_exc(limit=-6)}"]
        if found and (errors := _errors(scene.folder)):
            found.append(f"engines said: {errors}")
        shutil.rmtree(scene.folder, ignore_errors=True)
        return Result(number, history, tuple(found), time.monotonic() - began, counts)

    def run_all(
        self,
        histories: Iterable[tuple[int, History]],
        *,
        at_once: int = AT_ONCE,
        quiet_within: float = 25.0,
    ) -> Iterator[Result]:
        """All of them, in their order."""

        def run(each: tuple[int, History]) -> Result:
            return self.run(each[1], each[0], quiet_within=quiet_within)

        with ThreadPoolExecutor(at_once) as pool:
            yield from pool.map(run, histories)


def played(scene: Scene, meddle: Meddle | None = None) -> tuple[Evidence, list[str]]:
    """The history from its first act until nothing is left to happen, and what was wrong with it."""
    player = Player(scene)
    try:
        player.play()
    except Stuck as stuck:
        evidence, found = judged(scene, player, meddle)
        return evidence, [f"during the history: {stuck}", *found]
    return judged(scene, player, meddle)


def judged(scene: Scene, player: Player, meddle: Meddle | None = None) -> tuple[Evidence, list[str]]:
    """What is left when the troubles have ended."""
    found = [f"after the history: {left}" for left in heal(scene, player)]
    if meddle is not None:
        meddle(scene)
    for engine in scene.living:
        engine.kill()
        scene.wait(lambda engine=engine: engine.is_dead, "the end of the engines")  # type: ignore[misc]
    evidence = gathered(scene)
    return evidence, [*found, *violations(evidence)]


def _counts(scene: Scene, evidence: Evidence) -> dict[str, int]:
    return {
        "engines": scene.lives,
        "calls": len(evidence.calls),
        "texts": len(evidence.texts),
        "replies": len(evidence.replies),
        "crm": len(evidence.notes) + len(evidence.tasks) + len(evidence.communications),
        "checks": sum(job["state"] == "check" for job in evidence.jobs),
        "failed": sum(job["state"] == "failed" for job in evidence.jobs),
    }


def _errors(folder: Path) -> str:
    errors = folder / "errors.txt"
    return errors.read_text()[-3000:] if errors.exists() else ""


@contextmanager
def laboratory() -> Iterator[Laboratory]:
    """Everything histories need. Files are kept in memory where possible: nobody pulls this plug."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="faults-", dir=memory if memory.is_dir() else None))
    # What the companies' web server says of a handshake at the wrong door is part of the story.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    before = dict(os.environ)
    os.environ.update(ENVIRONMENT)
    mortals = Mortals()
    companies = Companies()
    try:
        empty = folder / "empty"
        open_database(empty, now=Clock().now).close()
        yield Laboratory(folder, companies, mortals, empty / FILE_NAME)
    finally:
        mortals.end()
        companies.end()
        os.environ.clear()
        os.environ.update(before)
        shutil.rmtree(folder, ignore_errors=True)
