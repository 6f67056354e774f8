"""What `serve` takes of the machine when nobody calls, and what is left of its memory after a burst.

Must not: look inside the process; the operating system keeps the account.
"""

import asyncio
from pathlib import Path

from tests.bench import setting
from tests.bench.figures import Figure
from tests.bench.plays import Play

MEMORY_MB = 120.0
PROCESSOR_PERCENT = 1.0
#: From the ready line until what the start left behind is done.
SETTLING_SECONDS = 3.0


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """All figures of this part."""
    seconds = 10.0 if quick else 20.0
    async with setting.stage(folder) as stage, setting.office(folder, stage.url, name="idle") as office:
        await asyncio.sleep(SETTLING_SECONDS)
        before = office.processor_seconds
        await asyncio.sleep(seconds)
        processor = (office.processor_seconds - before) / seconds * 100
        memory = office.memory
        await stage.play(Play(url=setting.hook_of(office), hooks=2000))
        await asyncio.sleep(SETTLING_SECONDS)
        after = office.memory
    return [
        Figure(
            what="serve, idle: memory", measured=memory, unit="MB", beside=MEMORY_MB, target=MEMORY_MB,
            note="resident",
        ),
        Figure(
            what="serve, idle: processor", measured=processor, unit="%", beside=PROCESSOR_PERCENT,
            target=PROCESSOR_PERCENT, note=f"of one core, over {seconds:.0f} s, logs read every 10 s",
        ),
        Figure(
            what="serve, after 2,000 calls at once: memory", measured=after, unit="MB", beside=MEMORY_MB,
            target=MEMORY_MB, note="resident",
        ),
    ]  # fmt: skip
