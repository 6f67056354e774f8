"""A list of numbers to be marked, as a spreadsheet saves it: columns number, reason and, if wanted, kind.

Must not: know which numbers are marked already.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mcdesk.domain.marks import MarkKind
from mcdesk.domain.numbers import Number

#: A longer list would hold up everything else while it is written.
MOST_LINES = 10_000
#: What a column with more numbers may be called.
_OTHER_NUMBERS = re.compile(r"number|phone|mobile|cell|\btel|fax")
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
        if heading is None or columns is None:
            why = "The first line must name the columns: number, reason and, if wanted, kind."
            return MarkList((), (BadLine(1, why),))
        left_out = (BadLine(heading[0], why) for why in columns.left_out(heading[1]))
        found = _read(rows, columns)
        return MarkList(found.good, (*left_out, *found.bad))
    except _BadRow as bad:
        return MarkList((), (BadLine(bad.line, str(bad)),))


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


class _BadRow(ValueError):
    """From this line on the list cannot be read."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines with anything in them, each with its number. Raises _BadRow."""
    first, lines = text.partition("\n")[0], text.splitlines()
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            why = f"A quotation mark on this line is not closed, or stands alone ({error}). Mend it."
            raise _BadRow(line, why) from error
        if cells is None:
            return
        if any(_has_number(each, delimiter) for each in lines[line : reader.line_num]):
            raise _BadRow(line, "A quotation mark on this line swallows the numbers below. Close it.")
        if any(cell.strip() for cell in cells):
            yield line, [cell.strip() for cell in cells]
        line = reader.line_num + 1


def _has_number(line: str, delimiter: str) -> bool:
    return any(Number.parse(cell.strip(' "')) is not None for cell in line.split(delimiter))


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

    def left_out(self, heading: list[str]) -> Iterator[str]:
        """What is wrong with other columns that have numbers, it seems: none of theirs would be marked."""
        for place, name in enumerate(heading):
            if place not in (self.number, self.reason, self.kind) and _OTHER_NUMBERS.search(name.casefold()):
                yield f"The column {name!r} is not read. Give each of its numbers a line of its own."

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
