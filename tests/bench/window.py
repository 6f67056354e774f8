"""Start of the window's process to its first paint and to its usable queue, in an empty and in an old office.

Must not: need a screen.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import programs, seeding, setting
from tests.bench.figures import Figure, middle, spread

USABLE_SECONDS = 2.0
MANY = 100_000
ENVIRONMENT = {**setting.ENVIRONMENT, "QT_QPA_PLATFORM": "offscreen"}


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the start of the process."""

    painted: float
    usable: float
    #: The longest the window did not answer, from its first paint on.
    stall: float
    memory: float


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """All figures of this part."""
    times = 2 if quick else 5
    figures = []
    async with setting.stage(folder) as stage:
        for count in (0, MANY):
            data = folder / f"office-{count}"
            configuration = setting.configuration(stage.url)
            open_ones = await asyncio.to_thread(seeding.seed, data, configuration, count=count)
            # the first start after an installation writes byte code
            starts = [await _start(folder, data) for _ in range(times + 1)][1:]
            figures += _figures(f"window, {count:,} leads ({open_ones:,} open)", starts)
    return figures


async def _start(folder: Path, data: Path) -> Start:
    began = time.monotonic()
    arguments = ["-m", "tests.bench.window_program", "--data", str(data)]
    async with programs.running("window", arguments, logs=folder, environment=ENVIRONMENT) as window:
        painted = float(window.ready["painted"])
        usable = float((await window.hear(seconds=30))["usable"])
        memory = window.memory
        stall = float((await window.hear(seconds=30))["longest_stall"])
    return Start(painted - began, usable - began, stall, memory)


def _figures(what: str, starts: Sequence[Start]) -> list[Figure]:
    painted, usable = [each.painted for each in starts], [each.usable for each in starts]
    return [
        Figure(what=f"{what}: first paint", measured=middle(painted), unit="s", note=spread(painted, "s")),
        Figure(
            what=f"{what}: usable", measured=middle(usable), unit="s", beside=USABLE_SECONDS,
            target=USABLE_SECONDS, note=spread(usable, "s"),
        ),
        Figure(
            what=f"{what}: longest stall", measured=max(each.stall for each in starts) * 1000, unit="ms",
            note="between first paint and 2 s after usable",
        ),
        Figure(what=f"{what}: memory", measured=middle(each.memory for each in starts), unit="MB"),
    ]  # fmt: skip
