"""Loops of the door that nobody waits for: what goes wrong in one is logged, and it begins again.

Must not: know what they do.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

log = logging.getLogger(__name__)

#: Before it begins again, seconds.
PAUSE_SECONDS = 0.5


async def unending(name: str, run: Callable[[], Awaitable[None]], *, pause: float = PAUSE_SECONDS) -> None:
    """Until it returns or this is cancelled."""
    while True:
        try:
            await run()
            return
        except Exception:
            log.exception(
                "A part of the door failed and begins again", extra={"action": "door.failed", "part": name}
            )
        await asyncio.sleep(pause)
