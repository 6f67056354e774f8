"""A receptionist's day: replies to answer, timers, claiming, closing, and what everybody is told.

Must not: open a window.
"""

from datetime import timedelta

import pytest

from mcdesk.domain.leads import Disposition, Stage
from mcdesk.domain.queue import Alert, CallBack, ItemKind, NextWhat, Urgency, View, urgency
from mcdesk.engine.changes import Changes
from mcdesk.engine.verbs import NoSuchLead
from mcdesk.simulator import Fault
from tests.walks.conftest import Furnish
from tests.walks.office import CALLER, Office, eventually

OTHER = "+14155550143"


def wrote(office: Office, words: str = "Can someone call me?") -> int:
    """A missed caller who wrote back; their lead."""
    office.missed()
    office.text(words)
    return office.reaches(Stage.NEEDS_REPLY).lead


def alerts(office: Office, kind: str) -> list[Alert]:
    return [alert for alert in office.do(office.desk.alerts()) if alert.kind == kind]


def answer(office: Office, lead: int, words: str = "This is Maria. I call you at five.") -> None:
    seen = office.conversation(lead).last_seen
    done = office.do(office.desk.reply(lead, words, last_seen=seen))
    assert done.ok, done.sentence


def test_a_reply_needs_an_answer_in_fifteen_minutes_and_turns_amber_after_five(office: Office) -> None:
    row = office.queue()[0] if wrote(office) else None
    assert row is not None
    assert row.next.what is NextWhat.REPLY
    assert row.next.due is not None
    now = office.desk.now()
    assert timedelta(minutes=14, seconds=45) < row.next.due - now <= timedelta(minutes=15)
    assert urgency(row.next, now) is Urgency.IN_TIME
    assert urgency(row.next, now + timedelta(minutes=6)) is Urgency.SOON
    assert urgency(row.next, now + timedelta(minutes=16)) is Urgency.LATE
    assert (row.unread, row.preview, row.preview_is_theirs) == (1, "Can someone call me?", True)
    assert len(alerts(office, "reply")) == 1


def test_a_late_reply_is_told_to_everyone_once(office: Office) -> None:
    lead = wrote(office)
    assert office.do(office.desk.claim(lead)).ok
    assert office.do(office.desk.overview()).needing_people == 0
    office.jump(minutes=16)
    (late,) = eventually(lambda: alerts(office, "late"), what="the alert")
    assert late.owner is None
    assert late.lead == lead
    assert office.do(office.desk.overview()).needing_people == 1
    office.jump(hours=5)
    office.quiet()
    assert len(alerts(office, "late")) == 1


def test_an_answer_in_time_stops_the_clock(office: Office) -> None:
    lead = wrote(office)
    answer(office, lead)
    office.texted(2)
    office.jump(minutes=30)
    office.quiet()
    assert alerts(office, "late") == []
    row = office.lead()
    assert (row.stage, row.owner, row.unread) == (Stage.ANSWERED, "Maria", 0)


def test_a_second_reply_soon_after_an_answer_starts_a_clock_of_its_own(office: Office) -> None:
    lead = wrote(office)
    answer(office, lead)
    office.text("Five is too late")
    office.reaches(Stage.NEEDS_REPLY)
    office.jump(minutes=16)
    eventually(lambda: alerts(office, "late"), what="the alert")


def test_a_second_reply_does_not_restart_a_running_clock(office: Office) -> None:
    wrote(office)
    due = office.lead().next.due
    office.jump(minutes=10)
    office.text("Hello?")
    eventually(lambda: office.lead().unread == 2)
    assert office.lead().next.due == due


def test_a_reply_written_over_a_newer_message_is_stopped(office: Office) -> None:
    lead = wrote(office)
    seen = office.conversation(lead).last_seen
    office.text("Actually, never mind the phone, text me")
    eventually(lambda: office.lead().unread == 2)
    done = office.do(office.desk.reply(lead, "I call you now", last_seen=seen))
    assert not done.ok
    assert "never mind" in done.sentence
    office.quiet()
    assert len(office.texts()) == 1
    answer(office, lead)
    office.texted(2)


