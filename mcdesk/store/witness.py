"""The ends of the chains of evidence in a file beside the backups: what is cut off a chain is missed.

Must not: follow a chain (`evidence` does), or be kept in the database it is to witness.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mcdesk.store.copies import FOLDER_NAME
from mcdesk.store.evidence import CHAINS, Chain
from mcdesk.store.transaction import StoreTrouble, Tx

FILE_NAME = "evidence-ends.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The last row of a chain as it was then."""

    at: datetime
    chain: str
    row: int
    digest: str


def ends(tx: Tx) -> list[End]:
    """Of each chain that has rows."""
    found = ((chain.table.name, chain.end(tx)) for chain in CHAINS)
    return [End(at=tx.now, chain=name, row=end[0], digest=end[1]) for name, end in found if end is not None]


def write_down(folder: Path, found: list[End]) -> None:
    """Those that are news. Raises StoreTrouble."""
    known = {each.chain: (each.row, each.digest) for each in written(folder)}
    news = [each for each in found if known.get(each.chain) != (each.row, each.digest)]
    if news:
        _append(
            folder,
            [
                {"at": each.at.isoformat(), "chain": each.chain, "row": each.row, "digest": each.digest}
                for each in news
            ],
        )


def was_restored(folder: Path) -> None:
    """A copy was put back: from here on its ends count. Raises StoreTrouble."""
    if (folder / FOLDER_NAME / FILE_NAME).exists():
        _append(folder, [{"at": datetime.now(UTC).isoformat(), "restored": True}])


def written(folder: Path) -> list[End]:
    """Oldest first, since a copy was put back the last time. Raises StoreTrouble."""
    try:
        text = (folder / FOLDER_NAME / FILE_NAME).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreTrouble(
            f"{folder / FOLDER_NAME / FILE_NAME} cannot be read ({error.strerror})."
        ) from error
    found: list[End] = []
    for line in text.splitlines():
        try:
            said = json.loads(line)
            if said.get("restored"):
                found.clear()
            else:
                at = datetime.fromisoformat(said["at"])
                found.append(End(at=at, chain=said["chain"], row=said["row"], digest=said["digest"]))
        except (ValueError, KeyError, AttributeError):
            # The power failed while it was written.
            continue
    return found


def missing(tx: Tx, chain: Chain, known: list[End]) -> End | None:
    """The first that the chain does not have any more."""
    of_chain = [each for each in known if each.chain == chain.table.name]
    return next((each for each in of_chain if not chain.has(tx, each.row, each.digest)), None)


def _append(folder: Path, lines: list[dict[str, object]]) -> None:
    path = folder / FOLDER_NAME / FILE_NAME
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.writelines(_in_writing(lines))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreTrouble(f"{path} cannot be written ({error.strerror}).") from error


def _in_writing(lines: list[dict[str, object]]) -> Iterator[str]:
    # What a power failure left half written ends here.
    yield "\n"
    for line in lines:
        yield f"{json.dumps(line)}\n"
