"""One request, event or step that trips over a bug stops no other, and is not lost.

Must not: know a bug there is; these are put in.
"""

import pytest

from mcdesk.domain.consent import Classified, Keywords
from mcdesk.domain.leads import Disposition, Stage
from mcdesk.engine import crm_writing, followups, not_taken, rules, texting
from mcdesk.store import jobs, records, schema, talk
from mcdesk.store.transaction import Tx
from tests.walks.conftest import Furnish
from tests.walks.office import Office, eventually


def test_a_bug_in_parsing_keeps_the_request_and_loses_nothing_behind_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert office.running is not None
    live = office.running.engine.connections.get("twilio")
    assert live is not None
    parse = type(live.provider).parse  # type: ignore[attr-defined]

    def trips(provider: object, hook: object) -> object:
        if b"0150" in hook.body:  # type: ignore[attr-defined]
            raise RuntimeError("a bug")
        return parse(provider, hook)

    monkeypatch.setattr(type(live.provider), "parse", trips)
    office.call("+14155550150")
    office.call()
    office.texted()
    failed = eventually(lambda: office.rows(schema.hooks, schema.hooks.c.state == "failed"), what="kept")
    assert all(b"0150" in row.body and "a bug" in row.why for row in failed)
    assert office.leads("+14155550150") == []
    office.quiet()
    assert len(office.rows(schema.hooks, schema.hooks.c.state == "failed")) > 1
    (alert,) = office.do(office.desk.alerts())
    assert alert.kind == "check", "a person is told, once"


def test_a_bug_in_one_event_of_a_log_stops_no_other(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = furnish(hooks=False, poll_seconds=1)
    apply = rules.apply

    def trips(tx: object, house: object, source: object, event: object) -> None:
        if "0150" in repr(event):
            raise RuntimeError("a bug")
        apply(tx, house, source, event)  # type: ignore[arg-type]

    monkeypatch.setattr(rules, "apply", trips)
    office.start()
    office.call("+14155550150")
    office.call()
    office.texted()
    office.poll()
    office.quiet()
    assert [alert.kind for alert in office.do(office.desk.alerts())] == ["check"]
    assert len(office.texts()) == 1


@pytest.mark.parametrize("hooks", [True, False], ids=["hooks", "polling"])
def test_a_constraint_tripped_by_a_bug_keeps_the_request_and_stops_no_other_call(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch, hooks: bool
) -> None:
    office = furnish(hooks=hooks, poll_seconds=0 if hooks else 1)
    apply = rules.apply

    def trips(tx: Tx, house: object, source: object, event: object) -> None:
        if "0150" in repr(event):
            tx.run(schema.notes.insert().values(lead=None, at=tx.now, author="", body=""))
        apply(tx, house, source, event)  # type: ignore[arg-type]

    monkeypatch.setattr(rules, "apply", trips)
    office.start()
    office.call("+14155550150")
    office.call()
    office.texted()
    kept = eventually(
        lambda: office.rows(schema.hooks, schema.hooks.c.state == "failed"), what="the request kept"
    )
    assert all(b"0150" in row.body for row in kept)


def test_a_constraint_tripped_by_one_step_stops_no_other_lead(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = office.missed()

    def trips(tx: Tx, house: object, job: object) -> None:
        tx.run(schema.notes.insert().values(lead=None, at=tx.now, author="", body=""))

    monkeypatch.setattr(followups, "take_step", trips)
    office.write(
        lambda tx: tx.run(
            schema.jobs.insert().values(
                key="broken", kind="take-step", channel="clock", lead=row.lead, work={}, due=tx.now, at=tx.now
            )
        )
    )
    office.text("Call me")
    office.reaches(Stage.NEEDS_REPLY)
    office.jump(minutes=16)
    eventually(
        lambda: any(alert.kind == "late" for alert in office.do(office.desk.alerts())), what="told late"
    )


def test_a_bug_in_one_step_stops_no_other_lead(office: Office) -> None:
    row = office.missed()
    office.write(
        lambda tx: tx.run(
            schema.jobs.insert().values(
                key="broken", kind="take-step", channel="clock", lead=row.lead, work={}, due=tx.now, at=tx.now
            )
        )
    )
    office.text("Call me")
    office.reaches(Stage.NEEDS_REPLY)
    office.jump(minutes=16)
    eventually(lambda: any(alert.kind == "late" for alert in office.do(office.desk.alerts())))


def test_a_text_that_trips_over_a_bug_each_time_ends_before_a_person_and_holds_nobody_up(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(not_taken, "MOST_STUMBLES", 2)
    taken = texting.taken

    def trips(tx: Tx, job: jobs.Job, **what: object) -> bool:
        if talk.message(tx, job.message or 0).recipient.endswith("0150"):
            raise RuntimeError("a bug")
        return taken(tx, job, **what)  # type: ignore[arg-type]

    monkeypatch.setattr(texting, "taken", trips)
    office = furnish(crm=False)
    office.start()
    office.call("+14155550150")
    office.call()
    office.texted()
    office.reaches(Stage.CHECK, "+14155550150")
    assert len(office.texts("+14155550150")) == 1


def test_crm_work_that_trips_over_a_bug_holds_up_no_other(
    furnish: Furnish, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crm_writing, "MOST_STUMBLES", 2)
    written = records.note_entry

    def trips(*arguments: object) -> object:
        if "0150" in repr(arguments):
            raise RuntimeError("a bug")
        return written(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(crm_writing, "note_entry", trips)
    office = furnish()
    office.start()
    office.missed("+14155550150")
    office.missed()
    eventually(lambda: len(office.clio.company.notes) == 1, what="the other caller's note")
    eventually(lambda: len(office.jobs("log-call", "failed")) == 1, what="given up, with the reason")
    assert office.running is not None
    assert not office.running.engine.broken.is_set()


def test_o1_a_text_that_trips_over_a_bug_holds_what_goes_out_by_itself_until_a_person_has_read_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O-1 and §10-2: what nobody could read may be an opt-out."""
    row = office.missed()
    other = office.missed("+14155550143")
    classify = Keywords.classify

    def trips(keywords: Keywords, text: str, *, opted_out: bool = False) -> Classified:
        if "escriban" in text:
            raise RuntimeError("a bug")
        return classify(keywords, text, opted_out=opted_out)

    monkeypatch.setattr(Keywords, "classify", trips)
    office.text("por favor no me escriban")
    (failed,) = eventually(lambda: office.rows(schema.hooks, schema.hooks.c.state == "failed"), what="kept")
    assert failed.holds
    (alert,) = office.do(office.desk.alerts())
    assert "(415) 555-0142" in alert.text
    assert "keep-texting" in alert.text
    office.jump(hours=4, minutes=1)
    office.reaches(Stage.CALL_NOW)
    assert "could not be taken in" in office.happenings(row.lead)
    assert len(office.texts()) == 1
    office.texted(2, "+14155550143")
    assert not office.do(office.desk.keep_texting(other.lead)).ok
    assert office.do(office.desk.keep_texting(row.lead)).ok
    office.do(office.desk.close(row.lead, Disposition.OTHER))
    office.jump(hours=25)
    office.call()
    office.texted(2)
