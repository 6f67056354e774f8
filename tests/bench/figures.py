"""Figures as they are printed and kept: what, measured, beside what, against which target.

Must not: measure.
"""

import json
import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row of the table."""

    what: str
    measured: float
    unit: str
    #: The relay's figure in the same run, or a limit; None where there is none.
    beside: float | None = None
    #: Upper bound, or lower bound where `at_least`; None for figures that are only told.
    target: float | None = None
    at_least: bool = False
    #: Spread, conditions.
    note: str = ""

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        if math.isnan(self.measured):
            return False
        return self.measured >= self.target if self.at_least else self.measured <= self.target


def percentile(values: Sequence[float], percent: float) -> float:
    """Nearest rank: the smallest value that so many percent do not exceed. NaN for none."""
    if not values:
        return math.nan
    rank = math.ceil(len(values) * percent / 100)
    return sorted(values)[max(rank, 1) - 1]


def middle(values: Iterable[float]) -> float:
    """The median; NaN for none."""
    kept = list(values)
    return statistics.median(kept) if kept else math.nan


def spread(values: Sequence[float], unit: str) -> str:
    """How far repeats were apart, for a note."""
    if len(values) < 2:
        return ""
    return f"{len(values)} runs, {shown(min(values))}–{shown(max(values))} {unit}"


def beside_relay(measured: float, relay: float, spread: str) -> str:
    """How often the relay's figure it is, and the spread, for a note."""
    times = f"{measured / relay:.2g} × relay" if relay else ""
    return "; ".join(filter(None, (times, spread)))


def shown(value: float | None) -> str:
    if value is None:
        return ""
    if math.isnan(value):
        return "none"
    return f"{value:.0f}" if value == int(value) or value >= 100 else f"{value:.3g}"


def table(figures: Sequence[Figure]) -> str:
    """For people."""
    rows = [("what", "measured", "relay/limit", "target", "met", "")]
    rows += [_row(figure) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0]), *(row[n].rjust(widths[n]) for n in range(1, 4))]
        lines.append("  ".join([*cells, row[4].ljust(widths[4]), row[5]]).rstrip())
    return "\n".join(lines)


def _row(figure: Figure) -> tuple[str, str, str, str, str, str]:
    sign = "≥" if figure.at_least else "≤"
    return (
        figure.what,
        f"{shown(figure.measured)} {figure.unit}".strip(),
        shown(figure.beside),
        f"{sign} {shown(figure.target)}" if figure.target is not None else "",
        {None: "", True: "yes", False: "NO"}[figure.met],
        figure.note,
    )


def written(figures: Sequence[Figure], conditions: dict[str, Any]) -> str:
    """For programs."""
    rows = [asdict(figure) | {"met": figure.met} for figure in figures]
    for row in rows:
        if math.isnan(row["measured"]):
            row["measured"] = None
    return json.dumps({"conditions": conditions, "figures": rows}, indent=1, ensure_ascii=False)
