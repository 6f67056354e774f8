"""Opt-outs of deleted people are found by a keyed hash, and by the last digits where the key was lost.

Must not: delete anybody.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from mcdesk.domain.marks import MarkKind
from mcdesk.domain.number_key import NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.store import forgotten, schema
from mcdesk.store.database import Database
from mcdesk.store.transaction import Tx
from tests.store.conftest import NOW

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


@pytest.mark.parametrize("said_again", [
    lambda tx: forgotten.release(tx, KEY, ANA),
    lambda tx: forgotten.unmark(tx, KEY, ANA, MarkKind.NEVER),
], ids=["opted in", "unmarked"])  # fmt: skip
def test_s8_with_a_lost_key_what_is_said_of_a_number_later_is_no_deletion(
    database: Database, said_again: Callable[[Tx], Any]
) -> None:
    before = NOW - timedelta(days=30)
    for number, at in ((ANA, before), (SAME_FOUR, NOW)):
        database.write(
            lambda tx, n=number, at=at: forgotten.keep(  # type: ignore[misc]
                tx, OTHER_KEY, n, opted_out=True, by="Maria", marked=[MarkKind.NEVER], at=at
            )
        ).result()
    database.write(said_again).result()
    assert database.read(lambda tx: forgotten.deleted_at(tx, KEY, ANA)).result() == before


def test_s8_a_deletion_ahead_of_now_was_dated_by_a_wrong_clock(database: Database) -> None:
    for minutes, known in ((0, NOW), (1, None)):
        at = NOW + timedelta(minutes=minutes)
        database.write(
            lambda tx, at=at: forgotten.keep(tx, KEY, ANA, opted_out=True, by="Maria", at=at)  # type: ignore[misc]
        ).result()
        assert database.read(lambda tx: forgotten.deleted_at(tx, KEY, ANA)).result() == known
        assert database.read(lambda tx: forgotten.is_opted_out(tx, KEY, ANA)).result()


@pytest.mark.parametrize("said", ["opted_out", "never", "blocked"])
def test_o2_what_another_database_heard_of_a_deletion_known_here_counts(
    database: Database, said: str
) -> None:
    """The copy knows the deletion, and was made before the opt-out of earlier was read."""
    names = ("opted_out", "never", "blocked")

    def found(tx: Tx) -> dict[str, bool]:
        row = tx.first(select(schema.forgotten))
        assert row is not None
        return {name: row._mapping[name] for name in names}

    def work(tx: Tx) -> None:
        forgotten.keep(tx, KEY, ANA, opted_out=False, by="Maria")
        tx.run(update(schema.forgotten).values({said: True}))
        elsewhere = tx.first(select(schema.forgotten))
        assert elsewhere is not None
        tx.run(update(schema.forgotten).values({name: name == "blocked" for name in names}))
        assert not forgotten.take_over(tx, elsewhere), "the deletion is known"
        assert found(tx) == {name: name in (said, "blocked") for name in names}

    database.write(work).result()
