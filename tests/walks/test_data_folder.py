"""The database under a running office: full disks, newer files, other programs.

Must not: test backup and restore (`tests/store` does).
"""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from mcdesk.simulator import Fault
from mcdesk.store import schema
from mcdesk.store.opening import FILE_NAME
from mcdesk.store.transaction import StoreTrouble, Tx
from tests.walks.conftest import Furnish
from tests.walks.movable import MovableClock
from tests.walks.office import CALLER, Office, eventually, open_office
from tests.walks.strangers import missed_call, post, signed

OTHER = "+14155550143"


@contextmanager
def full_disk(office: Office) -> Iterator[None]:
    """No page more for the writer's connection, as on a disk without room."""
    place = office.open()

    def limit(pages: int) -> None:
        place.database.write(
            lambda tx: tx.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        ).result()

    limit(1)
    try:
        yield
    finally:
        limit(1_000_000_000)


def writers_file(office: Office) -> sqlite3.Connection:
    """The connection that writes, below SQLAlchemy."""

    def own(tx: Tx) -> sqlite3.Connection:
        file = tx.connection.connection.driver_connection
        assert isinstance(file, sqlite3.Connection)
        return file

    return office.open().database.write(own).result()


@contextmanager
def read_only(office: Office) -> Iterator[None]:
    """The writer's connection may not write."""
    file = writers_file(office)
    file.execute("PRAGMA query_only=ON")
    try:
        yield
    finally:
        file.execute("PRAGMA query_only=OFF")


@contextmanager
def failing_commits(office: Office, *, when: str) -> Iterator[list[int]]:
    """Every COMMIT of work that touched a table is turned down for want of room."""
    engine = office.open().database._engine
    seen: list[int] = []
    spoilt = threading.Event()

    def traced(statement: str) -> None:
        # The writer's own connection: it has one thread.
        if statement.startswith(when):
            spoilt.set()

    def before(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement == "COMMIT" and spoilt.is_set():
            spoilt.clear()
            seen.append(1)
            raise sqlite3.OperationalError("database or disk is full")

    file = writers_file(office)
    file.set_trace_callback(traced)
    event.listen(engine, "before_cursor_execute", before)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", before)
        file.set_trace_callback(None)


def test_with_a_full_disk_hooks_get_503_nothing_is_half_done_and_it_goes_on_after(office: Office) -> None:
    # more than what is free inside the pages there are
    body = f"{missed_call(office)}&StirPassportToken={'x' * 30_000}"
    with full_disk(office):
        status, _ = post(office.hook_address, body.encode(), **signed(office, body))
        assert status == 503
        assert office.rows(schema.hooks) == []
        assert office.rows(schema.calls) == []
    office.call()
    office.texted()


def test_a_disk_that_is_full_between_sending_and_noting_makes_no_second_text(office: Office) -> None:
    with failing_commits(office, when="UPDATE messages SET message_id") as failed:
        office.call()
        office.texted()
        eventually(lambda: failed, what="a note that failed")
    eventually(lambda: not office.jobs("send-text", "waiting", "running"), what="the text noted")
    office.quiet()
    assert len(office.texts()) == 1
    assert office.lead().next.due is not None, "the follow-up is planned"


def test_a_database_that_may_not_be_written_when_the_answer_comes_makes_no_doubt_and_no_second_text(
    office: Office,
) -> None:
    """A text is on the wire while the disk refuses; what came of it is written when the disk is well."""
    company = office.twilio.company
    company.faults.add(Fault("late", path="/Messages.json", method="POST", seconds=0.7))
    office.call()
    office.texted()
    with read_only(office):
        time.sleep(1.2)
    eventually(lambda: office.jobs("send-text", "done"), what="the text noted")
    assert [job.tries for job in office.jobs("send-text")] == [1]
    office.quiet()
    assert len(office.texts()) == 1


def test_a_disk_that_is_full_while_a_hook_is_understood_loses_nothing(furnish: Furnish) -> None:
    office = furnish(poll_seconds=1)
    office.start()
    with failing_commits(office, when="INSERT INTO leads") as failed:
        office.call()
        eventually(lambda: failed)
        assert office.texts() == []
    office.texted()
    assert office.rows(schema.hooks, schema.hooks.c.state == "failed") == []
    assert len(office.rows(schema.leads)) == 1


def test_a_disk_that_is_full_while_polling_loses_nothing(furnish: Furnish) -> None:
    office = furnish(hooks=False, poll_seconds=1)
    office.start()
    with failing_commits(office, when="INSERT INTO leads") as failed:
        office.call()
        eventually(lambda: failed)
    office.texted()


def test_a_disk_that_is_full_while_the_crm_is_noted_writes_nothing_twice(office: Office) -> None:
    with failing_commits(office, when="INSERT INTO crm_contacts") as failed:
        office.call()
        office.texted()
        eventually(lambda: failed)
    eventually(lambda: len(office.clio.company.notes) == 1, seconds=15, what="the note in the CRM")
    office.quiet()
    assert len(office.clio.company.contacts) == 1
    assert len(office.clio.company.communications) == 1


def test_a_database_of_a_newer_version_is_refused_in_words_and_left_as_it_is(
    tmp_path: Path, empty_database: Path, secrets: None
) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(empty_database.read_bytes())
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()
    before = path.read_bytes()
    with pytest.raises(StoreTrouble, match="newer mcdesk"):
        open_office(tmp_path, MovableClock())
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"SQLite format 3\0" + b"\xff" * 5000, b"this is a letter to a client"])
def test_a_damaged_database_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(StoreTrouble, match=r"damaged|cannot be opened"):
        open_office(tmp_path, MovableClock())


def test_another_program_holding_the_database_for_a_moment_delays_and_loses_nothing(office: Office) -> None:
    with closing(sqlite3.connect(office.folder / FILE_NAME, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ending = office.twilio.start(office.twilio.company.call, CALLER, office.options.line)
        time.sleep(0.6)
        assert office.texts() == []
        other.execute("COMMIT")
    ending()
    office.texted()
