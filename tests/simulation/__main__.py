"""A year of callers: python -m tests.simulation --seed 1 --count 100000 --jobs 2
Prints progress, the first violations, and a summary as JSON."""

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial

from tests.simulation.breaking import BREAKS, break_gate
from tests.simulation.running import Found, run

#: Callers of one piece of work.
PIECE = 1_000


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first caller")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--broken", choices=sorted(BREAKS), help="a gate broken on purpose")
    return parser.parse_args(given)


def main() -> int:
    options = arguments()
    began, found = time.monotonic(), Found()
    for piece in _pieces(options):
        found.add(piece)
        if found.callers % (10 * PIECE) == 0:
            seconds = time.monotonic() - began
            say(f"{found.callers} callers in {seconds:.0f} s, {found.violated.total()} violations")
    for each in found.told:
        say(f"VIOLATED by {each}")
    summary = {
        "seed": options.seed,
        "callers": found.callers,
        "seconds": round(time.monotonic() - began, 1),
        "area codes": len(found.codes),
        "states": len(found.states),
        "zones": len(found.zones),
        "days": len(found.days),
        **found.counts,
        "violated": dict(found.violated),
    }
    say(json.dumps(summary))
    return 1 if found.violated else 0


def _pieces(options: argparse.Namespace) -> Iterator[Found]:
    end = options.first + options.count
    ranges = [range(first, min(first + PIECE, end)) for first in range(options.first, end, PIECE)]
    work = partial(run, options.seed)
    if options.jobs == 1:
        break_gate(options.broken)
        yield from map(work, ranges)
        return
    with multiprocessing.get_context("spawn").Pool(options.jobs, break_gate, (options.broken,)) as pool:
        yield from pool.imap_unordered(work, ranges)


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
