"""A CRM write on the wire when the office gets another configuration, or ends and starts again: there once.

Must not: test faults of the CRM itself (`test_crm` does).
"""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from mcdesk.simulator import Fault
from mcdesk.store import schema
from tests.walks.conftest import Furnish
from tests.walks.office import SHORT, Office, eventually
from tests.walks.test_crm import CRM_WORK, written

#: The CRM takes so long for the write (seconds): longer than anybody waits where it is cut off.
SLOW = 1.0


def change(office: Office) -> None:
    office.configure(more="# changed")


def restart(office: Office) -> None:
    office.stop()
    office.start()


def in_the_middle(office: Office, path: str) -> None:
    """Somebody called; the CRM has the request and works on it."""
    company = office.clio.company
    company.faults.add(Fault("delay", path=path, method="POST", seconds=SLOW))
    office.start()
    office.call()
    eventually(lambda: company.requests(method="POST", path=path), what="the write on the wire")


def there_once(office: Office) -> bool:
    company = office.clio.company
    return (len(company.contacts), len(company.communications), len(company.notes)) == (1, 1, 1)


@pytest.mark.parametrize("path", ["contacts.json", "communications.json", "notes.json"])
@pytest.mark.parametrize("interrupt", [change, restart])
def test_what_is_being_written_is_finished_first(
    furnish: Furnish, interrupt: Callable[[Office], None], path: str
) -> None:
    office = furnish()
    in_the_middle(office, path)
    interrupt(office)
    office.texted()
    written(office)
    assert there_once(office)
    crm_work = [job for kind in CRM_WORK for job in office.jobs(kind)]
    assert [(job.tries, job.doubt_at) for job in crm_work] == [(1, None)] * len(crm_work)


@pytest.mark.parametrize("path", ["contacts.json", "communications.json", "notes.json"])
@pytest.mark.parametrize("interrupt", [change, restart])
def test_what_was_cut_off_is_looked_for_only_once_it_would_be_there(
    furnish: Furnish, interrupt: Callable[[Office], None], path: str
) -> None:
    office = furnish(patience=replace(SHORT, last_write=0.0, settled=SLOW + 1.0))
    in_the_middle(office, path)
    interrupt(office)
    office.texted()
    written(office)
    time.sleep(SLOW)
    assert there_once(office)


def test_an_engine_that_ends_leaves_no_work_in_its_own_name(furnish: Furnish) -> None:
    """Another desk would take what comes behind it for the next, and look for a caller too early."""
    office = furnish(patience=replace(SHORT, last_write=0.0))
    in_the_middle(office, "contacts.json")
    office.stop()
    cut_off = office.rows(schema.jobs, schema.jobs.c.doubt_at.is_not(None))
    assert [job.state for job in cut_off] == ["waiting"]
    assert office.rows(schema.jobs, schema.jobs.c.state == "running") == []
