"""How to get from the rows on screen to the rows that are so, in single inserts, moves and removals.

Must not: know Qt or what a row is; rows are known by their keys.
"""

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remove:
    """Take the row at `index` away."""

    index: int


@dataclass(frozen=True, slots=True)
class Insert:
    """Put the row with the new position `source` at `index`."""

    index: int
    source: int


@dataclass(frozen=True, slots=True)
class Move:
    """Take the row at `index` and put it so that it ends up at `to`."""

    index: int
    to: int


Step = Remove | Insert | Move


def steps(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Step]:
    """Steps that turn `old` into `new`, each valid after the ones before it; keys are unique in both.

    Rows that keep their order among each other are never touched (longest rising run), so a row that jumps
    from the top to the bottom is one move and not one per row it passed.
    """
    if list(old) == list(new):
        return []
    target = {key: index for index, key in enumerate(new)}
    current = list(old)
    plan: list[Step] = []
    for index in range(len(current) - 1, -1, -1):
        if current[index] not in target:
            plan.append(Remove(index))
            del current[index]
    present = set(current)
    settled = _rising(current, target)
    for position, key in enumerate(new):
        if key in settled:
            continue
        wanted = current.index(new[position - 1]) + 1 if position else 0
        if key not in present:
            plan.append(Insert(wanted, position))
            current.insert(wanted, key)
            continue
        source = current.index(key)
        to = wanted - 1 if source < wanted else wanted
        if source != to:
            plan.append(Move(source, to))
            current.insert(to, current.pop(source))
    return plan


def _rising(current: Sequence[Hashable], target: dict[Hashable, int]) -> set[Hashable]:
    """Keys of a longest run that is already in the right order."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, key in enumerate(current):
        place = bisect_left(tails, target[key])
        if place == len(tails):
            tails.append(target[key])
            ends.append(index)
        else:
            tails[place] = target[key]
            ends[place] = index
        before.append(ends[place - 1] if place else -1)
    kept: set[Hashable] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.add(current[index])
        index = before[index]
    return kept
