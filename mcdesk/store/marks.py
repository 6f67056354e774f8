"""What the office says of numbers, and what it said of them once.

Must not: decide what follows from a mark.
"""

from typing import Any

from sqlalchemy import Row, bindparam, select, update

from mcdesk.domain.marks import Mark, MarkKind
from mcdesk.domain.number_key import NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.store import forgotten
from mcdesk.store.inserting import insert_unless_there
from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import marks
from mcdesk.store.transaction import Tx

_PUT = Prepared(insert_unless_there(marks, "number", "kind", where="ended_at IS NULL"))
_IN_FORCE = Prepared(
    select(marks.c.kind, marks.c.why).where(
        marks.c.number == bindparam("number_"), marks.c.ended_at.is_(None)
    )
)
_END = Prepared(
    update(marks)
    .where(marks.c.number == bindparam("number_"), marks.c.kind == bindparam("kind_"))
    .where(marks.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"), ended_by=bindparam("by_"))
)
_ALL_IN_FORCE = select(marks).where(marks.c.ended_at.is_(None)).order_by(marks.c.kind, marks.c.id)
_OF_NUMBER = select(marks).where(marks.c.number == bindparam("number_")).order_by(marks.c.id)


def put(tx: Tx, number: Number, kind: MarkKind, *, why: str, by: str) -> bool:
    """Mark it from now on. False if this very mark is in force; another reason takes the old one's place."""
    if _in_writing(tx, number).get(kind) == why:
        return False
    end(tx, number, kind, by=by)
    return bool(
        tx.run(_PUT, {"number": number, "kind": str(kind), "why": why, "by": by, "at": tx.now}).rowcount
    )


def end(tx: Tx, number: Number, kind: MarkKind, *, by: str) -> bool:
    """It holds no longer, and stays as history. False if there was none."""
    values = {"number_": number, "kind_": str(kind), "now": tx.now, "by_": by}
    return bool(tx.run(_END, values).rowcount)


def in_force(tx: Tx, numbers: NumberKey, number: Number) -> dict[MarkKind, str]:
    """The number's marks, each with its reason; also of a deleted person's."""
    return {**forgotten.marked(tx, numbers, number), **_in_writing(tx, number)}


def _in_writing(tx: Tx, number: Number) -> dict[MarkKind, str]:
    return {MarkKind(row.kind): row.why for row in tx.all(_IN_FORCE, {"number_": number})}


def everything(tx: Tx) -> tuple[Mark, ...]:
    """All marks in force, by kind, oldest first."""
    return tuple(_mark(row) for row in tx.all(_ALL_IN_FORCE))


def history(tx: Tx, number: Number) -> tuple[Mark, ...]:
    """All that was ever said of a number, oldest first."""
    return tuple(_mark(row) for row in tx.all(_OF_NUMBER, {"number_": number}))


def _mark(row: Row[Any]) -> Mark:
    return Mark(
        number=row.number,
        kind=MarkKind(row.kind),
        why=row.why,
        by=row.by,
        at=row.at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )
