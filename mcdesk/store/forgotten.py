"""Numbers of deleted people, as keyed hashes: what is left so that an opt-out or a mark outlives its person.

Must not: delete anybody (`engine/forgetting` does).

Where the office key was lost, the hashes are of a number key nobody has any more. Such a row then stands for
every number with its last four digits: rather one text too few.
"""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Row, and_, bindparam, func, or_, select, update

from mcdesk.domain.facts import Sent, TextClass
from mcdesk.domain.marks import MarkKind
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


def _is_kept(said: ColumnElement[bool], otherwise: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether this was said of a number that is one of them, or may be, and `otherwise` of that."""
    return or_(
        select(forgotten.c.number_key).where(_EXACT, said).exists(),
        and_(
            select(forgotten.c.number_key).where(_OF_LOST_KEY, otherwise).exists(),
            ~select(forgotten.c.number_key).where(_EXACT).exists(),
        ),
    )


#: Whether a number is one of them and had opted out, or was marked; the values are those of `values`.
OPTED_OUT = _is_kept(forgotten.c.opted_out, forgotten.c.opted_out)
#: Whoever only ends like a blocked number may call.
NEVER = _is_kept(forgotten.c.never, or_(forgotten.c.never, forgotten.c.blocked))
BLOCKED = select(forgotten.c.number_key).where(_EXACT, forgotten.c.blocked).exists()
#: Whether it was deleted after `since`, so that `texts` may know of some.
DELETED_LATELY = select(forgotten.c.number_key).where(_EXACT, forgotten.c.at > bindparam("since")).exists()
#: What was said of a number that must outlive its person, and the reason for it that is left.
MARKS = frozenset({MarkKind.NEVER, MarkKind.BLOCKED})
BEFORE_DELETION = "so marked before their record was deleted"
_OPTED_OUT = Prepared(select(OPTED_OUT))
_MARKED = Prepared(select(NEVER.label("never"), BLOCKED.label("blocked")))
_DELETED_AT = Prepared(select(forgotten.c.at).where(_EXACT))
_LOST_AT = Prepared(select(func.min(forgotten.c.at)).where(_OF_LOST_KEY))
_TEXTS = Prepared(select(forgotten.c.texts).where(_EXACT))
_CHANGE = update(forgotten).where(forgotten.c.number_key == bindparam("key"))
_OPT_OUT = _CHANGE.values(opted_out=True)
_SAID = ("opted_out", "never", "blocked")
_SAID_TOO = _CHANGE.values(
    {name: or_(forgotten.c[name], bindparam(f"{name}_", type_=Boolean)) for name in _SAID}
)
_RELEASED = _CHANGE.values(opted_out=False, by=bindparam("by_"))
_KEEP = insert_or_replace(forgotten, ("number_key",), ("opted_out", "never", "blocked", "texts", "at", "by"))
_UNMARK = {
    MarkKind.NEVER: _CHANGE.values(never=False),
    MarkKind.BLOCKED: _CHANGE.values(blocked=False),
}
_OF_OTHER_KEYS = select(func.count()).where(
    func.substr(forgotten.c.number_key, 1, ID_LENGTH) != bindparam("key_id"),
    or_(forgotten.c.opted_out, forgotten.c.never, forgotten.c.blocked),
)


def values(numbers: NumberKey, number: Number) -> dict[str, Any]:
    """What `OPTED_OUT` is asked with."""
    return {"number_key": numbers.of(number), "key_id": numbers.id, "last_four": number.e164[-4:]}


def is_opted_out(tx: Tx, numbers: NumberKey, number: Number) -> bool:
    """Whether it is a deleted person's who had opted out."""
    return bool(tx.value(_OPTED_OUT, values(numbers, number)))


def keep(
    tx: Tx,
    numbers: NumberKey,
    number: Number,
    *,
    opted_out: bool,
    by: str,
    marked: Collection[MarkKind] = (),
    texts: Sequence[Sent] = (),
    at: datetime | None = None,
) -> None:
    """Its person is deleted; only this stays. `texts`: those of the last 24 h. `at`: when, if not now."""
    values = {
        "number_key": numbers.of(number),
        "last_four": number.e164[-4:],
        "opted_out": opted_out,
        "never": MarkKind.NEVER in marked,
        "blocked": MarkKind.BLOCKED in marked,
        "texts": [{"at": each.at.timestamp(), "class": str(each.text_class)} for each in texts],
    }
    tx.run(_KEEP, {**values, "at": at or tx.now, "by": by})


def marked(tx: Tx, numbers: NumberKey, number: Number) -> dict[MarkKind, str]:
    """What was said of a deleted person's number, each with the reason that is left."""
    row = tx.first(_MARKED, values(numbers, number))
    assert row is not None
    said = {MarkKind.NEVER: row.never, MarkKind.BLOCKED: row.blocked}
    return {kind: BEFORE_DELETION for kind, is_said in said.items() if is_said}


def unmark(tx: Tx, numbers: NumberKey, number: Number, kind: MarkKind) -> None:
    """A person took it back."""
    if kind not in marked(tx, numbers, number):
        return
    if tx.first(_DELETED_AT, values(numbers, number)) is None:
        _known_by_itself(
            tx, numbers, number, opted_out=is_opted_out(tx, numbers, number), by="the office", marked=()
        )
    tx.run(_UNMARK[kind], {"key": numbers.of(number)})


def texts(tx: Tx, numbers: NumberKey, number: Number, *, since: datetime) -> tuple[Sent, ...]:
    """What was texted to a deleted person since then, oldest first."""
    kept = tx.value(_TEXTS, {"number_key": numbers.of(number)}) or ()
    found = (
        Sent(at=datetime.fromtimestamp(each["at"], UTC), text_class=TextClass(each["class"])) for each in kept
    )
    return tuple(each for each in found if each.at > since)


def take_over(tx: Tx, row: Row[Any]) -> bool:
    """A deletion that another database knows of, with what it kept. False if it is known here; what was said
    there of the number counts all the same, for it may have become known later."""
    known = tx.first(_DELETED_AT, {"number_key": row.number_key})
    if known is not None and known.at >= row.at:
        tx.run(_SAID_TOO, {"key": row.number_key, **{f"{name}_": row._mapping[name] for name in _SAID}})
        return False
    names = ("number_key", "last_four", "opted_out", "never", "blocked", "texts", "at", "by")
    tx.run(_KEEP, {name: row._mapping[name] for name in names})
    return True


def opt_out(tx: Tx, numbers: NumberKey, number: Number) -> None:
    """A text of theirs from before the deletion, read only now, asked for it."""
    tx.run(_OPT_OUT, {"key": numbers.of(number)})


def release(tx: Tx, numbers: NumberKey, number: Number) -> bool:
    """Whoever has the number now opted in. False if it was not one of them, or had not opted out."""
    if not is_opted_out(tx, numbers, number):
        return False
    if not tx.run(_RELEASED, {"key": numbers.of(number), "by_": "the person"}).rowcount:
        still = marked(tx, numbers, number)
        _known_by_itself(tx, numbers, number, opted_out=False, by="the person", marked=still)
    return True


def _known_by_itself(
    tx: Tx, numbers: NumberKey, number: Number, *, opted_out: bool, by: str, marked: Collection[MarkKind]
) -> None:
    """Of a lost key: from now on this very number is known. Nobody is deleted by that, and nobody knows which
    of those with its digits it is: dated as the first, no later call of theirs is taken for an older one."""
    at = tx.value(_LOST_AT, values(numbers, number))
    keep(tx, numbers, number, opted_out=opted_out, by=by, marked=marked, at=at)


def deleted_at(tx: Tx, numbers: NumberKey, number: Number) -> datetime | None:
    """When the record of whoever had the number was deleted, the last time. None also where that lies ahead
    of now, by a wrong clock: whatever they do next would be taken for older."""
    at: datetime | None = tx.value(_DELETED_AT, {"number_key": numbers.of(number)})
    return at if at is None or at <= tx.now else None


def of_other_keys(tx: Tx, numbers: NumberKey) -> int:
    """Opt-outs and marks that are known by their last four digits only."""
    return int(tx.value(_OF_OTHER_KEYS, {"key_id": numbers.id}))
