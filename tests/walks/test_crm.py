"""What a CRM gets to know of a caller, and that it never makes a text wait.

Must not: test Clio's wire format (`tests/providers/clio` does).
"""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from mcdesk.domain.leads import Disposition, Stage
from mcdesk.domain.queue import ConnectionHealth
from mcdesk.simulator import Fault
from mcdesk.store import schema
from tests.walks.conftest import Furnish
from tests.walks.office import CALLER, SHORT, Office, eventually

OTHER = "+14155550143"
CRM_WORK = ("save-contact", "log-call", "write-note", "create-task")


def written(office: Office) -> None:
    """All the CRM is owed is there."""
    eventually(
        lambda: not [job for kind in CRM_WORK for job in office.jobs(kind, "waiting", "running")],
        seconds=20,
        what="all written to the CRM",
    )


def subjects(office: Office) -> list[str]:
    return [str(note["subject"]) for note in office.clio.company.notes]


def test_a_caller_is_written_down_once_with_call_texts_reply_note_task_and_outcome(office: Office) -> None:
    row = office.missed()
    office.text("Can someone call me?")
    row = office.reaches(Stage.NEEDS_REPLY)
    seen = office.conversation(row.lead).last_seen
    assert office.do(office.desk.reply(row.lead, "This is Maria", last_seen=seen)).ok
    assert office.do(office.desk.note(row.lead, "Conflict check needed")).ok
    office.texted(2)
    office.call()
    office.reaches(Stage.CALL_NOW)
    assert office.do(office.desk.close(row.lead, Disposition.RETAINED)).ok
    written(office)
    clio = office.clio.company
    assert len(clio.contacts) == 1
    assert len(clio.communications) == 2
    assert sorted(subjects(office)) == sorted(
        [
            "Automatic text sent",
            "Text received",
            "Text sent by Maria",
            "Note by Maria",
            "Lead closed: Retained",
        ]
    )
    assert len(clio.tasks) == 1
    assert [job.why for kind in CRM_WORK for job in office.jobs(kind, "failed")] == []


@pytest.mark.parametrize(
    "written_as",
    ["(415) 555-0142", "415-555-0142", "415.555.0142", "+1 415 555 0142", "4155550142", "14155550142"],
)
def test_a_contact_the_firm_typed_in_is_found_however_the_number_is_written(
    office: Office, written_as: str
) -> None:
    office.clio.company.add_contact("Dana Reyes", written_as)
    office.missed()
    written(office)
    assert len(office.clio.company.contacts) == 1
    assert office.lead().name == "Dana Reyes"
    card = office.conversation(office.lead().lead).card
    assert (card.crm_name, card.crm_state) == ("Dana Reyes", "Saved")
    assert card.crm_url


def test_a_contact_whose_number_only_looks_alike_is_not_taken(office: Office) -> None:
    office.clio.company.add_contact("Somebody Else", "(415) 555-0149")
    office.missed()
    written(office)
    assert len(office.clio.company.contacts) == 2
    assert office.lead().name is None


def test_two_contacts_with_the_number_are_told_and_none_is_picked(office: Office) -> None:
    office.clio.company.add_contact("Dana Reyes", "(415) 555-0142")
    office.clio.company.add_contact("Robin Reyes", "415-555-0142")
    office.missed()
    written(office)
    assert len(office.clio.company.contacts) == 2
    assert office.clio.company.notes == []
    assert office.lead().name is None
    assert "2 records" in office.conversation(1).card.crm_state
    # the firm merges them: pushing again writes what was owed
    second = office.clio.company.contacts[1]
    second["phone_numbers"] = []
    second["primary_phone_number"] = ""
    assert office.do(office.desk.push_to_crm(1)).ok
    written(office)
    assert subjects(office) == ["Automatic text sent"]
    assert len(office.clio.company.communications) == 1


