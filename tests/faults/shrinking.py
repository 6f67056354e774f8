"""Finds a shorter history that breaks the same thing. Chance plays a part, so each is tried several times.

Must not: print.
"""

from collections.abc import Iterator
from dataclasses import replace

from tests.faults.acts import History
from tests.faults.laboratory import Laboratory, Result

#: A shorter history counts if it breaks once in so many tries.
TRIES = 4
#: No more are tried: a violation wants to be looked at today.
MOST = 60


def shrunk(laboratory: Laboratory, result: Result) -> Result:
    """The shortest found; the same one where nothing shorter breaks."""
    names = _broken(result)
    best, left = result, MOST
    again = True
    while again and left > 0:
        again = False
        for candidate in _shorter(best.history):
            left -= 1
            if left < 0:
                break
            found = _tried(laboratory, candidate, names)
            if found is not None:
                best, again = found, True
                break
    return best


def _tried(laboratory: Laboratory, history: History, names: set[str]) -> Result | None:
    results = list(laboratory.run_all([(0, history)] * TRIES, at_once=TRIES))
    return next((result for result in results if _broken(result) & names), None)


def _broken(result: Result) -> set[str]:
    return {violation.partition(":")[0] for violation in result.violations if "engines said" not in violation}


def _shorter(history: History) -> Iterator[History]:
    """Halves first, then one act less, then a plainer office."""
    acts = history.acts
    half = len(acts) // 2
    if half > 1:
        yield replace(history, acts=acts[half:])
        yield replace(history, acts=acts[:half])
    for at in reversed(range(len(acts))):
        if len(acts) > 1:
            yield replace(history, acts=acts[:at] + acts[at + 1 :])
    if history.voicemail or history.lookup:
        yield replace(history, voicemail=False, lookup=False)
