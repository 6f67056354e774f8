"""Callers who do not want texts, in every way they say so.

Must not: test the keyword table (`tests/domain` does).
"""

from datetime import timedelta

import pytest

from mcdesk.domain.leads import Disposition, Stage
from mcdesk.domain.queue import ItemKind
from mcdesk.store import schema
from tests.walks.conftest import Furnish
from tests.walks.office import CALLER, Office, eventually


def suppressed(office: Office) -> None:
    eventually(
        lambda: office.rows(schema.suppressions, schema.suppressions.c.ended_at.is_(None)), what="suppressed"
    )


def test_stop_is_answered_by_the_provider_alone_and_ends_everything(office: Office) -> None:
    office.missed()
    office.text("STOP")
    suppressed(office)
    office.quiet()
    assert len(office.texts()) == 1
    assert office.lead().opted_out
    assert office.jobs("take-step", "waiting") == []
    assert office.lead().stage is Stage.ANSWERED
    office.jump(hours=80)
    office.quiet()
    assert len(office.texts()) == 1


@pytest.mark.parametrize("words", ["ALTO", "please stop texting me", "Stop, please!"])
def test_a_wish_the_provider_does_not_know_is_confirmed_once_by_us(office: Office, words: str) -> None:
    office.missed()
    office.text(words)
    suppressed(office)
    office.texted(2)
    office.text(words)
    office.quiet()
    assert len(office.texts()) == 2, "the confirmation is sent once"
    confirmation = office.texts()[1].body
    assert "http" not in confirmation
    assert "riveracole" not in confirmation
    office.jump(hours=80)
    office.quiet()
    assert len(office.texts()) == 2


def test_after_stop_a_call_is_a_call_task_only(office: Office) -> None:
    office.missed()
    office.text("STOP")
    suppressed(office)
    office.jump(hours=30)
    office.call()
    office.reaches(Stage.CALL_NOW)
    office.quiet()
    assert len(office.texts()) == 1


def test_after_stop_and_close_a_new_lead_is_a_call_task_only(office: Office) -> None:
    row = office.missed()
    office.text("STOP")
    suppressed(office)
    office.do(office.desk.close(row.lead, Disposition.OPTED_OUT))
    office.jump(hours=30)
    office.call()
    new = office.reaches(Stage.CALL_NOW)
    office.quiet()
    assert new.lead != row.lead
    assert len(office.texts()) == 1
    assert "opted out" in office.happenings(new.lead)


def test_after_stop_the_reply_box_is_locked_and_a_typed_text_refused(office: Office) -> None:
    row = office.missed()
    office.text("STOP")
    suppressed(office)
    conversation = office.conversation(row.lead)
    assert conversation.card.locked is not None
    done = office.do(office.desk.reply(row.lead, "One more thing", last_seen=conversation.last_seen))
    assert not done.ok
    assert "Phone them" in done.sentence
    office.quiet()
    assert len(office.texts()) == 1


def test_stop_takes_back_a_typed_text_that_waits_for_the_provider(office: Office) -> None:
    row = office.missed()
    office.twilio.ask(lambda: office.twilio.company.refuse(1.2))
    seen = office.conversation(row.lead).last_seen
    assert office.do(office.desk.reply(row.lead, "Are you there?", last_seen=seen)).ok
    eventually(lambda: [job for job in office.jobs("send-typed", "waiting") if job.tries])
    office.text("STOP")
    suppressed(office)
    eventually(lambda: office.jobs("send-typed", "canceled"))
    office.quiet()
    assert len(office.texts()) == 1
    typed = office.items(ItemKind.TEXT_OUT, row.lead)[-1]
    assert "Not sent" in typed.why


def test_start_opens_texting_again_but_not_the_old_sequence(office: Office) -> None:
    row = office.missed()
    office.text("STOP")
    suppressed(office)
    office.text("START")
    eventually(lambda: not office.lead().opted_out, what="opted in again")
    office.quiet()
    assert office.conversation(row.lead).card.locked is None
    seen = office.conversation(row.lead).last_seen
    assert office.do(office.desk.reply(row.lead, "Welcome back", last_seen=seen)).ok
    office.texted(2)
    office.jump(hours=80)
    office.quiet()
    assert len(office.texts()) == 2


def test_yes_is_only_opting_in_for_someone_who_opted_out(office: Office) -> None:
    office.missed()
    office.text("YES")
    row = office.reaches(Stage.NEEDS_REPLY)
    assert office.rows(schema.suppressions) == []
    assert row.preview == "YES"


def test_a_wrong_number_gets_no_more_texts_and_a_person_looks(office: Office) -> None:
    office.missed()
    office.text("Sorry, you have the wrong number")
    suppressed(office)
    office.quiet()
    assert len([alert for alert in office.do(office.desk.alerts()) if alert.kind == "review"]) == 1
    office.jump(hours=80)
    office.quiet()
    assert [text.body for text in office.texts()[1:]] == [
        "Rivera & Cole: Sorry for the mix-up. You will get no more texts from us."
    ]
    assert office.jobs("send-text", "waiting") == []


def test_help_is_answered_by_the_provider_and_ayuda_by_us(office: Office) -> None:
    office.missed()
    office.text("HELP")
    office.reaches(Stage.NEEDS_REPLY)
    office.quiet()
    assert len(office.texts()) == 1, "Twilio answered HELP"
    office.text("AYUDA")
    office.texted(2)
    assert "STOP" in office.texts()[1].body
    office.text("AYUDA")
    office.quiet()
    assert len(office.texts()) == 2, "help once a day"


def test_asking_by_phone_not_to_be_texted_counts_too(office: Office) -> None:
    row = office.missed()
    assert office.do(office.desk.asked_to_stop(row.lead, words="on the phone", channel="phone")).ok
    office.jump(hours=5)
    office.quiet()
    assert len(office.texts()) == 1
    assert office.lead().opted_out


def test_an_opt_out_while_the_office_was_closed_comes_before_its_texts(furnish: Furnish) -> None:
    office = furnish(poll_seconds=1)
    office.start()
    office.missed()
    office.stop()
    office.twilio.company.point_hooks_at("")
    office.text("STOP")
    office.jump(hours=5)
    office.start()
    suppressed(office)
    office.quiet()
    assert len(office.texts()) == 1


def test_a_confirmation_is_not_sent_hours_after_the_wish(furnish: Furnish) -> None:
    office = furnish(poll_seconds=1)
    office.start()
    office.missed()
    office.stop()
    office.twilio.company.point_hooks_at("")
    wish = office.text("please stop texting me")
    wish.created -= timedelta(minutes=30)
    wish.sent = wish.created
    office.start()
    suppressed(office)
    office.quiet()
    assert len(office.texts()) == 1


def test_an_opt_out_from_before_the_install_counts(furnish: Furnish) -> None:
    office = furnish(poll_seconds=1, hooks=False)
    wish = office.text("please stop texting me")
    wish.created -= timedelta(hours=2)
    wish.sent = wish.created
    office.start()
    suppressed(office)
    office.call()
    office.reaches(Stage.CALL_NOW)
    office.quiet()
    assert office.texts(CALLER) == []


def test_guarded_words_do_not_opt_out(office: Office) -> None:
    office.missed()
    office.text("How do I stop creditors from calling me?")
    office.reaches(Stage.NEEDS_REPLY)
    assert office.rows(schema.suppressions) == []