def test_two_people_answering_at_once_are_told_of_each_other(office: Office) -> None:
    lead = wrote(office)
    seen = office.conversation(lead).last_seen
    assert office.do(office.desk.reply(lead, "I call you now", last_seen=seen)).ok
    done = office.do(office.desk.reply(lead, "I call you now", last_seen=seen))
    assert not done.ok
    assert "Maria answered" in done.sentence
    office.texted(2)
    office.quiet()
    assert len(office.texts()) == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [("", "empty"), ("   \n", "empty"), ("x" * 1601, "1601 characters")],
    ids=["none", "blank", "long"],
)
def test_a_text_that_cannot_be_sent_is_refused_with_the_reason(office: Office, words: str, says: str) -> None:
    lead = wrote(office)
    seen = office.conversation(lead).last_seen
    done = office.do(office.desk.reply(lead, words, last_seen=seen))
    assert not done.ok
    assert says in done.sentence


def test_a_long_text_with_emoji_arrives_as_typed(office: Office) -> None:
    lead = wrote(office, "¿Hablan español? 🙏")
    assert office.lead().preview == "¿Hablan español? 🙏"
    words = "Sí, claro 🙂 " * 50  # ten segments, the most there may be
    answer(office, lead, words)
    assert office.texted(2)[1].body == words.strip()


def test_claiming_is_for_one_and_shows_under_mine(office: Office) -> None:
    lead = wrote(office)
    assert len(office.queue(View.UNCLAIMED)) == 1
    assert office.do(office.desk.claim(lead)).ok
    assert [row.lead for row in office.queue(View.MINE)] == [lead]
    assert office.queue(View.UNCLAIMED) == ()
    assert office.do(office.desk.release(lead)).ok
    assert office.queue(View.MINE) == ()


def test_calling_back_takes_it_on_and_rings_the_office_first(office: Office) -> None:
    lead = wrote(office)
    answered = office.do(office.desk.call_back(lead))
    assert isinstance(answered, CallBack)
    assert answered.tel is None
    eventually(
        lambda: [c for c in office.twilio.company.ledger.calls.values() if c.direction == "outbound-api"]
    )
    row = office.lead()
    assert (row.stage, row.owner) == (Stage.ANSWERED, "Maria")


def test_when_the_provider_cannot_ring_the_number_is_shown_to_dial(office: Office) -> None:
    lead = wrote(office)
    office.twilio.company.faults.add(Fault("status", path="/Calls.json", method="POST", status=500))
    answered = office.do(office.desk.call_back(lead))
    assert isinstance(answered, CallBack)
    assert answered.tel == f"tel:{CALLER}"


def test_closing_and_opening_again(office: Office) -> None:
    lead = wrote(office)
    assert office.do(office.desk.close(lead, Disposition.SPAM, reason="robot")).ok
    assert not office.do(office.desk.close(lead, Disposition.SPAM)).ok
    assert office.queue() == ()
    (closed,) = office.queue(View.CLOSED)
    assert closed.disposition == "spam"
    assert office.do(office.desk.reopen(lead)).ok
    assert not office.do(office.desk.reopen(lead)).ok
    assert office.lead().lead == lead


def test_a_closed_lead_stays_closed_when_the_caller_has_a_newer_one(office: Office) -> None:
    lead = wrote(office)
    office.do(office.desk.close(lead, Disposition.OTHER))
    office.text("One more question")
    eventually(office.queue)
    done = office.do(office.desk.reopen(lead))
    assert not done.ok
    assert "newer" in done.sentence


def test_a_booked_lead_is_under_booked_and_not_among_the_closed(office: Office) -> None:
    lead = wrote(office)
    office.do(office.desk.close(lead, Disposition.BOOKED))
    assert [row.lead for row in office.queue(View.BOOKED)] == [lead]
    assert office.queue(View.CLOSED) == ()


