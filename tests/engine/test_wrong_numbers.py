"""Somebody else has the number: what becomes of texts, of the CRM's file and of the lead, on rows alone.

Must not: write to a CRM; `tests/walks/test_crm` does.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from mcdesk.domain.leads import Disposition, EndReason
from mcdesk.domain.leads import Stage as LeadStage
from mcdesk.engine import rules, verbs, work
from mcdesk.engine.house import House
from mcdesk.store import alerts, people, schema, talk
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, NOW, SOURCE, Stage
from tests.engine.sending import claims_of
from tests.engine.test_calls_in_any_order import MISSED_AT_ONCE
from tests.engine.test_replies import happenings, text, the_lead

WRONG, FALSCH = "Sorry, wrong number", "Número equivocado"
MINUTE = timedelta(minutes=1)


def filed(tx: Tx, house: House) -> int:
    """A caller whose number the CRM has in somebody's file, with their first text in line; the lead."""
    rules.apply(tx, house, SOURCE, MISSED_AT_ONCE)
    row = the_lead(tx)
    people.link_crm(tx, row.contact, "clio", crm_id="7", name="Ana Diaz", url="https://clio/7", matches=1)
    people.rename(tx, row.contact, "Ana Diaz")
    return int(row.id)


def waiting(tx: Tx) -> list[str]:
    return [row.kind for row in tx.all(select(schema.jobs.c.kind).where(schema.jobs.c.state == "waiting"))]


@pytest.mark.parametrize(
    ("words", "confirmation"),
    [
        (WRONG, "Rivera & Cole: Sorry for the mix-up. You will get no more texts from us."),
        (FALSCH, "Rivera & Cole: Disculpe el error. No le enviaremos otros mensajes."),
    ],
)
def test_o3_it_is_suppressed_canceled_and_confirmed_once_in_neutral_words(
    stage: Stage, words: str, confirmation: str
) -> None:
    def story(tx: Tx) -> None:
        filed(tx, stage.house)
        for message in ("SM1", "SM2"):
            rules.apply(tx, stage.house, SOURCE, text(message, words))
        assert people.suppressed_at(tx, CALLER) == NOW
        assert the_lead(tx).ended == EndReason.WRONG_NUMBER
        assert waiting(tx) == [work.SEND_ANSWER]
        (outgoing,) = claims_of(stage).claim(tx, 9)
        assert outgoing.text.body == confirmation
        assert "START" not in confirmation, "nobody asks a stranger to subscribe"

    stage.act(story)


def test_o3_o6_the_confirmation_has_the_five_minutes_of_any_other(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        filed(tx, stage.house)
        rules.apply(tx, stage.house, SOURCE, text("SM1", WRONG, NOW - 6 * MINUTE))
        assert work.SEND_ANSWER not in waiting(tx)
        assert "Answer not sent" in happenings(tx)
        assert people.suppressed_at(tx, CALLER) is not None

    stage.act(story)


def test_o3_nothing_more_is_written_to_the_file_of_somebody_else(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        lead = filed(tx, stage.house)
        contact = the_lead(tx).contact
        assert set(waiting(tx)) & set(work.CRM)
        rules.apply(tx, stage.house, SOURCE, text("SM1", WRONG))
        assert people.crm_links(tx, contact) == []
        assert people.contact(tx, contact).name is None, "the name was of that file"
        talk.set_status(tx, 1, "sent")
        verbs.note(tx, stage.house, "Maria", lead, "A stranger")
        verbs.close(tx, stage.house, "Maria", lead, Disposition.WRONG_NUMBER, "")
        rules.apply(tx, stage.house, SOURCE, text("SM2", "Who is this?"))
        assert not set(waiting(tx)) & set(work.CRM)

    stage.act(story)


def test_o3_a_person_is_told_whose_record_to_check(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        lead = filed(tx, stage.house)
        rules.apply(tx, stage.house, SOURCE, text("SM1", WRONG))
        (told,) = [
            each for each in alerts.recent(tx, person="Maria", unread_only=True) if each.kind == "review"
        ]
        assert "Ana Diaz in Clio" in told.text
        assert CALLER.spoken in told.text
        assert "Nothing more is written to Ana Diaz in Clio" in happenings(tx)
        assert the_lead(tx).stage == LeadStage.NEEDS_REPLY
        refused = verbs.push_to_crm(tx, stage.house, "Maria", lead)
        assert not refused.ok
        assert "by hand" in refused.sentence

    stage.act(story)


def test_o3_who_calls_again_after_they_said_so_is_to_be_phoned(stage: Stage) -> None:
    """No clock runs for what they said, and no text may go out: nobody would see the call."""

    def story(tx: Tx) -> None:
        filed(tx, stage.house)
        rules.apply(tx, stage.house, SOURCE, text("SM1", WRONG))
        assert the_lead(tx).reply_due is None
        later = Tx(tx.connection, NOW + timedelta(days=3))
        again = replace(MISSED_AT_ONCE, call_id="CA2", started_at=later.now, ended_at=later.now)
        rules.apply(later, stage.house, SOURCE, again)
        row = the_lead(tx)
        assert row.stage == LeadStage.CALL_NOW
        assert row.reply_due == later.now + stage.house.office.goals.reply_within

    stage.act(story)
