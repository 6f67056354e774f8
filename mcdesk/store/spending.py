"""What the office's texts of a day came to.

Must not: know prices or limits (`domain/office` does).
"""

from mcdesk.store.inserting import insert_or_add
from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import spending
from mcdesk.store.transaction import Tx

_ADD = Prepared(insert_or_add(spending, ("day",), ("texts", "segments")))


def handed_over(tx: Tx, *, day: str, segments: int) -> None:
    """One text more, of so many segments. `day`: the office's, as ``2026-11-21``."""
    tx.run(_ADD, {"day": day, "texts": 1, "segments": segments})
