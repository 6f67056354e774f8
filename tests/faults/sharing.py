"""One process's share of a long run: draws its histories, plays them, hands the results over.

Must not: print; the one who started it does.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.queues import Queue
from typing import TypeAlias

from tests.faults.acts import History, read, written
from tests.faults.drawing import draw
from tests.faults.laboratory import Result, laboratory
from tests.faults.shrinking import shrunk

#: The number of a result that is only a shorter history for one told before.
SHRUNK = -1
#: More are seldom looked at in one day.
MOST_SHRUNK = 6
#: None at the end of a process.
Results: TypeAlias = "Queue[Result | None]"


def work(options: argparse.Namespace, job: int, results: Results) -> None:
    """One process's share."""
    try:
        with laboratory() as lab:
            violated = []
            for result in lab.run_all(_histories(options, job), at_once=options.at_once):
                shorter = bool(result.violations) and not options.no_shrink
                if shorter:
                    violated.append(result)
                results.put(result)
            # Only now: it takes longer than the histories did.
            for result in violated[:MOST_SHRUNK]:
                results.put(replace(shrunk(lab, result), number=SHRUNK))
    finally:
        results.put(None)


def _histories(options: argparse.Namespace, job: int) -> Iterator[tuple[int, History]]:
    if options.replay is not None:
        history = read(json.loads(options.replay.read_text()))
        yield from [(0, history)] * (options.repeat if job == 0 else 0)
        return
    for number in range(options.first + job, options.first + options.count, options.jobs):
        history = draw(options.seed, number)
        if options.broken:
            history = read({**written(history), "broken": options.broken})
        yield from [(number, history)] * options.repeat
