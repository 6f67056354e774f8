"""A prepared statement does what the same statement does through SQLAlchemy."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from mcdesk.domain.numbers import Number
from mcdesk.store.database import Database
from mcdesk.store.opening import open_database
from mcdesk.store.prepared import Prepared, one_of
from mcdesk.store.schema import contacts, jobs
from mcdesk.store.transaction import Tx

NOW = datetime(2026, 11, 21, 18, 0, 0, 123456, tzinfo=UTC)
NEW = insert(contacts)
BY_NUMBER = select(contacts).where(contacts.c.number == bindparam("number_"))
RENAME = update(contacts).where(contacts.c.id == bindparam("contact")).values(name=bindparam("name_"))
JOB = insert(jobs)
WAITING = select(jobs.c.work, jobs.c.paced, jobs.c.state).where(one_of(jobs.c.state, "waiting", "check"))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(tmp_path, now=lambda: NOW)
    yield database
    database.close()


def test_rows_and_values_are_the_same_both_ways(database: Database) -> None:
    number = Number("+14155550142")

    def work(tx: Tx) -> None:
        contact = tx.insert(Prepared(NEW), {"number": number, "at": NOW, "name": None})
        assert tx.run(Prepared(RENAME), {"contact": contact, "name_": "Ana"}).rowcount == 1
        plain = tx.first(BY_NUMBER, {"number_": number})
        fast = tx.first(Prepared(BY_NUMBER), {"number_": number})
        assert plain is not None
        assert fast is not None
        assert tuple(fast) == tuple(plain)
        assert (fast.id, fast.number, fast.name, fast.at) == (contact, number, "Ana", NOW)
        assert tx.value(Prepared(BY_NUMBER), {"number_": Number("+14155550143")}) is None
        tx.run(JOB, {"key": "a", "kind": "k", "channel": "c", "work": {"a": 1}, "due": NOW, "at": NOW})
        assert list(map(tuple, tx.all(Prepared(WAITING)))) == list(map(tuple, tx.all(WAITING)))
        assert tx.all(Prepared(WAITING))[0].work == {"a": 1}

    database.write(work).result()


def test_a_value_that_is_not_given_is_an_error_not_a_null(database: Database) -> None:
    def work(tx: Tx) -> None:
        tx.run(Prepared(RENAME), {"contact": 1})

    with pytest.raises(KeyError, match="name_"):
        database.write(work).result()


def test_errors_are_sqlalchemys_and_undo_the_unit(database: Database) -> None:
    number = Number("+14155550142")

    def work(tx: Tx) -> None:
        tx.insert(Prepared(NEW), {"number": number, "at": NOW})
        tx.insert(Prepared(NEW), {"number": number, "at": NOW})

    with pytest.raises(IntegrityError):
        database.write(work).result()
    assert database.read(lambda tx: tx.first(BY_NUMBER, {"number_": number})).result() is None


def test_a_list_that_is_not_written_out_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="one_of"):
        database.read(lambda tx: tx.all(Prepared(select(jobs.c.id).where(jobs.c.state.in_(["a"]))))).result()
