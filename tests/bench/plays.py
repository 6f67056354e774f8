"""What is played to a program and what came of it, as they travel between the processes.

Must not: play.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from tests.bench.figures import percentile


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Missed calls at a program."""

    url: str
    hooks: int
    #: None: all at once.
    per_second: float | None = None
    connections: int = 50
    #: Seconds the provider takes for every answer.
    delay: float = 0.0
    #: Whether the provider reports twice on each text.
    callbacks: bool = False
    #: Each so-manieth text is answered by who got it; 0: none is.
    answered_every: int = 0
    #: What was played before still counts: the provider forgets nothing, and doubled texts are counted again.
    continues: bool = False
    #: Whether the provider's logs tell of it. Else nobody who reads them texts another program's callers.
    logged: bool = True
    #: refuses, closes, fails, takes-and-closes; for `trouble_seconds`, `trouble_after` the first hook.
    trouble: str | None = None
    trouble_after: float = 1.0
    trouble_seconds: float = 3.0
    #: Texts that did not come within this are lost.
    within: float = 30.0
    #: After the last one, doubled ones may follow for so long.
    linger: float = 1.0

    def written(self) -> Mapping[str, Any]:
        return asdict(self)

    @property
    def longest(self) -> float:
        """Seconds after which something is wrong with the play itself."""
        return self.hooks / (self.per_second or 100) + self.within + self.linger + 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a play."""

    #: Milliseconds from each hook's leaving to its text's request, by arrival.
    delays: Sequence[float]
    #: Milliseconds from each hook's leaving to its answer.
    answers: Sequence[float]
    #: From the first hook to the last text.
    seconds: float
    lost: int
    doubled: int
    #: Hooks that were not answered 200, reports and texts among them.
    refused: int
    #: Hooks that were: calls, reports, texts.
    events: int = 0
    #: Seconds from the first call's hook to the last one's answer.
    answered_in: float = 0.0

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        return cls(**told)

    def written(self) -> Mapping[str, Any]:
        return asdict(self)

    @property
    def per_second(self) -> float:
        return len(self.delays) / self.seconds if self.seconds else 0.0

    @property
    def p50(self) -> float:
        return percentile(self.delays, 50)

    @property
    def p99(self) -> float:
        return percentile(self.delays, 99)

    @property
    def longest(self) -> float:
        return max(self.delays, default=float("nan"))
