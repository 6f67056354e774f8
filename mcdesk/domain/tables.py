"""The rule tables: CSV text to rows, with errors that name the line.

Must not: know what a row means, or open files.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence


class BadTable(ValueError):
    """A rule table that cannot be used: which line, and what is wrong with it."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(f"line {line}: {why}")
        self.line = line


def rows_of(lines: Iterable[str], columns: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row with its line number (from 1). Lines that begin with # are comments. Raises BadTable."""
    numbers: list[int] = []

    def bare() -> Iterator[str]:
        for number, line in enumerate(lines, start=1):
            if line.strip() and not line.startswith("#"):
                numbers.append(number)
                yield line

    reader = csv.DictReader(bare(), strict=True)
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise BadTable(numbers[0] if numbers else 1, f"the column {missing[0]!r} is missing")
    try:
        for row in reader:
            if None in row or None in row.values():
                raise BadTable(numbers[-1], f"expected {len(reader.fieldnames or ())} values")
            yield numbers[-1], {name: value.strip() for name, value in row.items()}
    except csv.Error as error:
        raise BadTable(numbers[-1], f"not a CSV row: {error}") from error
