"""A list of numbers to be marked, as a spreadsheet saves it: columns number, reason and, if wanted, kind.

Must not: know which numbers are marked already.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from mcdesk.domain.marks import MarkKind
from mcdesk.domain.numbers import Number

#: A longer list would hold up everything else while it is written.
MOST_LINES = 10_000
#: What the columns may be called.
NUMBER, REASON, KIND = ("number", "phone", "phone number"), ("reason", "why"), ("kind", "mark")


@dataclass(frozen=True, slots=True)
class Listed:
    """A line that can be used."""

    line: int
    number: Number
    kind: MarkKind
    why: str


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot, and what to mend."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class MarkList:
    """The list, read."""

    good: tuple[Listed, ...]
    bad: tuple[BadLine, ...]


def read(text: str) -> MarkList:
    """Every line, good or bad; lines count from 1, the heading among them."""
    rows = _rows(text)
    try:
        heading = next(rows, None)
        columns = _Columns.of(heading[1]) if heading else None
        if columns is None:
            why = "The first line must name the columns: number, reason and, if wanted, kind."
            return MarkList((), (BadLine(1, why),))
        return _read(rows, columns)
    except csv.Error as error:
        return MarkList((), (BadLine(1, f"This is no list of comma-separated values: {error}."),))


def _read(rows: Iterator[tuple[int, list[str]]], columns: "_Columns") -> MarkList:
    good: dict[tuple[Number, MarkKind], Listed] = {}
    bad = []
    for line, cells in rows:
        found = columns.listed(line, cells)
        if isinstance(found, BadLine):
            bad.append(found)
        elif (before := good.get((found.number, found.kind))) is not None:
            bad.append(BadLine(line, f"This number is on line {before.line} already."))
        elif len(good) == MOST_LINES:
            bad.append(BadLine(line, f"A list has at most {MOST_LINES:,} numbers. Put the rest in another."))
            break
        else:
            good[found.number, found.kind] = found
    return MarkList(tuple(good.values()), tuple(bad))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines with anything in them, each with its number."""
    first = text.partition("\n")[0]
    reader = csv.reader(text.splitlines(), delimiter=max(",;\t", key=first.count))
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]
        line = reader.line_num + 1


@dataclass(frozen=True, slots=True)
class _Columns:
    number: int
    reason: int
    kind: int | None

    @classmethod
    def of(cls, heading: list[str]) -> "_Columns | None":
        names = [name.casefold() for name in heading]
        number, reason, kind = (_place(names, each) for each in (NUMBER, REASON, KIND))
        return None if number is None or reason is None else cls(number, reason, kind)

    def listed(self, line: int, cells: list[str]) -> Listed | BadLine:
        written, why, kind = _cell(cells, self.number), _cell(cells, self.reason), _cell(cells, self.kind)
        number = Number.parse(written)
        if not written:
            return BadLine(line, "The number is missing.")
        if number is None:
            return BadLine(line, f"{written!r} is not a phone number.")
        if number.e164.startswith("+1") and not number.is_north_american:
            return BadLine(line, f"{written!r} has no area code.")
        if not why:
            return BadLine(line, "The reason is missing.")
        if kind and kind.casefold() not in list(MarkKind):
            return BadLine(line, f"{kind!r} is no kind of mark; there are: {', '.join(MarkKind)}.")
        return Listed(line, number, MarkKind(kind.casefold() or MarkKind.NEVER), why)


def _place(names: list[str], wanted: tuple[str, ...]) -> int | None:
    return next((place for place, name in enumerate(names) if name in wanted), None)


def _cell(cells: list[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""
