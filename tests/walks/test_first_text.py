"""From a call nobody answers to the first text.

Must not: follow the caller any further.
"""

from datetime import timedelta

from sqlalchemy import update

from mcdesk.domain.leads import Stage
from mcdesk.domain.queue import ItemKind
from mcdesk.simulator.twilio.ledger import Call
from mcdesk.store import proof, schema
from tests.walks.configured import FIRM, LINE, SECOND_LINE, STAFF
from tests.walks.conftest import Furnish
from tests.walks.office import CALLER, Office, eventually

OTHER = "+12125550143"


def test_a_missed_call_is_texted_well_under_a_second_after_the_hook_that_decides_it(office: Office) -> None:
    office.call()
    (text,) = office.texted()
    assert text.from_ == LINE
    assert FIRM in text.body
    assert "STOP" in text.body
    hook = next(h for h in office.twilio.company.hooks if ("DialCallStatus", "no-answer") in h.fields)
    asked = next(r for r in office.twilio.company.requests(method="POST", path="/Messages.json"))
    assert asked.at - hook.at.timestamp() < 0.8
    assert office.lead().stage is Stage.WAITING


def test_s8_the_words_that_went_out_are_in_the_chain_of_evidence(office: Office) -> None:
    office.call()
    office.texted()
    (decision,) = [row for row in office.rows(schema.decisions) if row.moment == "sent"]
    assert decision.answer == "send"
    assert len(decision.evidence["text"]) == 64
    assert office.read(proof.everything) == []
    office.write(lambda tx: tx.run(update(schema.messages).values(body="Something else. Reply STOP.")))
    (flaw,) = office.read(proof.everything)
    assert (flaw.table, flaw.row) == ("decisions", decision.id)


def test_by_polling_the_text_comes_within_the_interval_and_a_second(furnish: Furnish) -> None:
    office = furnish(hooks=False, poll_seconds=1)
    office.start()
    call = office.call()
    (text,) = office.texted()
    assert call.ended is not None
    assert (text.created - call.ended).total_seconds() < 2.0


def test_the_same_call_by_hook_and_by_polling_is_one_call_one_lead_and_one_text(furnish: Furnish) -> None:
    office = furnish(poll_seconds=1)
    office.start()
    office.call()
    office.texted()
    for _ in range(3):
        office.poll()
    office.quiet()
    assert len(office.texts()) == 1
    assert len(office.rows(schema.calls)) == 1
    assert office.lead().calls == 1
    assert len(office.clio.company.communications) == 1


def test_a_call_somebody_answers_is_not_texted(office: Office) -> None:
    office.call(answers_after=2, talks_for=10)
    (call,) = eventually(lambda: [c for c in office.rows(schema.calls) if c.outcome == "answered"])
    office.quiet()
    assert call.lead is None
    assert office.texts() == []
    assert office.queue() == ()


def test_by_polling_too_a_call_somebody_answers_is_not_texted(furnish: Furnish) -> None:
    office = furnish(hooks=False, poll_seconds=1, ring=False)
    office.twilio.company.ledger.numbers[LINE].twiml = f"<Response><Dial>{STAFF}</Dial></Response>"
    office.start()
    # whole seconds on the wire: a conversation must not round to none
    office.call(answers_after=1, talks_for=70)
    office.poll()
    (call,) = eventually(lambda: office.rows(schema.calls))
    assert call.outcome == "answered"
    assert office.texts() == []


def test_a_voicemail_is_told_from_a_missed_call(furnish: Furnish) -> None:
    office = furnish(voicemail=True)
    office.start()
    office.call(voicemail=12)
    office.texted()
    office.quiet()
    (call,) = office.rows(schema.calls)
    assert (call.outcome, call.seconds) == ("voicemail", 12)
    assert "Voicemail" in office.lead().preview
    assert call.recording_url


def test_a_caller_who_hangs_up_at_the_beep_is_texted_when_they_hang_up(furnish: Furnish) -> None:
    office = furnish(voicemail=True)
    office.start()
    call = office.call()
    (text,) = office.texted()
    assert call.ended is not None
    assert (text.created - call.ended).total_seconds() < 1.0
    (row,) = office.rows(schema.calls)
    assert row.outcome == "missed"


def test_a_caller_who_hangs_up_while_it_rings_is_abandoned_and_texted(furnish: Furnish) -> None:
    office = furnish(ring_seconds=60)
    office.start()
    office.call(hangs_up_after=3)
    office.texted()
    (call,) = office.rows(schema.calls)
    assert call.outcome == "abandoned"
    assert "Hung up" in office.lead().preview


def test_a_busy_office_phone_is_a_missed_call(office: Office) -> None:
    office.call(office="busy")
    office.texted()


