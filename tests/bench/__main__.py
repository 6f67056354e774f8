"""`python -m tests.bench [PART …] [--json FILE] [--quick]`: prints a table, writes JSON.

Must not: measure anything itself.
"""

import argparse
import asyncio
import os
import platform
import sqlite3
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import flooding, gate, idle, memory, relaying, scale, soak, top_ten, window
from tests.bench.figures import Figure, table, written

PARTS = ("relay", "window", "idle", "gate")
#: Only where asked for: they take their time.
LONG_PARTS = ("profile", "flood", "scale", "memory", "soak")


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m tests.bench")
    arguments.add_argument(
        "parts",
        nargs="*",
        metavar="part",
        help=f"{', '.join(PARTS)} (default: these), {', '.join(LONG_PARTS)}",
    )
    arguments.add_argument("--json", type=Path, help="write the figures there")
    arguments.add_argument("--quick", action="store_true", help="shorter and fewer runs")
    arguments.add_argument("--filled", type=Path, help="where scale finds its filled office, or leaves it")
    arguments.add_argument("--minutes", type=float, default=60.0, help="of the soak (60)")
    given = arguments.parse_args()
    unknown = set(given.parts) - {*PARTS, *LONG_PARTS}
    if unknown:
        arguments.error(
            f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS + LONG_PARTS)}"
        )
    with tempfile.TemporaryDirectory(prefix="mcdesk-bench-", ignore_cleanup_errors=True) as folder:
        conditions = _conditions(Path(folder), quick=given.quick)
        figures: list[Figure] = []
        for part in given.parts or PARTS:
            print(f"measuring: {part} …", file=sys.stderr, flush=True)
            figures += _measure(part, Path(folder), given)
    conditions["load_after"] = os.getloadavg()[0]
    print(table(figures))
    print("; ".join(f"{name}: {value}" for name, value in conditions.items()))
    text = written(figures, conditions)
    if given.json:
        given.json.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)
    return 1 if any(figure.met is False for figure in figures) else 0


def _measure(part: str, folder: Path, given: argparse.Namespace) -> list[Figure]:
    quick: bool = given.quick
    folder = folder / part
    folder.mkdir()
    match part:
        case "relay":
            return asyncio.run(relaying.measure(folder, quick=quick))
        case "window":
            return asyncio.run(window.measure(folder, quick=quick))
        case "idle":
            return asyncio.run(idle.measure(folder, quick=quick))
        case "flood":
            return asyncio.run(flooding.measure(folder, quick=quick))
        case "profile":
            return top_ten.measure(folder, quick=quick)
        case "scale":
            return asyncio.run(scale.measure(folder, quick=quick, kept=given.filled))
        case "memory":
            return asyncio.run(memory.measure(folder, quick=quick))
        case "soak":
            return asyncio.run(soak.measure(folder, minutes=given.minutes))
        case _:
            return gate.measure(quick=quick)


def _conditions(folder: Path, *, quick: bool) -> dict[str, object]:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "commit_ms": round(_commit_milliseconds(folder / "commits.db"), 3),
        "load_before": os.getloadavg()[0],
        "quick": quick,
    }


def _commit_milliseconds(file: Path) -> float:
    """One row on this disk, as both programs store theirs: WAL, FULL."""
    database = sqlite3.connect(file, isolation_level=None)
    for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "CREATE TABLE rows (row)"):
        database.execute(statement)
    began = time.perf_counter()
    for row in range(100):
        database.execute("INSERT INTO rows VALUES (?)", (row,))
    milliseconds = (time.perf_counter() - began) * 10
    database.close()
    return milliseconds


if __name__ == "__main__":
    sys.exit(main())
