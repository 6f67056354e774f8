"""Hook → text request on the wire: mcdesk beside the least relay, in one run and against one provider.

Must not: send hooks or take texts itself; the stage does.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench import setting
from tests.bench.figures import Figure, beside_relay, middle, spread
from tests.bench.plays import Outcome, Play
from tests.bench.setting import Stage

#: What is to be reached on a machine with two cores: so many times the relay's figure of the same run. It is
#: the median of the runs that counts for each.
P50_TIMES_RELAY = 2.5
P99_TIMES_RELAY = 5.0
RATE_TIMES_RELAY = 0.6
#: Bursts of so many that the relay's rate is steady.
LONG_BURST = 2000
#: A provider abroad, or a busy one.
SLOW_ANSWER = 0.15
#: After trouble a text in doubt is looked for, and believed not to be there only after a while.
AFTER_TROUBLE = 60.0

TROUBLES = {
    "refuses": "3 s connections refused",
    "closes": "3 s closed without an answer",
    "fails": "3 s answered 503",
    "takes-and-closes": "3 s taken, then closed unanswered",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """Both programs' outcomes of the same play, repeated in turn."""

    relay: Sequence[Outcome]
    mcdesk: Sequence[Outcome]


class Both:
    """mcdesk and the relay, running."""

    def __init__(self, stage: Stage, hooks: Mapping[str, str]) -> None:
        self._stage = stage
        self._hooks = hooks

    async def play(self, play: Play, *, times: int = 1, relay: Play | None = None) -> Pair:
        """In turn, so that a machine getting slower is unfair to neither. `relay`: another play for it."""
        outcomes: dict[str, list[Outcome]] = {name: [] for name in self._hooks}
        for _ in range(times):
            for name, url in self._hooks.items():
                # mcdesk reads the logs: the relay's callers are none of its business
                its = replace(relay or play, logged=False) if name == "relay" else play
                outcomes[name].append(await self._stage.play(replace(its, url=url)))
        return Pair(outcomes["relay"], outcomes["mcdesk"])


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """All figures of this part."""
    async with _both(folder) as both:
        figures = [
            *await _steady(both, per_second=5, seconds=4 if quick else 20, times=1),
            *await _steady(both, per_second=50, seconds=4, times=3 if quick else 7),
            *await _burst(both, 500, times=1 if quick else 3),
            *await _burst(both, LONG_BURST, times=1 if quick else 2),
            *await _slow_provider(both),
            *await _reported_on(both, quick=quick),
        ]
        for trouble, words in TROUBLES.items():
            figures += await _trouble(both, trouble, words)
    return figures


@asynccontextmanager
async def _both(folder: Path) -> AsyncIterator[Both]:
    async with (
        setting.stage(folder) as stage,
        setting.relay(folder, stage.url) as relay,
        setting.office(folder, stage.url) as office,
    ):
        both = Both(stage, {"relay": str(relay.ready["hook"]), "mcdesk": setting.hook_of(office)})
        # the first requests of a process pay for its imports
        await both.play(Play(url="", hooks=40, per_second=40))
        yield both


async def _steady(both: Both, *, per_second: int, seconds: int, times: int) -> list[Figure]:
    pair = await both.play(Play(url="", hooks=per_second * seconds, per_second=per_second), times=times)
    what = f"hook → text, {per_second}/s"
    return [*_delays(what, pair, targets=per_second == 50), *_counts(what, pair)]


def _delays(what: str, pair: Pair, *, targets: bool) -> list[Figure]:
    relay_p50 = middle(each.p50 for each in pair.relay)
    relay_p99 = middle(each.p99 for each in pair.relay)
    return [
        _beside(
            f"{what}: p50", "ms", pair, lambda each: each.p50,
            target=P50_TIMES_RELAY * relay_p50 if targets else None,
        ),
        _beside(
            f"{what}: p99", "ms", pair, lambda each: each.p99,
            target=P99_TIMES_RELAY * relay_p99 if targets else None,
        ),
        Figure(
            what=f"{what}: longest", measured=max(each.longest for each in pair.mcdesk), unit="ms",
            beside=max(each.longest for each in pair.relay),
        ),
    ]  # fmt: skip


