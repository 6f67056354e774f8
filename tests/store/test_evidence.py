"""Chains of evidence on either database: what was meddled with shows, and forgetting leaves them whole.

Must not: look at what the gate answers.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update

from mcdesk.domain.facts import Decision
from mcdesk.store import evidence, schema
from mcdesk.store.database import Database
from mcdesk.store.evidence import CONSENTS, DECISIONS, Verified
from mcdesk.store.opening import FILE_NAME, open_database
from mcdesk.store.transaction import Tx
from tests.store import released
from tests.store.conftest import NOW, Opener

TABLE = schema.decisions
ANSWER = Decision(
    answer="hold",
    why=("It is night where they are: „hasta mañana“.",),
    rule="Q-1",
    until=NOW + timedelta(hours=7, microseconds=3),
    zones=("America/Los_Angeles",),
    windows={"CA in America/Los_Angeles": "09:00 to 21:00"},
    counters={"24 h": 1},
    rules_version="2026-11-21",
)


def decide(tx: Tx, answer: Decision = ANSWER) -> None:
    evidence.decided(tx, answer, lead=None, message=None, moment="sent", text_class="ack")


def decided(database: Database, count: int) -> list[int]:
    """So many answers, some of them in one commit; their numbers."""
    for unit in [database.write(decide) for _ in range(count)]:
        unit.result()
    return [row.id for row in database.read(lambda tx: tx.all(select(TABLE.c.id).order_by("id"))).result()]


def verified(database: Database) -> Verified:
    return database.read(DECISIONS.verify).result()


def change(database: Database, row: int, values: Mapping[str, Any]) -> None:
    database.write(lambda tx: tx.run(update(TABLE).where(TABLE.c.id == row).values(values))).result()


def test_an_untouched_chain_is_whole_and_its_end_is_told(database: Database) -> None:
    assert verified(database) == Verified("decisions", 0, 0, "")
    last = decided(database, 5)[-1]
    digest = database.read(lambda tx: tx.value(select(TABLE.c.digest).where(TABLE.c.id == last))).result()
    assert verified(database) == Verified("decisions", 5, 0, digest)


def test_it_is_followed_past_one_page(database: Database) -> None:
    def work(tx: Tx) -> None:
        for _ in range(evidence.PAGE + 2):
            decide(tx)

    database.write(work).result()
    assert verified(database).rows == evidence.PAGE + 2


@pytest.mark.parametrize(
    "values",
    [
        {"answer": "send"},
        {"at": NOW + timedelta(microseconds=1)},
        {"until": None},
        {"moment": "queued"},
        {"evidence": {"why": ["They said yes."]}},
        {"digest": None},
        {"digest": "0" * 64},
    ],
    ids=lambda values: "-".join(values),
)
def test_a_changed_word_shows_at_its_row(database: Database, values: dict[str, Any]) -> None:
    rows = decided(database, 4)
    change(database, rows[1], values)
    assert (verified(database).broken, verified(database).rows) == (rows[1], 1)


@pytest.mark.parametrize("removed", [0, 1, 2])
def test_a_removed_row_shows_at_the_next(database: Database, removed: int) -> None:
    rows = decided(database, 4)
    database.write(lambda tx: tx.run(delete(TABLE).where(TABLE.c.id == rows[removed]))).result()
    assert verified(database).broken == rows[removed + 1]


def test_a_swapped_pair_shows(database: Database) -> None:
    rows = decided(database, 4)
    for old, new in ((rows[1], 900), (rows[2], rows[1]), (900, rows[2])):
        change(database, old, {"id": new})
    assert verified(database).broken == rows[1]


def test_s8_a_row_under_another_number_shows_though_nothing_else_changed(database: Database) -> None:
    """What refers to an entry by its number would refer to another one."""
    rows = decided(database, 4)
    change(database, rows[-1], {"id": rows[-1] + 5})
    assert verified(database).broken == rows[-1] + 5
    change(database, rows[-1] + 5, {"id": rows[-1]})
    for row in reversed(rows):
        change(database, row, {"id": row + 1})
    assert verified(database).broken == rows[0] + 1


def test_a_row_put_in_shows_though_it_repeats_the_digest_before_it(database: Database) -> None:
    rows = decided(database, 3)

    def put_in(tx: Tx) -> None:
        row = tx.first(select(TABLE).where(TABLE.c.id == rows[-1]))
        assert row is not None
        tx.run(insert(TABLE), {**row._mapping, "id": rows[-1] + 1})

    database.write(put_in).result()
    assert verified(database).broken == rows[-1] + 1


def test_a_part_that_was_undone_leaves_no_link(database: Database) -> None:
    def work(tx: Tx) -> None:
        decide(tx)
        with pytest.raises(LookupError):
            tx.shelter(lambda: fail(tx))
        decide(tx)

    def fail(tx: Tx) -> None:
        decide(tx)
        raise LookupError

    database.write(work).result()
    assert (verified(database).rows, verified(database).broken) == (2, None)


def test_desks_of_one_office_write_one_chain_in_turn(open_one: Opener) -> None:
    desks = [open_one(), open_one()]
    for unit in [desks[each % 2].write(decide) for each in range(60)]:
        unit.result()
    assert (verified(desks[0]).rows, verified(desks[0]).broken) == (60, None)


def test_rows_of_before_there_were_digests_are_told_apart_and_the_next_are_linked(tmp_path: Path) -> None:
    released.leave(tmp_path / FILE_NAME, "0002")
    database = open_database(tmp_path, now=lambda: NOW)
    assert (verified(database).rows, verified(database).unlinked, verified(database).broken) == (0, 1, None)
    rows = decided(database, 3)
    assert (verified(database).rows, verified(database).unlinked, verified(database).broken) == (3, 1, None)
    database.write(lambda tx: tx.run(text("UPDATE decisions SET digest = NULL"))).result()
    assert verified(database).broken == rows[1], "digests taken away do not make rows old"
    database.close()


def test_what_is_forgotten_leaves_a_chain_that_can_be_followed(database: Database) -> None:
    rows = decided(database, 6)
    end = verified(database).digest
    forget = {"first_kept": rows[4], "most": 3}
    assert database.write(lambda tx: DECISIONS.forget(tx, **forget)).result() == 3
    assert (verified(database).rows, verified(database).broken) == (3, None)
    assert database.write(lambda tx: DECISIONS.forget(tx, **forget)).result() == 1
    assert database.write(lambda tx: DECISIONS.forget(tx, **forget)).result() == 0
    assert (verified(database).rows, verified(database).digest) == (2, end)
    database.write(lambda tx: tx.run(delete(TABLE).where(TABLE.c.id == rows[4]))).result()
    assert verified(database).broken == rows[5], "a row less than was forgotten"


def test_s8_a_noted_end_is_had_until_it_is_cut_off_or_old_enough_to_go(database: Database) -> None:
    noted = []
    for first_kept in (0, 3, 99):
        decided(database, 3)
        end = database.read(DECISIONS.end).result()
        assert end is not None
        noted.append(end)
        change = {"first_kept": first_kept, "most": 99}
        database.write(lambda tx, change=change: DECISIONS.forget(tx, **change)).result()  # type: ignore[misc]
        for row, digest in noted:
            assert database.read(lambda tx, row=row, digest=digest: DECISIONS.has(tx, row, digest)).result()  # type: ignore[misc]
    row, digest = noted[-1]
    last = decided(database, 1)[-1]
    assert last > row, "no number is given out again"
    assert not database.read(lambda tx: DECISIONS.has(tx, last, digest)).result()
    assert not database.read(lambda tx: DECISIONS.has(tx, last + 1, digest)).result()


def test_a_chain_that_was_forgotten_whole_goes_on(database: Database) -> None:
    rows = decided(database, 2)
    database.write(lambda tx: DECISIONS.forget(tx, first_kept=rows[-1] + 1, most=9)).result()
    end = verified(database)
    assert (end.rows, end.broken) == (0, None)
    decided(database, 2)
    assert (verified(database).rows, verified(database).broken) == (2, None)
    change(database, database.read(lambda tx: int(tx.value(select(TABLE.c.id)))).result(), {"digest": None})
    assert verified(database).broken is not None


def test_the_ledger_is_a_chain_of_its_own(database: Database) -> None:
    def work(tx: Tx) -> None:
        decide(tx)
        CONSENTS.add(
            tx,
            {
                "at": tx.now,
                "kind": "given",
                "source": "call",
                "number_key": "k",
                "purpose": "",
                "evidence": {},
            },
        )
        decide(tx)

    database.write(work).result()
    assert verified(database).broken is None
    ledger = database.read(CONSENTS.verify).result()
    assert (ledger.name, ledger.rows, ledger.broken) == ("consents", 1, None)
