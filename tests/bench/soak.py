"""An hour of even load on `mcdesk serve`: whether its memory stays, and what becomes of its answers.

Must not: look inside the process; the operating system keeps the account.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import setting
from tests.bench.figures import Figure, middle, spread
from tests.bench.plays import Outcome, Play
from tests.bench.programs import Program

#: A call, two reports on its text, and an answer to every second text.
EVENTS_PER_CALL = 3.5
EVENTS_PER_SECOND = 20.0
SAMPLE_SECONDS = 10.0
SPAN_SECONDS = 300.0
#: Growth: how steep a straight line through the second half of the samples is. Allocators give pages back in
#: steps of a few hundred kB, so that half an hour of nothing makes up to this much of a slope, up or down.
GROWTH_MB_PER_HOUR = 2.0


@dataclass(frozen=True, slots=True)
class Sample:
    """The office at a moment."""

    #: Seconds since the first.
    at: float
    #: Resident, in MB.
    memory: float
    processor_seconds: float


async def measure(folder: Path, *, minutes: float) -> list[Figure]:
    """All figures of this part."""
    async with setting.stage(folder) as stage, setting.office(folder, stage.url, name="soak") as office:
        hook = setting.hook_of(office)
        await stage.play(Play(url=hook, hooks=40, per_second=40))
        samples: list[Sample] = []
        sampling = asyncio.create_task(_sample(office, samples))
        try:
            outcomes = [await _span(stage, hook, seconds) for seconds in _spans(minutes * 60)]
        finally:
            sampling.cancel()
    return [*_memory(samples), *_latency(outcomes), *_counts(outcomes)]


def _spans(seconds: float) -> list[float]:
    """An hour in pieces that are told one by one."""
    count = max(1, round(seconds / SPAN_SECONDS))
    return [seconds / count] * count


async def _span(stage: setting.Stage, hook: str, seconds: float) -> Outcome:
    per_second = EVENTS_PER_SECOND / EVENTS_PER_CALL
    outcome = await stage.play(
        Play(
            url=hook, hooks=round(per_second * seconds), per_second=per_second, callbacks=True,
            answered_every=2, continues=True, linger=0.5,
        )
    )  # fmt: skip
    _say(
        f"{len(outcome.delays)} texts, p50 {outcome.p50:.1f} ms, p99 {outcome.p99:.1f} ms, longest "
        f"{outcome.longest:.0f} ms; lost {outcome.lost}, doubled so far {outcome.doubled}, "
        f"refused {outcome.refused}, events {outcome.events}"
    )
    return outcome


async def _sample(office: Program, samples: list[Sample]) -> None:
    began = time.monotonic()
    while True:
        sample = Sample(time.monotonic() - began, office.memory, office.processor_seconds)
        samples.append(sample)
        _say(f"{sample.at:.0f} s: {sample.memory:.1f} MB, {sample.processor_seconds:.1f} s of processor")
        await asyncio.sleep(SAMPLE_SECONDS)


def _say(words: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {words}", file=sys.stderr, flush=True)


def _memory(samples: Sequence[Sample]) -> list[Figure]:
    half = samples[len(samples) // 2 :]
    quarter = len(half) // 2
    third, last = (middle(each.memory for each in part) for part in (half[:quarter], half[quarter:]))
    first, final = samples[0], samples[-1]
    share = (final.processor_seconds - first.processor_seconds) / (final.at - first.at) * 100
    return [
        Figure(
            what="soak: memory, largest", measured=max(each.memory for each in samples), unit="MB",
            note=f"began with {first.memory:.1f}, ended with {final.memory:.1f}",
        ),
        Figure(
            what="soak: memory, growth", measured=growth(half), unit="MB/h", target=GROWTH_MB_PER_HOUR,
            note=f"line through the second half; medians of its halves {third:.2f} and {last:.2f} MB",
        ),
        Figure(what="soak: processor", measured=share, unit="%", note="of one core"),
    ]  # fmt: skip


def growth(samples: Sequence[Sample]) -> float:
    """MB per hour: the slope of the straight line nearest to the samples. NaN for fewer than two."""
    if len(samples) < 2:
        return float("nan")
    line = statistics.linear_regression([each.at for each in samples], [each.memory for each in samples])
    return line.slope * 3600


def _latency(outcomes: Sequence[Outcome]) -> list[Figure]:
    p50s, p99s = [each.p50 for each in outcomes], [each.p99 for each in outcomes]
    return [
        Figure(
            what="soak: hook → text p50", measured=middle(p50s), unit="ms",
            note=f"first 5 minutes {p50s[0]:.1f}, last {p50s[-1]:.1f}; {spread(p50s, 'ms')}",
        ),
        Figure(
            what="soak: hook → text p99", measured=middle(p99s), unit="ms",
            note=f"first 5 minutes {p99s[0]:.1f}, last {p99s[-1]:.1f}; {spread(p99s, 'ms')}",
        ),
        Figure(
            what="soak: hook → text longest", measured=max(each.longest for each in outcomes), unit="ms"
        ),
    ]  # fmt: skip


def _counts(outcomes: Sequence[Outcome]) -> list[Figure]:
    calls = sum(len(each.delays) + each.lost for each in outcomes)
    note = f"of {calls} calls, {sum(each.events for each in outcomes)} events"
    counted = {
        "lost": sum(each.lost for each in outcomes),
        "doubled": outcomes[-1].doubled,
        "refused": sum(each.refused for each in outcomes),
    }
    return [
        Figure(what=f"soak: {what}", measured=count, unit="", target=0, note=note)
        for what, count in counted.items()
    ]