def _beside(
    what: str,
    unit: str,
    pair: Pair,
    of: Callable[[Outcome], float],
    *,
    target: float | None = None,
    at_least: bool = False,
) -> Figure:
    """The middle of the repeats, and how often the relay's middle that is."""
    ours, relays = [of(each) for each in pair.mcdesk], middle(of(each) for each in pair.relay)
    note = beside_relay(middle(ours), relays, spread(ours, unit))
    return Figure(
        what=what,
        measured=middle(ours),
        unit=unit,
        beside=relays,
        target=target,
        at_least=at_least,
        note=note,
    )


def _counts(what: str, pair: Pair) -> list[Figure]:
    """Lost, doubled and refused, of all repeats together."""
    hooks = sum(len(each.delays) + each.lost for each in pair.mcdesk)

    def count(name: str, unit: str, mcdesk: int, relay: int) -> Figure:
        note = f"of {hooks} hooks"
        return Figure(what=f"{what}: {name}", measured=mcdesk, unit=unit, beside=relay, target=0, note=note)

    return [
        count("lost", "texts", sum(e.lost for e in pair.mcdesk), sum(e.lost for e in pair.relay)),
        count("doubled", "texts", sum(e.doubled for e in pair.mcdesk), sum(e.doubled for e in pair.relay)),
        count("refused", "hooks", sum(e.refused for e in pair.mcdesk), sum(e.refused for e in pair.relay)),
    ]


async def _burst(both: Both, hooks: int, *, times: int) -> list[Figure]:
    pair = await both.play(Play(url="", hooks=hooks), times=times)
    what = f"burst of {hooks}"
    return [
        _rate(what, pair, bound=hooks >= LONG_BURST),
        *_delays(what, pair, targets=False),
        *_counts(what, pair),
    ]


def _rate(what: str, pair: Pair, *, bound: bool) -> Figure:
    relay = middle(each.per_second for each in pair.relay)
    return _beside(
        f"{what}: rate", "texts/s", pair, lambda each: each.per_second,
        target=RATE_TIMES_RELAY * relay if bound else None, at_least=True,
    )  # fmt: skip


async def _slow_provider(both: Both) -> list[Figure]:
    pair = await both.play(Play(url="", hooks=500, delay=SLOW_ANSWER))
    what = f"burst of 500, provider takes {SLOW_ANSWER * 1000:.0f} ms"
    return [_rate(what, pair, bound=False), *_counts(what, pair)]


async def _reported_on(both: Both, *, quick: bool) -> list[Figure]:
    """The provider reports twice on each text, and each report is a hook too."""
    steady = await both.play(Play(url="", hooks=200, per_second=50, callbacks=True), times=2 if quick else 5)
    burst = await both.play(Play(url="", hooks=500, callbacks=True), times=1 if quick else 3)
    what = "with 2 delivery reports a text"
    return [
        *_delays(f"50/s {what}", steady, targets=True),
        *_counts(f"50/s {what}", steady),
        _rate(f"burst of 500 {what}", burst, bound=False),
        *_counts(f"burst of 500 {what}", burst),
    ]


async def _trouble(both: Both, trouble: str, words: str) -> list[Figure]:
    """Four seconds of calls with three seconds of trouble in the middle."""
    play = Play(
        url="", hooks=200, per_second=50, trouble=trouble, trouble_after=0.5, within=AFTER_TROUBLE, linger=5.0
    )
    # The relay forgets what failed: there is nothing to wait for.
    pair = await both.play(play, relay=replace(play, within=2.0, linger=0.5))
    what = f"200 hooks, {words}"
    last = Figure(
        what=f"{what}: all out after", measured=max(each.seconds for each in pair.mcdesk), unit="s",
        note="from the first hook; the trouble ended at 3.5 s",
    )  # fmt: skip
    return [*_counts(what, pair), last]
