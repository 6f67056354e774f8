"""What an event costs in an office with a million leads beside an empty one, and what its screens wait for.

Must not: look inside the processes; the operating system keeps the account of their processors.
"""

import asyncio
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mcdesk import app
from mcdesk.app.connecting import make_house
from mcdesk.app.offices import current_office
from mcdesk.domain.queue import View
from mcdesk.engine import cards
from mcdesk.store import queue, timeline
from mcdesk.store.copies import FOLDER_NAME
from mcdesk.store.transaction import Tx
from tests.bench import setting, years
from tests.bench.figures import Figure, middle, shown, spread
from tests.bench.plays import Outcome, Play
from tests.bench.programs import Program
from tests.bench.setting import Stage

MANY = 1_000_000
FEW = 100_000
#: How much more an event may cost than in an empty office.
TIMES = 1.3
STEADY = Play(url="", hooks=200, per_second=50, callbacks=True, answered_every=2)
BURST = Play(url="", hooks=500, callbacks=True, answered_every=2, within=60.0, linger=2.0)
PERSON = "Dana"
LOOKS = 15


@dataclass(frozen=True, slots=True)
class Round:
    """A play, and what it took of the processor."""

    outcome: Outcome
    processor_seconds: float

    @property
    def milliseconds_per_event(self) -> float:
        return self.processor_seconds / self.outcome.events * 1000


class Side:
    """One office with a provider of its own, so that neither reads the other's logs."""

    def __init__(self, stage: Stage, office: Program) -> None:
        self._stage = stage
        self._office = office
        self._hook = setting.hook_of(office)
        self.steady: list[Round] = []
        self.bursts: list[Round] = []

    async def play(self, play: Play) -> Round:
        before = self._office.processor_seconds
        told = {**play.written(), "url": self._hook}
        outcome = await self._stage.play(Play(**told))
        return Round(outcome, self._office.processor_seconds - before)


async def measure(folder: Path, *, quick: bool, kept: Path | None = None) -> list[Figure]:
    """All figures of this part. `kept`: where a filled office is, or is made and stays for the next time."""
    count, times = (FEW, 2) if quick else (MANY, 6)
    full = kept or folder / "full"
    if not full.exists():
        print(f"filling an office with {count:,} leads …", file=sys.stderr, flush=True)
        await asyncio.to_thread(years.seed, full, setting.configuration("http://127.0.0.1:9"), count=count)
    _say_copied(full)
    sides = await _played(folder, {"empty": folder / "empty", "full": full}, times=times)
    empty_looks = await asyncio.to_thread(_looked, folder / "empty")
    full_looks = await asyncio.to_thread(_looked, full)
    words = f"{count:,} leads"
    return [*_events(sides["empty"], sides["full"], words), *_screens(empty_looks, full_looks, words)]


def _say_copied(folder: Path) -> None:
    """No nightly copy falls due in the middle."""
    copies = folder / FOLDER_NAME
    copies.mkdir(exist_ok=True)
    (copies / f"mcdesk-{datetime.now(UTC):%Y-%m-%d}.db").touch()


async def _played(folder: Path, offices: Mapping[str, Path], *, times: int) -> dict[str, Side]:
    """In turn, so that a machine getting slower is unfair to neither."""
    async with AsyncExitStack() as stack:
        sides = {}
        for name, data in offices.items():
            stage = await stack.enter_async_context(setting.stage(folder))
            office = await stack.enter_async_context(setting.office(folder, stage.url, name=name, data=data))
            sides[name] = Side(stage, office)
            await sides[name].play(Play(url="", hooks=100, callbacks=True))
        for _ in range(times):
            for name, side in sides.items():
                side.steady.append(_told(f"50/s, {name}", await side.play(STEADY)))
            for name, side in sides.items():
                side.bursts.append(_told(f"burst, {name}", await side.play(BURST)))
        return sides


def _told(what: str, each: Round) -> Round:
    print(
        f"{what}: {each.milliseconds_per_event:.2f} ms of processor per event, p50 {each.outcome.p50:.1f} ms",
        file=sys.stderr,
        flush=True,
    )
    return each


def _events(empty: Side, full: Side, words: str) -> list[Figure]:
    def beside(what: str, unit: str, of: Callable[[Side], Sequence[float]], *, bound: bool) -> Figure:
        measured, other = middle(of(full)), middle(of(empty))
        return Figure(
            what=f"{words}: {what}", measured=measured, unit=unit, beside=other,
            target=TIMES * other if bound else None,
            note=f"{shown(measured / other)} × empty; {spread(of(full), unit)}",
        )  # fmt: skip

    sides = (empty, full)
    lost = sum(each.outcome.lost for side in sides for each in [*side.steady, *side.bursts])
    doubled = sum(each.outcome.doubled for side in sides for each in [*side.steady, *side.bursts])
    return [
        beside(
            "processor per event, burst of 500 calls", "ms",
            lambda side: [each.milliseconds_per_event for each in side.bursts], bound=True,
        ),
        beside(
            "processor per event, 50 calls/s", "ms",
            lambda side: [each.milliseconds_per_event for each in side.steady], bound=True,
        ),
        beside("50/s p50", "ms", lambda side: [each.outcome.p50 for each in side.steady], bound=True),
        beside("50/s p99", "ms", lambda side: [each.outcome.p99 for each in side.steady], bound=False),
        beside(
            "burst of 500, seconds", "s", lambda side: [each.outcome.seconds for each in side.bursts],
            bound=True,
        ),
        Figure(what=f"{words}: lost", measured=lost, unit="texts", target=0),
        Figure(what=f"{words}: doubled", measured=doubled, unit="texts", target=0),
    ]  # fmt: skip


def _looked(folder: Path) -> dict[str, float]:
    """Milliseconds that the screens' questions take."""
    place = app.open_place(folder)
    try:
        office = current_office(place)
        house = make_house(office)
        questions: dict[str, Callable[[Tx], object]] = {
            "the frame's figures": lambda tx: cards.overview(tx, house, PERSON),
            "counts of the views": lambda tx: queue.counts(tx, PERSON),
            "a page of the open": lambda tx: queue.rows(tx, office, View.OPEN, person=PERSON, limit=100),
            "a page of the closed": lambda tx: queue.rows(tx, office, View.CLOSED, person=PERSON, limit=100),
            "a conversation": lambda tx: timeline.items(tx, 1),
        }
        return {what: _milliseconds(place, question) for what, question in questions.items()}
    finally:
        place.close()


def _milliseconds(place: app.Place, question: Callable[[Tx], object]) -> float:
    took = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        place.database.read(question).result()
        took.append((time.perf_counter() - began) * 1000)
    return middle(took)


def _screens(empty: Mapping[str, float], full: Mapping[str, float], words: str) -> list[Figure]:
    return [
        Figure(what=f"{words}: {what}", measured=took, unit="ms", beside=empty[what], note="beside empty")
        for what, took in full.items()
    ]
