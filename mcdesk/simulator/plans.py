"""Bad days by the seed: which requests fail and how, which hooks come twice, late or never.
The same seed draws the same for the same requests in the same order; nothing here fails anything."""

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from mcdesk.simulator.faults import Fault, FaultKind

Fate = Literal["once", "twice", "late", "never"]

#: What a bad day brings, each as often as it stands here. Those that hold a request up are rare: they cost
#: the patience of whoever waits.
USUAL: tuple[FaultKind, ...] = (
    "delay", "late", "status", "status", "status", "status-after", "status-after", "drop", "drop",
    "drop-after", "drop-after", "silence", "silence-before", "bad-json", "truncated", "page", "wrong-type",
    "slow", "hang-up",
)  # fmt: skip
#: (status, Retry-After) of the refusals drawn
REFUSALS: tuple[tuple[int, int | None], ...] = ((429, None), (429, 1), (500, None), (503, None), (503, 1))
#: 429 says that nothing was done, so that none comes after the work
AFTER_WORK = (500, 502, 503, 504)
_IDS = re.compile(r"[A-Z]{2}[0-9a-f]{32}|\d{5,}")


@dataclass
class FaultPlan:
    """Draws a fault for about `rate` of all requests. `seconds`: the longest delay."""

    seed: int | str
    rate: float
    seconds: float = 0.5
    kinds: Sequence[FaultKind] = USUAL
    _seen: Counter[str] = field(default_factory=Counter)

    def fault(self, *, method: str, path: str) -> Fault | None:
        chance = self._chance(f"{method} {_IDS.sub('*', path)}")
        if chance.random() >= self.rate:
            return None
        kind = chance.choice(self.kinds)
        status, retry = chance.choice(REFUSALS)
        if kind == "status-after":
            status, retry = chance.choice(AFTER_WORK), None
        if kind == "hang-up":
            return None
        seconds = chance.uniform(0.05, self.seconds)
        return Fault(kind, status=status, retry_after=retry, seconds=seconds)

    def hangs_up(self) -> bool:
        share = self.kinds.count("hang-up") / len(self.kinds) if self.kinds else 0.0
        return self._chance("connection").random() < self.rate * share

    def _chance(self, what: str) -> random.Random:
        """Drawn per kind of request and how many of it there were, so that others do not shift it."""
        self._seen[what] += 1
        return random.Random(f"{self.seed} {what} {self._seen[what]}")


@dataclass
class HookPlan:
    """Draws what becomes of each hook: about `rate` of them come twice, late or never."""

    seed: int | str
    rate: float
    seconds: float = 0.5  #: how late at most, in real seconds
    fates: Sequence[Fate] = ("twice", "late", "never")
    _seen: Counter[str] = field(default_factory=Counter)

    def draw(self, fields: Mapping[str, str]) -> tuple[Fate, float]:
        """What becomes of the hook with these fields, and after how many seconds it comes (again)."""
        what = " ".join(fields.get(name, "") for name in ("MessageStatus", "CallStatus", "DialCallStatus"))
        self._seen[what] += 1
        chance = random.Random(f"{self.seed} {what} {self._seen[what]}")
        if chance.random() >= self.rate:
            return "once", 0.0
        return chance.choice(self.fates), chance.uniform(0.0, self.seconds)
