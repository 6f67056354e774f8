"""The database under a running office: full disks, newer files, other programs, changed configuration.

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

from mcdesk.domain.leads import Stage
from mcdesk.store import schema
from mcdesk.store.database import StoreTrouble
from mcdesk.store.opening import FILE_NAME
from tests.walks.conftest import Furnish
from tests.walks.configured import SECOND_LINE
from tests.walks.movable import MovableClock
from tests.walks.office import CALLER, Office, eventually, open_office
from tests.walks.test_trouble import missed_call, post, signed

OTHER = "+14155550143"


@contextmanager
def full_disk(office: Office) -> Iterator[None]:
    """No page more for the writer's connection, as on a disk without room."""
    place = office.open()

    def limit(pages: int) -> None:
        place.database.write(lambda tx: tx.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")).result()

    limit(1)
    try:
        yield
    finally:
        limit(1_000_000_000)


@contextmanager
def failing_commits(office: Office, *, when: str) -> Iterator[list[int]]:
    """Every COMMIT of work that touched a table is turned down for want of room."""
    engine = office.open().database._engine
    seen: list[int] = []
    spoilt = threading.local()

    def before(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith(when):
            spoilt.now = True
        if statement == "COMMIT" and getattr(spoilt, "now", False):
            spoilt.now = False
            seen.append(1)
            raise sqlite3.OperationalError("database or disk is full")

    event.listen(engine, "before_cursor_execute", before)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", before)


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


# configuration


def test_a_changed_configuration_takes_effect_while_it_runs_and_loses_no_work(office: Office) -> None:
    office.missed()
    office.configure(template="{firm} hat Ihren Anruf verpasst. Reply STOP to opt out.")
    office.quiet()
    eventually(lambda: office.running and office.running.engine.house.office.template("first", "en").body.startswith("{firm} hat"))  # type: ignore[union-attr]
    office.call(OTHER)
    (text,) = office.texted(1, OTHER)
    assert "hat Ihren Anruf verpasst" in text.body
    assert len(office.texts()) == 1


def test_calls_during_a_configuration_change_are_all_texted_once(office: Office) -> None:
    callers = [f"+1212555{number:04}" for number in range(130, 142)]
    company = office.twilio.company
    ends = []
    for position, caller in enumerate(callers):
        ends.append(office.twilio.start(company.call, caller, office.options.line))
        if position % 4 == 1:
            office.configure(more=f"# change {position}")
        time.sleep(0.06)
    for end in ends:
        end()
    for caller in callers:
        office.texted(1, caller)
    office.quiet()
    assert [len(office.texts(caller)) for caller in callers] == [1] * len(callers)


def test_every_part_runs_once_after_many_changes(office: Office) -> None:
    for number in range(4):
        office.configure(more=f"# change {number}")
        time.sleep(0.2)
    assert office.running is not None
    names = sorted(task.get_name() for task in office.running.engine._work)
    assert names == sorted(set(names))


def test_a_line_added_while_it_runs_is_answered(office: Office) -> None:
    office.configure(more=f"""
[[lines]]
number = "{SECOND_LINE}"
label = "Second line"
calls = "twilio"
texts = "twilio"
sequence = "law-4-24-72"
""")
    eventually(lambda: office.running and len(office.running.engine.house.office.lines) == 2)
    office.twilio.company.point_hooks_at(office.hook_address, number=SECOND_LINE)
    office.call(to=SECOND_LINE)
    (text,) = office.texted()
    assert text.from_ == SECOND_LINE


def test_a_configuration_with_an_error_is_not_used_and_the_office_goes_on(office: Office) -> None:
    from mcdesk import app

    office.write(lambda tx: app.configurations.apply(tx, "[office]\nnam = 1", by="test"))
    time.sleep(0.3)
    office.call()
    office.texted()


# two engines


def twin(office: Office, furnish: Furnish) -> Office:
    """A second engine on the first one's database, as on a second desk."""
    other = furnish(poll_seconds=office.options.poll_seconds, hooks=office.options.hooks)
    other.close()
    other.folder = office.folder
    other.clock = office.clock
    other.start()
    return other


def test_two_engines_on_one_database_never_send_two_texts(furnish: Furnish) -> None:
    office = furnish(poll_seconds=1)
    office.start()
    second = twin(office, furnish)
    callers = [f"+1212555{number:04}" for number in range(130, 146)]
    company = office.twilio.company
    ends = [office.twilio.start(company.call, caller) for caller in callers]
    for end in ends:
        end()
    for caller in callers:
        office.texted(1, caller)
    office.quiet()
    second.quiet()
    assert [len(office.texts(caller)) for caller in callers] == [1] * len(callers)
    assert len(office.queue()) == len(second.queue()) == len(callers)
    assert len(office.clio.company.contacts) == len(callers)
    assert len(office.clio.company.communications) == len(callers)
    assert len(office.clio.company.notes) == len(callers)


def test_what_one_engine_was_doing_another_finishes(furnish: Furnish) -> None:
    from mcdesk.simulator import Fault

    office = furnish()
    office.start()
    second = twin(office, furnish)
    office.twilio.company.point_hooks_at(office.hook_address)
    office.missed()
    office.stop()
    office.twilio.company.point_hooks_at(second.hook_address)
    second.text("Call me")
    row = second.reaches(Stage.NEEDS_REPLY)
    office.twilio.company.faults.add(Fault("drop", path="/Messages.json", method="POST"))
    seen = second.conversation(row.lead).last_seen
    assert second.do(second.desk.reply(row.lead, "I do", last_seen=seen)).ok
    second.texted(2)


def test_one_desk_hears_of_what_another_changed(furnish: Furnish) -> None:
    office = furnish()
    office.start()
    second = twin(office, furnish)
    heard: list[object] = []
    second.desk.feed.subscribe(heard.append)
    office.twilio.company.point_hooks_at(office.hook_address)
    office.missed()
    eventually(lambda: any(change.leads for change in heard), what="the other desk's news")  # type: ignore[attr-defined]


def test_an_engine_that_was_away_does_not_send_what_another_took_over(furnish: Furnish) -> None:
    """The first engine's process stands still between taking a text and sending it."""
    office = furnish()
    office.start()
    second = twin(office, furnish)
    office.twilio.company.point_hooks_at(office.hook_address)
    office.clock.stall(60)
    office.call()
    office.texted()
    office.quiet()
    second.quiet()
    time.sleep(office.patience.settled * 2)
    assert len(office.texts()) == 1
