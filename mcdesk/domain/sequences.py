"""Planned follow-ups: what is done when, until a person takes over.

Must not: do any of it (`engine/followups` does).
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, TypeAlias

StepDo: TypeAlias = Literal["text", "call-task", "close"]
StepFrom: TypeAlias = Literal["call", "previous"]

#: Nothing is planned further ahead; and no calendar ends before it.
LONGEST = timedelta(days=3650)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@lru_cache(maxsize=256)
def parse_length(text: str) -> timedelta:
    """``"90s"``, ``"4h"``, ``"1d"`` or ``"1h 30m"``. Raises ValueError in words."""
    parts = re.findall(r"(\d+)\s*([smhd])", text)
    if not parts or re.sub(r"(\d+)\s*([smhd])", "", text).strip():
        raise ValueError(f"{text!r} is not a length of time; write it like 30s, 15m, 4h or 3d")
    try:
        length = sum((timedelta(**{_UNITS[unit]: int(count)}) for count, unit in parts), timedelta())
    except (OverflowError, ValueError):  # the latter where the digits are thousands
        length = timedelta.max
    if length > LONGEST:
        raise ValueError(f"expected at most {LONGEST.days}d, not {_cut(text)}")
    return length


def _cut(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:40]}…")


def write_length(length: timedelta) -> str:
    """The shortest form `parse_length` reads back: ``4h``, ``90s``."""
    seconds = int(length.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0 and (unit != "d" or seconds >= 2 * size):
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One planned act."""

    after: timedelta
    counted_from: StepFrom
    do: StepDo
    #: Of a text step: the template's name.
    template: str = ""
    #: Of a close step: the disposition.
    disposition: str = ""

    def due(self, *, call_at: datetime, previous_at: datetime) -> datetime:
        """When to do it, from the call or from when the step before was done."""
        return (call_at if self.counted_from == "call" else previous_at) + self.after


@dataclass(frozen=True, slots=True)
class Sequence:
    """A named plan."""

    name: str
    steps: tuple[Step, ...]

    def led_by(self, template: str) -> "Sequence":
        """The same plan with another first text."""
        first = next((at for at, step in enumerate(self.steps) if step.do == "text"), None)
        if first is None:
            return self
        steps = list(self.steps)
        steps[first] = replace(steps[first], template=template)
        return Sequence(self.name, tuple(steps))

    def ordinal(self, position: int) -> int:
        """Of a text step: the how-manieth text it is, from 1."""
        return sum(1 for step in self.steps[: position + 1] if step.do == "text")
