"""What the office's texts of a day came to.

Must not: know prices or limits (`domain/office` does).
"""

from sqlalchemy import bindparam, select

from mcdesk.store.inserting import insert_or_add
from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import spending
from mcdesk.store.transaction import Tx

_ADD = Prepared(insert_or_add(spending, ("day",), ("texts", "segments")))


_SEGMENTS = Prepared(select(spending.c.segments).where(spending.c.day == bindparam("day")))


def segments(tx: Tx, *, day: str) -> int:
    """Handed over this day of the office, all texts together."""
    return int(tx.value(_SEGMENTS, {"day": day}) or 0)


def handed_over(tx: Tx, *, day: str, segments: int) -> None:
    """One text more, of so many segments. `day`: the office's, as ``2026-11-21``."""
    tx.run(_ADD, {"day": day, "texts": 1, "segments": segments})
