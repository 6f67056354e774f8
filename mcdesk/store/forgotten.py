"""Numbers of deleted people, as keyed hashes: what is left so that an opt-out outlives its person.

Must not: delete anybody (`engine/forgetting` does).

Where the office key was lost, the hashes are of a number key nobody has any more. Such a row then stands for
every number with its last four digits: rather one text too few.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update

from mcdesk.domain.number_key import ID_LENGTH, NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.store.inserting import insert_or_replace
from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import forgotten
from mcdesk.store.transaction import Tx

_EXACT = forgotten.c.number_key == bindparam("number_key")
_OF_LOST_KEY = and_(
    forgotten.c.last_four == bindparam("last_four"),
    func.substr(forgotten.c.number_key, 1, ID_LENGTH) != bindparam("key_id"),
)
#: Whether a number is one of them and had opted out; its values are those of `values`.
OPTED_OUT: ColumnElement[bool] = or_(
    select(forgotten.c.number_key).where(_EXACT, forgotten.c.opted_out).exists(),
    and_(
        select(forgotten.c.number_key).where(_OF_LOST_KEY, forgotten.c.opted_out).exists(),
        ~select(forgotten.c.number_key).where(_EXACT).exists(),
    ),
)
_OPTED_OUT = Prepared(select(OPTED_OUT))
_DELETED_AT = Prepared(select(forgotten.c.at).where(_EXACT))
_CHANGE = update(forgotten).where(forgotten.c.number_key == bindparam("key"))
_OPT_OUT = _CHANGE.values(opted_out=True)
_RELEASED = _CHANGE.values(opted_out=False, by=bindparam("by_"))
_KEEP = insert_or_replace(forgotten, ("number_key",), ("opted_out", "at", "by"))
_OF_OTHER_KEYS = select(func.count()).where(
    func.substr(forgotten.c.number_key, 1, ID_LENGTH) != bindparam("key_id"), forgotten.c.opted_out
)


def values(numbers: NumberKey, number: Number) -> dict[str, Any]:
    """What `OPTED_OUT` is asked with."""
    return {"number_key": numbers.of(number), "key_id": numbers.id, "last_four": number.e164[-4:]}


def is_opted_out(tx: Tx, numbers: NumberKey, number: Number) -> bool:
    """Whether it is a deleted person's who had opted out."""
    return bool(tx.value(_OPTED_OUT, values(numbers, number)))


def keep(tx: Tx, numbers: NumberKey, number: Number, *, opted_out: bool, by: str) -> None:
    """Its person is deleted; only this stays."""
    known = {"number_key": numbers.of(number), "last_four": number.e164[-4:]}
    tx.run(_KEEP, {**known, "opted_out": opted_out, "at": tx.now, "by": by})


def opt_out(tx: Tx, numbers: NumberKey, number: Number) -> None:
    """A text of theirs from before the deletion, read only now, asked for it."""
    tx.run(_OPT_OUT, {"key": numbers.of(number)})


def release(tx: Tx, numbers: NumberKey, number: Number) -> bool:
    """Whoever has the number now opted in. False if it was not one of them, or had not opted out."""
    if not is_opted_out(tx, numbers, number):
        return False
    if not tx.run(_RELEASED, {"key": numbers.of(number), "by_": "the person"}).rowcount:
        keep(tx, numbers, number, opted_out=False, by="the person")
    return True


def deleted_at(tx: Tx, numbers: NumberKey, number: Number) -> datetime | None:
    """When the record of whoever had the number was deleted, the last time."""
    at: datetime | None = tx.value(_DELETED_AT, {"number_key": numbers.of(number)})
    return at


def of_other_keys(tx: Tx, numbers: NumberKey) -> int:
    """Opt-outs that are known by their last four digits only."""
    return int(tx.value(_OF_OTHER_KEYS, {"key_id": numbers.id}))