@pytest.mark.parametrize("fault", [
    Fault("delay", seconds=10, count=None), Fault("drop", count=None), Fault("silence", count=None),
    Fault("status", status=500, count=None),
], ids=lambda fault: fault.kind)  # fmt: skip
def test_a_crm_that_is_down_or_slow_delays_no_text(office: Office, fault: Fault) -> None:
    office.clio.company.faults.add(fault)
    started = time.monotonic()
    office.call()
    office.texted(seconds=3)
    office.call(OTHER)
    office.texted(1, OTHER, seconds=3)
    assert time.monotonic() - started < 5
    office.text("I need a lawyer")
    office.reaches(Stage.NEEDS_REPLY)


def test_after_an_outage_everything_is_written_once(office: Office) -> None:
    office.clio.ask(lambda: office.clio.company.refuse(2.5))
    office.missed()
    office.missed(OTHER)
    office.text("I need a lawyer")
    office.reaches(Stage.NEEDS_REPLY)
    assert eventually(lambda: not clio_health(office).ok or None, what="the trouble shown")
    assert "cannot be reached" in clio_health(office).sentence
    written(office)
    clio = office.clio.company
    assert (len(clio.contacts), len(clio.communications)) == (2, 2)
    assert sorted(subjects(office)) == ["Automatic text sent", "Automatic text sent", "Text received"]
    eventually(lambda: clio_health(office).ok, what="health again")


def clio_health(office: Office) -> ConnectionHealth:
    overview = office.do(office.desk.overview())
    return next(each for each in overview.connections if each.name == "clio")


def test_a_long_outage_gives_nothing_up(furnish: Furnish) -> None:
    office = furnish(patience=replace(SHORT, longest_pause=0.04))
    office.start()
    office.clio.company.faults.add(Fault("drop", count=50))
    office.missed()
    written(office)
    assert [job.why for kind in CRM_WORK for job in office.jobs(kind, "failed")] == []
    assert subjects(office) == ["Automatic text sent"]


@pytest.mark.parametrize("path", ["contacts.json", "communications.json", "notes.json", "tasks.json"])
@pytest.mark.parametrize("kind", ["drop-after", "drop", "bad-json"])
def test_a_write_of_unknown_outcome_is_looked_up_and_there_once(office: Office, path: str, kind: str) -> None:
    office.clio.company.faults.add(Fault(kind, path=path, method="POST"))  # type: ignore[arg-type]
    office.missed()
    office.text("Call me")
    office.reaches(Stage.NEEDS_REPLY)
    office.do(office.desk.call_back(1))
    office.bridged()
    office.call()
    office.reaches(Stage.CALL_NOW)
    written(office)
    clio = office.clio.company
    assert (len(clio.contacts), len(clio.communications), len(clio.tasks)) == (1, 2, 1)
    assert sorted(subjects(office)) == ["Automatic text sent", "Text received"]


def test_an_expired_token_is_renewed_once(office: Office) -> None:
    office.clio.ask(office.clio.company.sign_in.expire_access)
    office.missed()
    office.missed(OTHER)
    written(office)
    assert len(office.clio.company.requests(method="POST", path="/oauth/token")) == 1
    assert len(office.clio.company.contacts) == 2


def test_rotating_refresh_tokens_survive_a_restart(office: Office) -> None:
    office.clio.company.sign_in.rotates_refresh = True
    for caller in (CALLER, OTHER):
        office.clio.ask(office.clio.company.sign_in.expire_access)
        office.missed(caller)
        written(office)
        office.stop()
        office.start()
    assert len(office.clio.company.contacts) == 2
    assert len(office.clio.company.requests(method="POST", path="/oauth/token")) == 2


