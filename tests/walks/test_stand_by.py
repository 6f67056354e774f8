"""Two engines on one file: one works, the other shows and takes in, and goes on when the first is gone.

Must not: count texts under every crash (`test_two_engines` and `test_kill_anywhere` do).
"""

import dataclasses
import time

from sqlalchemy import select

from mcdesk.domain.leads import Stage
from mcdesk.store import leases, schema
from tests.walks.conftest import Furnish
from tests.walks.office import SHORT, Office, eventually
from tests.walks.test_two_engines import twin


def is_at_work(office: Office) -> bool:
    assert office.running is not None
    return office.running.engine.is_at_work


def elsewhere(office: Office) -> str | None:
    return office.do(office.desk.overview()).worker_elsewhere


def test_the_second_engine_says_who_works_and_the_first_says_nothing(furnish: Furnish) -> None:
    office = furnish()
    office.start()
    second = twin(office, furnish)
    assert (is_at_work(office), is_at_work(second)) == (True, False)
    assert elsewhere(office) is None
    said = elsewhere(second)
    assert said is not None
    assert "This one stands by" in said


def test_what_the_standing_by_engine_takes_in_is_sent_by_the_other(furnish: Furnish) -> None:
    office = furnish()
    office.start()
    second = twin(office, furnish)
    row = second.missed()
    assert is_at_work(office)
    assert not is_at_work(second)
    assert office.running is not None
    held = {job.holder for job in office.rows(schema.jobs)}
    assert held <= {None, office.running.engine.holder}
    second.text("Call me")
    assert second.reaches(Stage.NEEDS_REPLY).lead == row.lead


def test_the_verbs_of_a_desk_work_while_its_engine_stands_by(furnish: Furnish) -> None:
    office = furnish()
    office.start()
    second = twin(office, furnish)
    row = second.missed()
    assert second.do(second.desk.claim(row.lead)).ok
    seen = second.conversation(row.lead).last_seen
    assert second.do(second.desk.reply(row.lead, "Maria here. 10:45?", last_seen=seen)).ok
    second.texted(2)


def test_after_an_ending_in_good_order_the_other_goes_on_at_once(furnish: Furnish) -> None:
    office = furnish()
    office.start()
    second = twin(office, furnish)
    office.stop()
    ended = time.monotonic()
    eventually(lambda: is_at_work(second), what="the second at work")
    assert time.monotonic() - ended < 2.0
    assert elsewhere(second) is None
    second.missed()


def test_after_a_crash_it_goes_on_when_the_lease_ends(furnish: Furnish) -> None:
    """The holder's process cannot be asked here: both engines are in this one."""
    brief = dataclasses.replace(SHORT, lease=1.5)
    office = furnish(patience=brief)
    office.start()
    second = furnish(patience=brief)
    second.close()
    second.folder, second.clock = office.folder, office.clock
    second.start()
    assert office.running is not None
    engine = office.running.engine

    def dies() -> None:
        """Without a word: no lease is renewed, none is given back."""
        for task in (*engine._tasks, *engine._work):
            task.cancel()

    office.call_soon(dies)
    ended = time.monotonic()
    eventually(lambda: is_at_work(second), what="the second at work")
    assert 0.5 < time.monotonic() - ended < 4.0


def test_an_engine_whose_turn_was_taken_stands_by(furnish: Furnish) -> None:
    """As after a standstill: another one took over meanwhile."""
    office = furnish()
    office.start()
    second = twin(office, furnish)
    assert second.running is not None
    holder = second.running.engine.holder
    taken = schema.leases.update().where(schema.leases.c.name == leases.AT_WORK).values(holder=holder)
    office.write(lambda tx: tx.run(taken).rowcount)
    eventually(lambda: is_at_work(second) and not is_at_work(office), what="the turn changed")
    second.missed()
    running = office.rows(schema.jobs, schema.jobs.c.state == "running")
    assert running == []


def test_a_turn_is_given_back_with_the_rest(furnish: Furnish) -> None:
    office = furnish()
    office.start()
    office.stop()
    place = office.open()
    held = select(schema.leases.c.name).where(schema.leases.c.holder != "")
    assert place.database.read(lambda tx: tx.all(held)).result() == []
