"""Many histories: python -m tests.faults --seed 1 --count 1000 --jobs 2
Prints progress, each violation with the shortest history that shows it, and a summary as JSON."""

import argparse
import json
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.faults.acts import told, written
from tests.faults.laboratory import AT_ONCE, Result
from tests.faults.sharing import SHRUNK, Results, work

PROGRESS = 25


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="number of the first history")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help="histories at once in each process")
    parser.add_argument("--repeat", type=int, default=1, help="play each history so many times")
    parser.add_argument("--replay", type=Path, help="a file with one history, as a violation prints it")
    parser.add_argument("--broken", default="", help="an engine broken on purpose: see breaking.py")
    parser.add_argument("--no-shrink", action="store_true", help="do not look for shorter histories")
    return parser.parse_args(given)


def main() -> int:
    options = arguments()
    began = time.monotonic()
    results: Results = multiprocessing.get_context("spawn").Queue()
    workers = [
        multiprocessing.get_context("spawn").Process(target=work, args=(options, job, results), daemon=True)
        for job in range(options.jobs)
    ]
    for worker in workers:
        worker.start()
    summary = _summed(results, options, began)
    for worker in workers:
        worker.join()
    say(json.dumps(summary))
    return 1 if summary["violated"] or summary["histories"] != summary["asked"] else 0


def _summed(results: Results, options: argparse.Namespace, began: float) -> dict[str, object]:
    working, done, counts, violated = options.jobs, 0, Counter[str](), Counter[str]()
    bad: list[int] = []
    while working:
        result = results.get()
        if result is None:
            working -= 1
            continue
        if result.number == SHRUNK:
            _tell(options.seed, result)
            continue
        done += 1
        counts.update(result.counts)
        if result.violations:
            bad.append(result.number)
            violated.update({each.partition(":")[0] for each in result.violations})
            _tell(options.seed, result)
        if done % PROGRESS == 0:
            seconds = time.monotonic() - began
            engines = counts["engines"]
            say(f"{done} histories in {seconds:.0f} s, {len(bad)} with violations, {engines} engines")
    violated.pop("engines said", None)
    return {
        "seed": options.seed,
        "asked": options.repeat if options.replay else options.count * options.repeat,
        "histories": done,
        "violated": len(bad),
        "numbers": sorted(bad),
        "violations": dict(violated),
        "seconds": round(time.monotonic() - began, 1),
        **counts,
    }


def _tell(seed: int, result: Result) -> None:
    short = result.number == SHRUNK
    say("THE SHORTEST FOUND:" if short else f"VIOLATED by history {result.number} of seed {seed}:")
    say(told(result.history))
    for violation in result.violations:
        say(f"  !! {violation}")
    say(f"  as a file for --replay: {json.dumps(written(result.history))}")


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