def test_a_sign_in_that_ended_is_told_and_after_signing_in_all_is_written(office: Office) -> None:
    office.clio.ask(office.clio.company.sign_in.revoke_all)
    office.missed()
    eventually(lambda: not clio_health(office).ok, what="the trouble shown")
    assert clio_health(office).wants_sign_in
    assert "mcdesk sign-in clio" in clio_health(office).sentence
    assert "sign" in office.conversation(1).card.crm_state.lower()
    office.sign_in()
    assert office.do(office.desk.check_connection("clio")).ok
    written(office)
    assert subjects(office) == ["Automatic text sent"]
    assert clio_health(office).ok


def test_what_clio_may_not_do_is_said_in_words(office: Office) -> None:
    office.clio.company.forbidden.add("notes")
    office.missed()
    eventually(lambda: not clio_health(office).ok, what="the trouble shown")
    assert "permission" in clio_health(office).sentence


def test_a_name_typed_here_reaches_the_crm(office: Office) -> None:
    office.missed()
    written(office)
    assert office.do(office.desk.rename(1, "Dana Reyes")).ok
    written(office)
    assert [contact["name"] for contact in office.clio.company.contacts] == ["Dana Reyes"]


def test_a_hidden_callers_voicemail_is_not_written_about_anybody(furnish: Furnish) -> None:
    office = furnish(voicemail=True)
    office.start()
    office.call("anonymous", voicemail=20)
    eventually(office.queue)
    written(office)
    assert office.clio.company.contacts == []
    assert "hid their number" in office.happenings()


def test_after_a_configuration_change_a_caller_is_still_one_contact(office: Office) -> None:
    office.configure(more="# changed")
    time.sleep(0.3)
    office.clio.company.faults.add(Fault("delay", seconds=0.2, count=None))
    office.missed()
    written(office)
    assert len(office.clio.company.contacts) == 1


def test_a_configuration_change_in_the_middle_of_writing_loses_nothing(office: Office) -> None:
    office.clio.company.faults.add(Fault("delay", path="contacts.json", method="POST", seconds=1.5))
    office.call()
    eventually(lambda: office.clio.company.requests(method="POST", path="contacts.json"))
    office.configure(more="# changed")
    office.texted()
    written(office)
    assert len(office.clio.company.contacts) == 1
    assert len(office.clio.company.communications) == 1


def test_an_office_without_a_crm_works(furnish: Furnish) -> None:
    office = furnish(crm=False)
    office.start()
    office.missed()
    office.text("Call me")
    office.reaches(Stage.NEEDS_REPLY)
    assert office.conversation(1).card.crm_state == ""
    assert not office.do(office.desk.push_to_crm(1)).ok
    assert office.rows(schema.jobs, schema.jobs.c.channel.like("crm:%")) == []


def test_tasks_are_due_when_the_reply_is(office: Office) -> None:
    office.missed()
    office.call()
    office.reaches(Stage.CALL_NOW)
    written(office)
    (task,) = office.clio.company.tasks
    assert str(task["name"]).startswith("Call back")
    today = (office.clock.now() - timedelta(hours=9)).date().isoformat()[:7]
    assert str(task["due_at"]).startswith(today)


def test_o3_what_a_stranger_says_is_not_written_to_the_file_of_whoever_had_the_number(office: Office) -> None:
    office.clio.company.add_contact("Ana Diaz", CALLER)
    row = office.missed()
    written(office)
    before = subjects(office)
    office.text("Sorry, you have the wrong number")
    office.texted(2)
    eventually(lambda: "Nothing more is written to Ana Diaz in Clio" in office.happenings(), what="detached")
    office.text("My own landlord locked me out")
    assert office.do(office.desk.note(row.lead, "Seems to have a case")).ok
    assert office.do(office.desk.close(row.lead, Disposition.WRONG_NUMBER)).ok
    office.call()
    office.reaches(Stage.CALL_NOW)
    office.quiet()
    assert (subjects(office), len(office.clio.company.communications)) == (before, 1)
    assert office.clio.company.tasks == []
    assert len(office.clio.company.contacts) == 1, "nor to a new one"
    assert office.conversation(row.lead).card.name is None
