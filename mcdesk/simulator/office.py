"""PretendOffice: both companies and a stream of callers, as the demo and the benchmarks use them.
Who calls when is fixed by the seed; what came of it is counted at the companies' end."""

import asyncio
import random
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from types import TracebackType
from typing import Self

from mcdesk.simulator.callers import SCRIPTS
from mcdesk.simulator.clio.company import PretendClio
from mcdesk.simulator.counting import Measure, counted
from mcdesk.simulator.events import OnEvent, unheard
from mcdesk.simulator.twilio.company import PretendTwilio

_AREA_CODES = ("415", "510", "650", "408", "213", "305", "212", "312", "512")
_FIRST_CALL_SECONDS = 1.0
_BETWEEN_SECONDS = (2.0, 5.0)
_IDLE_SECONDS = (45.0, 120.0)
#: Everyone once, the common kinds more often: what a morning sounds like.
_MORNING = (
    "hangs-up-while-ringing",
    "replies-to-the-text",
    "is-answered",
    "leaves-voicemail",
    "replies-in-spanish",
    "says-stop",
    "rings-twice",
    "leaves-no-voicemail",
    "calls-from-a-landline",
    "replies-to-the-text",
    "books",
    "says-wrong-number",
    "hangs-up-while-ringing",
    "is-answered",
    "leaves-voicemail",
)


class PretendOffice:
    """Use as `async with PretendOffice(...) as office`; callers come once `open_lines` was awaited
    or, with `callers=True`, by themselves.

    `pace` divides the story's waits (ringing, talking, thinking, the time between calls); `speed` is
    how much faster than the wall clock the office's own time runs, and shrinks the day that `doubled`
    and `lost` are counted by.
    """

    def __init__(
        self,
        *,
        twilio_port: int = 0,
        clio_port: int = 0,
        seed: int = 7,
        pace: float = 1.0,
        speed: float = 1.0,
        grace_seconds: float = 30.0,
        callers: bool = False,
        on_event: OnEvent = unheard,
    ) -> None:
        self.twilio = PretendTwilio(port=twilio_port, pace=pace, on_event=on_event)
        self.clio = PretendClio(port=clio_port, on_event=on_event)
        self.twilio.counting = self.counts
        self.clio.counting = self.counts
        self._pace = pace
        self._chance = random.Random(seed)
        self._measure = Measure(timedelta(seconds=grace_seconds), timedelta(hours=24) / speed)
        self._wants_callers = callers
        self._numbers = _caller_numbers(self._chance)
        self._open: asyncio.Task[None] | None = None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self.twilio)
        try:
            await self._stack.enter_async_context(self.clio)
        except BaseException:
            await self._stack.aclose()
            raise
        if self._wants_callers:
            await self.open_lines()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close_lines()
        await self._stack.aclose()

    async def open_lines(self) -> None:
        """Callers begin to call: the first after about a second, a morning of them, then one now and then."""
        if self._open is None:
            self._open = asyncio.get_running_loop().create_task(self._callers())

    async def close_lines(self) -> None:
        """Nobody new calls; calls under way are cut short when the companies stop."""
        if self._open is not None:
            self._open.cancel()
            with suppress(asyncio.CancelledError):
                await self._open
            self._open = None

    async def play(self, script: str, caller: str | None = None) -> str:
        """One scripted caller, from first ring to last text; the number they called from."""
        number = caller or next(self._numbers)
        await SCRIPTS[script](self.twilio, number, self._pace, None)
        return number

    def counts(self) -> Mapping[str, int]:
        """calls, texts, replies, opt_outs, crm_notes, lost, doubled."""
        return counted(self.twilio.ledger, notes=len(self.clio.notes), measure=self._measure)

    async def _callers(self) -> None:
        await asyncio.sleep(_FIRST_CALL_SECONDS / self._pace)
        for script in _MORNING:
            self._begin(script)
            await self._pause(_BETWEEN_SECONDS)
        while True:
            await self._pause(_IDLE_SECONDS)
            self._begin(self._chance.choice(_MORNING))

    def _begin(self, script: str) -> None:
        self.twilio.account.in_background(self.play(script, next(self._numbers)))

    async def _pause(self, seconds: tuple[float, float]) -> None:
        await asyncio.sleep(self._chance.uniform(*seconds) / self._pace)


def _caller_numbers(chance: random.Random) -> Iterator[str]:
    """Numbers reserved for stories, no caller twice until all have called; never the office's own."""
    numbers = [f"+1{code}555{line:04d}" for code in _AREA_CODES for line in range(100, 200)]
    own = {"+14155550100", "+14155550111"}
    while True:
        chance.shuffle(numbers)
        yield from (number for number in numbers if number not in own)
