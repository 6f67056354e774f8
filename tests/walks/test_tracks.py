"""Whom the firm knows gets words of their own, and a CRM that does not answer holds up nothing.

Must not: test which track fits which call (`tests/domain/test_tracks` does).
"""

from datetime import timedelta

from mcdesk.domain.leads import Disposition, Stage
from mcdesk.simulator import Fault
from tests.tracks import CLIENT, CLIENTS
from tests.walks.conftest import Furnish
from tests.walks.office import CALLER, Office, eventually

NEUTRAL = "Rivera & Cole: Sorry we missed your call."


def opened(furnish: Furnish) -> Office:
    office = furnish(more=CLIENTS)
    office.start()
    return office


def test_a_client_of_the_firm_gets_words_of_their_own(furnish: Furnish) -> None:
    office = opened(furnish)
    office.clio.company.add_contact("Dana Reyes", "(415) 555-0142", is_client=True)
    office.missed()
    (text,) = office.texted()
    assert text.body == CLIENT
    assert "Track “clients”, because they are a client already." in office.happenings()


def test_who_was_no_client_the_last_time_is_asked_about_once_more(furnish: Furnish) -> None:
    office = opened(furnish)
    office.clio.company.add_contact("Dana Reyes", "(415) 555-0142")
    row = office.missed()
    (text,) = office.texted()
    assert text.body.startswith(NEUTRAL)
    assert office.do(office.desk.close(row.lead, Disposition.RETAINED)).ok
    (known,) = office.clio.company.contacts
    known["is_client"] = True
    office.call()
    eventually(lambda: "Track “clients”" in office.happenings(row.lead + 1), what="asked once more")


def test_a_crm_that_does_not_answer_costs_the_deadline_and_no_more(furnish: Furnish) -> None:
    office = opened(furnish)
    office.clio.company.faults.add(Fault("silence", count=None))
    row = office.missed()
    (text,) = office.texted()
    assert text.body.startswith(NEUTRAL)
    assert office.reaches(Stage.WAITING).lead == row.lead
    (job,) = office.jobs("choose-track", "done")
    assert timedelta(0) <= job.done_at - job.due < timedelta(seconds=5)
    assert office.lead(CALLER).last_text_status is not None
