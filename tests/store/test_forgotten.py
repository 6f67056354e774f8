"""Opt-outs of deleted people are found by a keyed hash, and by the last digits where the key was lost.

Must not: delete anybody.
"""

import pytest
from sqlalchemy import select

from mcdesk.domain.marks import MarkKind
from mcdesk.domain.number_key import NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.store import forgotten, schema
from mcdesk.store.database import Database

KEY, OTHER_KEY = NumberKey(bytes(range(32))), NumberKey(bytes(range(1, 33)))
ANA, SAME_FOUR, SOMEBODY = Number("+14155550142"), Number("+16175550142"), Number("+14155550177")


def test_a_hash_is_the_same_each_time_and_tells_neither_number_nor_key() -> None:
    assert KEY.of(ANA) == KEY.of(ANA) == "5aeb4712:" + KEY.of(ANA)[9:]
    assert len({KEY.of(ANA), KEY.of(SOMEBODY), OTHER_KEY.of(ANA)}) == 3
    assert "5550142" not in KEY.of(ANA)
    assert KEY.key.hex() not in repr(KEY)
    assert NumberKey.draw() != NumberKey.draw()


@pytest.mark.parametrize("opted_out", [True, False])
def test_o8_a_deleted_persons_opt_out_is_known_by_the_number_alone(
    database: Database, opted_out: bool
) -> None:
    database.write(lambda tx: forgotten.keep(tx, KEY, ANA, opted_out=opted_out, by="Maria")).result()
    (row,) = database.read(lambda tx: tx.all(select(schema.forgotten))).result()
    assert (row.last_four, row.opted_out, row.by) == ("0142", opted_out, "Maria")
    found = [forgotten.is_opted_out, forgotten.is_opted_out, forgotten.is_opted_out]
    asked = zip(found, (ANA, SAME_FOUR, SOMEBODY), strict=True)
    assert [database.read(lambda tx, f=f, n=n: f(tx, KEY, n)).result() for f, n in asked] == [  # type: ignore[misc]
        opted_out, False, False,
    ]  # fmt: skip


def test_with_a_lost_key_the_last_four_digits_count(database: Database) -> None:
    database.write(lambda tx: forgotten.keep(tx, OTHER_KEY, ANA, opted_out=True, by="Maria")).result()
    assert database.read(lambda tx: forgotten.is_opted_out(tx, KEY, ANA)).result()
    assert database.read(lambda tx: forgotten.is_opted_out(tx, KEY, SAME_FOUR)).result()
    assert not database.read(lambda tx: forgotten.is_opted_out(tx, KEY, SOMEBODY)).result()
    assert database.read(lambda tx: forgotten.of_other_keys(tx, KEY)).result() == 1
    assert database.read(lambda tx: forgotten.of_other_keys(tx, OTHER_KEY)).result() == 0


def test_with_a_lost_key_nobody_is_blocked_but_such_numbers_are_not_texted(database: Database) -> None:
    blocked = [MarkKind.BLOCKED]
    database.write(
        lambda tx: forgotten.keep(tx, OTHER_KEY, ANA, opted_out=False, by="Maria", marked=blocked)
    ).result()
    marked = {each: database.read(lambda tx, n=each: forgotten.marked(tx, KEY, n)).result().keys()  # type: ignore[misc]
              for each in (ANA, SAME_FOUR, SOMEBODY)}  # fmt: skip
    assert database.read(lambda tx: forgotten.of_other_keys(tx, KEY)).result() == 1
    assert marked == {ANA: {MarkKind.NEVER}, SAME_FOUR: {MarkKind.NEVER}, SOMEBODY: set()}
    database.write(lambda tx: forgotten.unmark(tx, KEY, SAME_FOUR, MarkKind.NEVER)).result()
    assert database.read(lambda tx: forgotten.marked(tx, KEY, SAME_FOUR)).result() == {}
    assert database.read(lambda tx: forgotten.marked(tx, KEY, ANA)).result().keys() == {MarkKind.NEVER}


def test_o8_only_whoever_opts_in_is_released(database: Database) -> None:
    database.write(lambda tx: forgotten.keep(tx, OTHER_KEY, ANA, opted_out=True, by="Maria")).result()
    assert database.write(lambda tx: forgotten.release(tx, KEY, SAME_FOUR)).result()
    assert not database.write(lambda tx: forgotten.release(tx, KEY, SAME_FOUR)).result(), "done already"
    assert not database.read(lambda tx: forgotten.is_opted_out(tx, KEY, SAME_FOUR)).result()
    assert database.read(lambda tx: forgotten.is_opted_out(tx, KEY, ANA)).result()
