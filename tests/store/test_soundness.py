"""A database nobody closed is looked at; a damaged one is refused with the way back.

Must not: start engines.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Insert

from mcdesk.store import schema
from mcdesk.store.copies import keep_nightly
from mcdesk.store.database import Database
from mcdesk.store.opening import FILE_NAME, open_database
from mcdesk.store.soundness import refuse_damaged, was_left_open
from mcdesk.store.transaction import StoreTrouble

NOW = datetime(2026, 11, 18, 19, 0, tzinfo=UTC)

DIES = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from mcdesk.store import schema
from mcdesk.store.opening import open_database
database = open_database(Path(sys.argv[1]), now=lambda: datetime.now(UTC))
row = schema.contacts.insert().values(name="Ben", language="en", at=datetime.now(UTC))
database.write(lambda tx: tx.run(row).rowcount).result()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills by a signal")
def test_an_ending_in_good_order_and_a_crash_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    assert not was_left_open(path)
    database = open_database(tmp_path, now=lambda: NOW)
    database.write(lambda tx: tx.run(_contact("Ana")).rowcount).result()
    database.close()
    assert not was_left_open(path)
    died = subprocess.run([sys.executable, "-c", DIES, str(tmp_path)], capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    assert was_left_open(path)
    refuse_damaged(path)
    again = open_database(tmp_path, now=lambda: NOW)
    again.write(lambda tx: tx.run(_contact("Cleo")).rowcount).result()
    again.close()
    assert not was_left_open(path)


def _contact(name: str) -> Insert:
    return schema.contacts.insert().values(name=name, language="en", at=NOW)


def fill(folder: Path) -> Path:
    database = open_database(folder, now=lambda: NOW)
    for number in range(200):
        row = _contact(f"{number}" + "x" * 500)
        database.write(lambda tx, row=row: tx.run(row).rowcount).result()  # type: ignore[misc]
    database.close()
    return folder / FILE_NAME


def test_a_damaged_page_is_refused_with_the_newest_copy(tmp_path: Path) -> None:
    path = fill(tmp_path)
    refuse_damaged(path)
    made = keep_nightly(path, night=NOW.date(), at=NOW, given_up=threading.Event())
    with path.open("r+b") as file:
        file.seek(path.stat().st_size - 4096)
        file.write(os.urandom(4096))
    spoiled = path.read_bytes()
    with pytest.raises(StoreTrouble) as refused:
        refuse_damaged(path)
    assert "is damaged now" in str(refused.value)
    assert f"mcdesk restore '{made}'" in str(refused.value)
    assert path.read_bytes() == spoiled


def test_an_index_that_does_not_match_its_table_is_damage(tmp_path: Path) -> None:
    """What looking at pages alone would not find."""
    path = fill(tmp_path)
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA writable_schema=ON")
        (page,) = file.execute(
            "SELECT rootpage FROM sqlite_master WHERE tbl_name = 'contacts' AND type = 'index'"
        ).fetchone()
        file.execute(
            "UPDATE sqlite_master SET rootpage = (SELECT rootpage FROM sqlite_master WHERE type = 'index' "
            "AND tbl_name = 'crm_contacts') WHERE rootpage = ?",
            (page,),
        )
        file.commit()
    with pytest.raises(StoreTrouble, match="is damaged now"):
        refuse_damaged(path)


def test_the_writer_waits_for_the_disk_at_every_commit(tmp_path: Path) -> None:
    """A commit that was told as done must outlive the power."""
    database: Database = open_database(tmp_path, now=lambda: NOW)
    try:
        answers = database.write(
            lambda tx: {
                name: tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("synchronous", "journal_mode", "foreign_keys")
            }
        ).result()
    finally:
        database.close()
    assert answers == {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1}
