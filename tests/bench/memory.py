"""What `mcdesk serve` keeps in memory after a hundred thousand events that came as fast as they went.

Must not: look inside the process; the operating system keeps the account.
"""

import asyncio
import sys
import time
from pathlib import Path

from mcdesk.inbound.limits import Limits
from tests.bench import setting
from tests.bench.figures import Figure
from tests.bench.plays import Play
from tests.bench.setting import Stage

#: A call, two reports on its text, and an answer to every second text.
EVENTS_PER_CALL = 3.5
EVENTS = 100_000
MEMORY_MB = 110.0
#: Calls at once, a wave after the other, as fast as the door takes them for long (events a second).
WAVE = 2000
RATE = Limits().rate
#: From the last text until its reports and answers are in.
LINGER_SECONDS = 2.0
SETTLING_SECONDS = 5.0


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """All figures of this part."""
    waves = round((EVENTS / 10 if quick else EVENTS) / EVENTS_PER_CALL / WAVE + 0.5)
    async with setting.stage(folder) as stage:
        # A first start makes the database, with tools the others never load: 11 MB for as long as it runs.
        async with setting.office(folder, stage.url, name="memory"):
            pass
        return await _after(stage, folder, waves=waves)


async def _after(stage: Stage, folder: Path, *, waves: int) -> list[Figure]:
    async with setting.office(folder, stage.url, name="memory") as office:
        before, largest, events, lost, refused = office.memory, 0.0, 0, 0, 0
        doubled = 0
        for wave in range(waves):
            began = time.monotonic()
            outcome = await stage.play(
                Play(
                    url=setting.hook_of(office), hooks=WAVE, callbacks=True, answered_every=2,
                    continues=True, within=60.0, linger=LINGER_SECONDS,
                )
            )  # fmt: skip
            events, lost, refused = (
                events + outcome.events, lost + outcome.lost, refused + outcome.refused,
            )  # fmt: skip
            doubled = outcome.doubled
            largest = max(largest, office.memory)
            print(
                f"wave {wave + 1} of {waves}: {events} events, {office.memory:.1f} MB, "
                f"{outcome.per_second:.0f} texts/s, refused {outcome.refused}",
                file=sys.stderr,
                flush=True,
            )
            await asyncio.sleep(max(0.0, began + EVENTS_PER_CALL * WAVE / RATE - time.monotonic()))
        await asyncio.sleep(SETTLING_SECONDS)
        memory = office.memory
    what = f"serve, after {events:,} events"
    return [
        Figure(
            what=f"{what}: memory", measured=memory, unit="MB", beside=MEMORY_MB, target=MEMORY_MB,
            note=f"resident; before {before:.1f}, largest between waves {largest:.1f}",
        ),
        Figure(what=f"{what}: lost", measured=lost, unit="texts", target=0),
        Figure(what=f"{what}: doubled", measured=doubled, unit="texts", target=0),
        Figure(what=f"{what}: refused", measured=refused, unit="hooks", target=0),
    ]  # fmt: skip
