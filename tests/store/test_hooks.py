"""What arrived is kept as long as it is of use, on both databases.

Must not: know providers.
"""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from mcdesk.domain.numbers import Number
from mcdesk.store import feed, hooks, judging, schema
from mcdesk.store.database import Database
from mcdesk.store.transaction import Tx
from tests.store.conftest import NOW

CALLER = Number("+14155550142")


def keep(database: Database, ages: dict[str, tuple[str, int]]) -> None:
    """Hooks by name, each in a state and so many days old."""

    def work(tx: Tx) -> None:
        for name, (state, days) in ages.items():
            tx.run(
                insert(schema.hooks).values(
                    connection="twilio", kind="call", event_id=name, at=NOW - timedelta(days=days),
                    method="POST", url="u", headers={}, body=b"x", state=state,
                )
            )  # fmt: skip

    database.write(work).result()


def kept(database: Database) -> set[str]:
    return set(database.read(lambda tx: [row.event_id for row in tx.all(select(schema.hooks))]).result())


def forget(database: Database, *, most: int = 100) -> int:
    def work(tx: Tx) -> int:
        return hooks.forget(
            tx, done_before=NOW - timedelta(days=30), odd_before=NOW - timedelta(days=90), most=most
        )

    return database.write(work).result()


def test_what_was_understood_is_forgotten_first_and_what_is_new_never(database: Database) -> None:
    keep(database, {
        "understood": ("done", 31), "understood lately": ("done", 29),
        "odd": ("unknown", 91), "odd lately": ("unknown", 89),
        "failed": ("failed", 91), "failed lately": ("failed", 89),
        "new": ("new", 400),
    })  # fmt: skip
    assert forget(database) == 3
    assert kept(database) == {"understood lately", "odd lately", "failed lately", "new"}
    assert forget(database) == 0


def test_o1_what_may_be_an_opt_out_stays_however_old_until_somebody_has_read_it(database: Database) -> None:
    def work(tx: Tx) -> None:
        tx.run(
            insert(schema.hooks).values(
                connection="twilio", kind="text", event_id="SM1", at=NOW - timedelta(days=400), method="POST",
                url="u", headers={}, body=b"From=%2B14155550142&Body=no+more", state="failed", holds=True,
            )
        )  # fmt: skip

    database.write(work).result()
    assert forget(database) == 0
    assert database.read(lambda tx: judging.is_unreadable(tx, CALLER)).result()
    assert database.write(lambda tx: hooks.let_go(tx, CALLER)).result()
    assert forget(database) == 1


def test_the_oldest_go_first_and_only_so_many_at_once(database: Database) -> None:
    keep(database, {str(days): ("done", days) for days in range(31, 41)})
    assert [forget(database, most=4) for _ in range(4)] == [4, 4, 2, 0]
    keep(database, {str(days): ("done", days) for days in range(31, 41)})
    forget(database, most=4)
    assert kept(database) == {str(days) for days in range(31, 37)}


def test_old_hints_are_forgotten_so_many_at_once_and_new_ones_stay(database: Database) -> None:
    hours = (30, 29, 28, 3, 2)

    def work(tx: Tx) -> None:
        for age in hours:
            tx.run(
                insert(schema.feed).values(
                    at=NOW - timedelta(hours=age), writer="w", kind="touched", ref="[]"
                )
            )

    database.write(work).result()
    pruned = [
        database.write(lambda tx: feed.prune(tx, NOW - timedelta(days=1), most=2)).result() for _ in range(3)
    ]
    assert pruned == [2, 1, 0]
    assert len(database.read(lambda tx: tx.all(select(schema.feed))).result()) == 2


def test_what_waits_is_read_page_by_page_old_and_young_apart(database: Database) -> None:
    keep(database, {"done": ("done", 3), **{str(days): ("new", days) for days in range(9, 0, -1)}})

    def names(found: list[hooks.StoredHook]) -> list[int]:
        return [(NOW - each.at).days for each in found]

    limit = NOW - timedelta(days=4, hours=12)
    first = database.read(lambda tx: hooks.waiting(tx, 3, before=limit)).result()
    second = database.read(lambda tx: hooks.waiting(tx, 3, before=limit, after=first[-1].id)).result()
    assert (names(first), names(second)) == ([9, 8, 7], [6, 5])
    assert names(database.read(lambda tx: hooks.waiting(tx, 9, since=limit)).result()) == [4, 3, 2, 1]
    assert len(database.read(lambda tx: hooks.waiting(tx, 99)).result()) == 9


@pytest.mark.parametrize("state", ["new", "failed"])
def test_o1_no_number_of_requests_hides_the_one_that_names_somebody(database: Database, state: str) -> None:
    def work(tx: Tx) -> None:
        for number in range(hooks.PAGE + 1):
            body = b"From=%2B14155550142&Body=no+more" if number == 0 else b"From=%2B14155550143"
            tx.run(
                insert(schema.hooks).values(
                    connection="twilio", kind="text", event_id=str(number), at=NOW, method="POST", url="u",
                    headers={}, body=body, state=state, holds=state == "failed",
                )
            )  # fmt: skip
        asked = judging.is_unread if state == "new" else judging.is_unreadable
        assert asked(tx, CALLER)
        assert asked(tx, Number("+14155550143"))
        assert not asked(tx, Number("+14155550144"))
        assert hooks.let_go(tx, CALLER) is (state == "failed")
        assert not hooks.let_go(tx, CALLER)

    database.write(work).result()