def test_a_note_is_never_sent(office: Office) -> None:
    lead = wrote(office)
    assert not office.do(office.desk.note(lead, "  ")).ok
    assert office.do(office.desk.note(lead, "Spoke with her sister")).ok
    office.quiet()
    assert len(office.texts()) == 1
    (item,) = office.items(ItemKind.NOTE, lead)
    assert (item.author, item.text) == ("Maria", "Spoke with her sister")


def test_opening_a_conversation_reads_its_texts_and_alerts(office: Office) -> None:
    lead = wrote(office)
    office.do(office.desk.read(lead))
    assert office.lead().unread == 0
    assert alerts(office, "reply") == []
    assert office.lead().stage is Stage.NEEDS_REPLY, "reading is not answering"


def test_a_draft_is_kept_until_it_is_sent(office: Office) -> None:
    lead = wrote(office)
    office.do(office.desk.save_draft(lead, "Dear"))
    assert office.do(office.desk.draft(lead)) == "Dear"
    answer(office, lead, "Dear Dana")
    assert office.do(office.desk.draft(lead)) == ""


def test_a_lead_nobody_has_is_said_to_be_none(office: Office) -> None:
    with pytest.raises(NoSuchLead, match="no lead 99"):
        office.conversation(99)
    with pytest.raises(NoSuchLead):
        office.do(office.desk.claim(99))


def test_a_stranger_who_texts_becomes_a_lead_to_answer(office: Office) -> None:
    office.text("Do you do wills?", OTHER)
    row = office.reaches(Stage.NEEDS_REPLY, OTHER)
    assert row.calls == 0
    assert office.texts(OTHER) == []
    assert row.line_label == "Main line"


def test_a_picture_without_words_is_shown_as_one(office: Office) -> None:
    company = office.twilio.company
    office.missed()

    async def sends_picture() -> object:
        return await company.text(CALLER, "", media=("https://api.example/picture.jpg",))

    office.twilio.run(sends_picture)
    row = office.reaches(Stage.NEEDS_REPLY)
    assert row.preview == "Sent a picture"
    assert office.items(ItemKind.TEXT_IN)[0].media == 1


def test_a_short_code_is_no_person(office: Office) -> None:
    company = office.twilio.company

    async def writes() -> object:
        return await company.text("72975", "Your code is 1234")

    office.twilio.run(writes)
    office.quiet()
    assert office.queue() == ()


def test_the_screen_hears_which_lead_changed_after_each_commit(office: Office) -> None:
    heard: list[Changes] = []
    stop = office.desk.feed.subscribe(heard.append)
    office.missed()
    lead = office.lead().lead
    eventually(lambda: any(lead in change.leads for change in heard))
    office.text("Call me")
    office.reaches(Stage.NEEDS_REPLY)
    eventually(lambda: any(change.alerts for change in heard), what="the alert heard")
    stop()
    office.quiet()
    heard.clear()
    office.do(office.desk.claim(lead))
    assert heard == []


def test_evidence_tells_every_decision_of_the_gate(office: Office) -> None:
    lead = wrote(office)
    answer(office, lead)
    office.texted(2)
    office.quiet()
    evidence = office.do(office.desk.evidence(lead))
    moments = [(each["moment"], each["text_class"], each["answer"]) for each in evidence["decisions"]]
    assert moments == [
        ("queued", "ack", "send"),
        ("sent", "ack", "send"),
        ("queued", "service", "send"),
        ("sent", "service", "send"),
    ]
    assert all(each["why"] and each["rules_version"] for each in evidence["decisions"])


def test_a_conversation_is_read_in_pages(furnish: Furnish) -> None:
    office = furnish(crm=False)
    office.start()
    lead = wrote(office)
    for number in range(12):
        office.do(office.desk.note(lead, f"Note {number}"))
    whole = office.do(office.desk.conversation(lead, limit=1000)).items
    last = office.do(office.desk.conversation(lead, limit=5))
    assert last.has_earlier
    earlier = office.do(office.desk.conversation(lead, before=last.items[0].id, limit=1000))
    assert not earlier.has_earlier
    assert earlier.items + last.items == whole
    assert [item.at for item in whole] == sorted(item.at for item in whole)
