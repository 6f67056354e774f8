"""What a flood does to `serve`: ten thousand calls at once, and ten thousand requests that are none.

Must not: look inside the process; the operating system keeps the account.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench import setting
from tests.bench.figures import Figure
from tests.bench.plays import Outcome, Play
from tests.bench.programs import Program

CONNECTIONS = 200
#: The texts go on after the last hook was answered.
TEXTS_WITHIN = 240.0
#: More memory than before the flood, at its worst moment.
GROWTH_MB = 60.0
#: A malformed request costs no more than a wrong path; measuring is not exact.
NO_MORE = 1.1
SETTLING_SECONDS = 3.0
#: Callers of the door that are no provider, at the same time.
STRANGERS = 20
ROUNDS = 5

WRONG_PATH = (
    b"POST /hooks/twilio/wrong HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
)
HEADERS = b"".join(b"X-%d: %s\r\n" % (number, b"v" * 40) for number in range(90))
BEGIN = b"POST /x HTTP/1.1\r\nHost: a\r\n"
WRONG_PATH_AND_MORE = BEGIN + HEADERS + b"Connection: close\r\n\r\n"
MALFORMED = {
    "no HTTP": b"\x16\x03\x01" + bytes(range(256)),
    "two lengths": WRONG_PATH.replace(b"Connection", b"Content-Length: 4\r\nConnection"),
    "a head of 20 kB": BEGIN + b"X: " + b"v" * 20_000 + b"\r\n\r\n",
    "2,000 headers": BEGIN + b"a:b\r\n" * 2000 + b"\r\n",
    "a chunk of no size": BEGIN + b"Transfer-Encoding: chunked\r\n\r\nx\r\n",
}
#: A body that nobody wants, in the smallest chunks there are and all at once.
CRUMBS = b"1\r\nx\r\n" * 42_000 + b"0\r\n\r\n"
IN_CRUMBS = BEGIN + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + CRUMBS
AT_ONCE = BEGIN + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % len(CRUMBS) + CRUMBS


async def measure(folder: Path, *, quick: bool) -> list[Figure]:
    """All figures of this part."""
    hooks = 2_000 if quick else 10_000
    async with setting.stage(folder) as stage, setting.office(folder, stage.url) as office:
        # the first requests of a process pay for its imports
        await stage.play(Play(url=setting.hook_of(office), hooks=40, per_second=40))
        await asyncio.sleep(SETTLING_SECONDS)
        strangers = await _strangers(office, hooks)
        before = office.memory
        async with _watched(office) as memory:
            outcome = await stage.play(
                Play(url=setting.hook_of(office), hooks=hooks, connections=CONNECTIONS, within=TEXTS_WITHIN)
            )
        await asyncio.sleep(SETTLING_SECONDS)
        return [*_storm(outcome, hooks, before, max(memory), office.memory), *strangers]


def _storm(outcome: Outcome, hooks: int, before: float, most: float, after: float) -> list[Figure]:
    what = f"storm of {hooks} calls"
    return [
        Figure(
            what=f"{what}: answered", measured=hooks / outcome.answered_in, unit="hooks/s",
            note=f"over {CONNECTIONS} connections",
        ),
        Figure(what=f"{what}: texted", measured=outcome.per_second, unit="texts/s"),
        Figure(what=f"{what}: told to come again", measured=outcome.refused, unit="hooks"),
        Figure(what=f"{what}: lost", measured=outcome.lost, unit="texts", target=0),
        Figure(what=f"{what}: doubled", measured=outcome.doubled, unit="texts", target=0),
        Figure(
            what=f"{what}: memory at most", measured=most, unit="MB", beside=before,
            target=before + GROWTH_MB, note=f"before {before:.0f} MB, after {after:.0f} MB",
        ),
    ]  # fmt: skip


@contextlib.asynccontextmanager
async def _watched(office: Program) -> AsyncIterator[list[float]]:
    """Its memory, again and again, until the block ends."""
    seen, over = [office.memory], asyncio.Event()

    async def look() -> None:
        while not over.is_set():
            seen.append(office.memory)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), 0.1)

    looking = asyncio.create_task(look())
    try:
        yield seen
    finally:
        over.set()
        await looking


async def _strangers(office: Program, count: int) -> list[Figure]:
    """Processor time of each kind of nonsense beside a wrong path, every request on its own connection."""
    wrong = await _cost(office, WRONG_PATH, count)
    more = await _cost(office, WRONG_PATH_AND_MORE, count)
    late = await _cost(office, BEGIN + HEADERS + b"bad\r\n\r\n", count)
    at_once = await _cost(office, AT_ONCE, count // 10)
    return [
        Figure(what="a wrong path: processor", measured=wrong, unit="µs", note=f"of {count}"),
        *[_beside(words, await _cost(office, raw, count), wrong) for words, raw in MALFORMED.items()],
        Figure(what="a wrong path and 90 headers: processor", measured=more, unit="µs"),
        _beside("a bad header behind 90", late, more),
        Figure(what="a wrong path and 252 kB: processor", measured=at_once, unit="µs"),
        _beside("42,000 chunks", await _cost(office, IN_CRUMBS, count // 10), at_once),
    ]


def _beside(words: str, cost: float, wrong: float) -> Figure:
    return Figure(
        what=f"malformed, {words}: processor", measured=cost, unit="µs", beside=wrong,
        target=wrong * NO_MORE, note=f"{cost / wrong:.2f} × a wrong path",
    )  # fmt: skip


async def _cost(office: Program, raw: bytes, count: int) -> float:
    """Microseconds of its processor for one such request: the calmest of some rounds."""
    return min([await _round(office, raw, count // ROUNDS) for _ in range(ROUNDS)])


async def _round(office: Program, raw: bytes, count: int) -> float:
    address, before = urlsplit(setting.hook_of(office)), office.processor_seconds
    left = iter(range(count))

    async def ask() -> None:
        for _ in left:
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            with contextlib.suppress(ConnectionError):
                writer.write(raw)
                await reader.read()
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    await asyncio.gather(*(ask() for _ in range(STRANGERS)))
    return (office.processor_seconds - before) / count * 1e6