def test_two_calls_within_a_minute_are_one_lead_with_two_calls_and_one_text(office: Office) -> None:
    office.missed()
    office.call()
    row = eventually(lambda: next((row for row in office.queue() if row.calls == 2), None))
    office.quiet()
    assert len(office.texts()) == 1
    assert row.stage is Stage.CALL_NOW
    assert len(office.items(ItemKind.CALL)) == 2


def test_calls_that_overlap_are_one_lead_and_one_text(office: Office) -> None:
    company = office.twilio.company
    ends = [office.twilio.start(company.call, CALLER, LINE) for _ in range(3)]
    for end in ends:
        end()
    office.texted()
    office.quiet()
    assert len(office.texts()) == 1
    assert office.lead().calls == 3


def test_a_hidden_caller_without_a_message_leads_nowhere(office: Office) -> None:
    office.call("anonymous")
    eventually(lambda: any(c.why for c in office.rows(schema.calls)))
    office.quiet()
    assert office.queue() == ()
    (call,) = office.rows(schema.calls)
    assert "hid their number" in call.why


def test_a_hidden_caller_who_leaves_a_message_is_a_lead_to_be_heard(furnish: Furnish) -> None:
    office = furnish(voicemail=True)
    office.start()
    office.call("anonymous", voicemail=20)
    (row,) = eventually(office.queue)
    office.quiet()
    assert row.number is None
    assert row.stage is Stage.CALL_NOW
    assert office.twilio.company.texts() == []


def test_two_hidden_callers_are_two_people(furnish: Furnish) -> None:
    office = furnish(voicemail=True)
    office.start()
    office.call("anonymous", voicemail=20)
    office.call("anonymous", voicemail=20)
    eventually(lambda: len(office.queue()) == 2)


def test_a_call_to_a_number_that_is_not_ours_leads_nowhere(office: Office) -> None:
    office.twilio.company.point_hooks_at(office.hook_address, number=SECOND_LINE)
    office.call(to=SECOND_LINE)
    (call,) = eventually(lambda: [c for c in office.rows(schema.calls) if c.why])
    office.quiet()
    assert "lines" in call.why
    assert office.queue() == ()
    assert office.texts() == []


def test_calls_from_before_the_first_install_are_history(furnish: Furnish) -> None:
    office = furnish(hooks=False, poll_seconds=1)
    old = office.call("+14155550150")
    installed = office.clock.now() - timedelta(seconds=30)
    office.write(lambda tx: tx.run(schema.connections.update().values(since=installed)))
    _age(office, old, minutes=2)
    office.start()
    new = office.call()
    assert new.sid != old.sid
    office.texted()
    office.poll()
    assert office.texts("+14155550150") == []
    assert office.leads("+14155550150") == []
    assert any(c.call_id == old.sid and "before" in c.why for c in office.rows(schema.calls))


def test_a_call_found_too_late_is_phoned_not_texted(furnish: Furnish) -> None:
    office = furnish(hooks=False, poll_seconds=1)
    _age(office, office.call(), minutes=20)
    office.start()
    row = office.reaches(Stage.CALL_NOW)
    office.quiet()
    assert office.texts() == []
    assert row.next.due is not None
    assert "20 minutes ago" in office.happenings(row.lead)


def test_an_outage_does_not_end_in_a_burst_of_stale_texts(furnish: Furnish) -> None:
    office = furnish(hooks=False, poll_seconds=1)
    late = [f"+1415555{number:04}" for number in range(160, 168)]
    for caller in late:
        _age(office, office.call(caller), minutes=45)
    office.call()
    office.start()
    office.texted()
    eventually(lambda: len(office.queue()) == 9)
    office.quiet()
    assert [len(office.texts(caller)) for caller in late] == [0] * 8
    assert all(office.lead(caller).stage is Stage.CALL_NOW for caller in late)


def test_callers_in_spanish_get_the_spanish_text(furnish: Furnish) -> None:
    office = furnish(language="es")
    office.start()
    office.call()
    (text,) = office.texted()
    assert "Perdimos su llamada" in text.body


def test_calls_without_hooks_of_the_voice_url_are_looked_up_when_they_end(furnish: Furnish) -> None:
    """Only the number's StatusCallback is ours; the call's own words are no verdict."""
    office = furnish()
    office.start()
    number = office.twilio.company.ledger.numbers[LINE]
    number.voice_url = ""
    number.twiml = "<Response><Say>Nobody is here</Say></Response>"
    office.call()
    office.texted()
    (call,) = office.rows(schema.calls)
    assert call.outcome == "missed"


def _age(office: Office, call: Call, *, minutes: int) -> None:
    """The call was so long ago, as the company tells it."""
    ledger = office.twilio.company.ledger
    for leg in (call, *ledger.legs_of(call)):
        leg.started -= timedelta(minutes=minutes)
        if leg.ended is not None:
            leg.ended -= timedelta(minutes=minutes)
