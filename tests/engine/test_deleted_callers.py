"""What happens when somebody calls or writes whose record was deleted.

Must not: look at the deletion itself; `test_forgetting` does.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from mcdesk.domain.events import CallAnswered, CallEnded, Event
from mcdesk.domain.facts import TextClass
from mcdesk.domain.leads import Stage as LeadStage
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.number_key import NumberKey
from mcdesk.engine import forgetting, gate, marking, rules
from mcdesk.store import forgotten, marks, people, schema, set_back
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, LINE, NOW, SOURCE, Stage
from tests.engine.test_calls_in_any_order import MISSED_AT_ONCE
from tests.engine.test_replies import text, the_lead


def texts(tx: Tx) -> list[str]:
    return [row.text_class for row in tx.all(select(schema.messages)) if row.direction == "out"]


def test_o8_a_new_call_of_a_deleted_person_who_had_opted_out_is_phoned_not_texted(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        forgotten.keep(tx, stage.house.numbers, CALLER, opted_out=True, by="Maria")
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        assert texts(tx) == []
        assert the_lead(tx).stage == LeadStage.CALL_NOW
        (decision,) = tx.all(select(schema.decisions))
        assert decision.answer == "no"

    stage.act(story)


def test_a_new_call_of_a_deleted_person_who_had_not_opted_out_is_texted(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        forgotten.keep(tx, stage.house.numbers, CALLER, opted_out=False, by="Maria")
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        assert texts(tx) == ["ack"]

    stage.act(story)


BEFORE, AFTER = NOW - timedelta(minutes=9), NOW + timedelta(minutes=9)


def everything(tx: Tx) -> str:
    return "\n".join(
        str(tuple(row)) for each in schema.metadata.sorted_tables for row in tx.all(select(each))
    )


@pytest.mark.parametrize("event", [
    replace(MISSED_AT_ONCE, started_at=BEFORE, name="Ana Diaz"),
    CallAnswered(call_id="CA1", caller=CALLER, line=LINE, direction="inbound", started_at=BEFORE),
    CallEnded(call_id="CA1", caller=LINE, line=CALLER, direction="outbound", ended_at=BEFORE),
    text("SM1", "My landlord changed the locks", BEFORE),
], ids=["missed", "answered", "called", "text"])  # fmt: skip
def test_s8_what_was_before_the_deletion_and_is_told_late_does_not_bring_them_back(
    stage: Stage, event: Event
) -> None:
    def story(tx: Tx) -> None:
        forgotten.keep(tx, stage.house.numbers, CALLER, opted_out=False, by="Maria")
        for _ in range(2):
            rules.apply(tx, stage.house, SOURCE, event)
        assert rules.is_old_news(tx, "twilio", event), "it is known by its id"
        assert tx.all(select(schema.leads)) == tx.all(select(schema.contacts)) == []
        for words in (CALLER.e164[-10:], "Ana Diaz", "landlord"):
            assert words not in everything(tx)
        later = Tx(tx.connection, AFTER)
        rules.apply(later, stage.house, SOURCE, replace(MISSED_AT_ONCE, call_id="CA2", started_at=AFTER))
        assert texts(tx) == ["ack"], "a new call is a new lead"

    stage.act(story)


def test_s8_a_text_told_again_after_the_deletion_brings_nobody_back(stage: Stage) -> None:
    """A hook tells no time, so its id alone says that it is old."""

    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, text("SM1", "My landlord changed the locks"))
        assert forgetting.forget(tx, stage.house, "Maria", CALLER).ok
        rules.apply(tx, stage.house, SOURCE, text("SM1", "My landlord changed the locks"))
        assert people.find_contact(tx, CALLER) is None
        assert "landlord" not in everything(tx)

    stage.act(story)


def test_o2_an_opt_out_of_before_the_deletion_counts_when_it_is_told_late(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        forgotten.keep(tx, stage.house.numbers, CALLER, opted_out=False, by="Maria")
        rules.apply(tx, stage.house, SOURCE, text("SM1", "please stop texting me", BEFORE))
        assert forgotten.is_opted_out(tx, stage.house.numbers, CALLER)
        (entry,) = tx.all(select(schema.consents))
        assert (entry.kind, entry.evidence["said_at"]) == ("withdrawn", BEFORE.isoformat())
        assert "please stop" not in everything(tx)
        assert CALLER.e164[-10:] not in everything(tx)

    stage.act(story)


def test_s8_an_opt_in_does_not_move_when_the_record_was_deleted(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        forgotten.keep(tx, stage.house.numbers, CALLER, opted_out=True, by="Maria")
        rules.apply(Tx(tx.connection, AFTER), stage.house, SOURCE, text("SM1", "START", AFTER))
        assert forgotten.deleted_at(tx, stage.house.numbers, CALLER) == NOW

    stage.act(story)


@pytest.mark.parametrize("is_noticed", [True, False])
def test_s8_who_was_deleted_while_the_clock_was_ahead_may_call_and_write_again(
    stage: Stage, is_noticed: bool
) -> None:
    """Where nothing ran while it was mended, nobody notices."""

    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        tx.run(update(schema.messages).values(status="delivered"))
        tx.run(update(schema.jobs).values(state="done"))
        tx.now = NOW + timedelta(days=1)
        assert forgetting.forget(tx, stage.house, "Maria", CALLER).ok
        tx.now = NOW + timedelta(minutes=5)
        if is_noticed:
            set_back.move_back(tx, timedelta(days=1))
        tx.now = AFTER
        rules.apply(tx, stage.house, SOURCE, replace(MISSED_AT_ONCE, call_id="CA2", started_at=AFTER))
        rules.apply(tx, stage.house, SOURCE, text("SM1", "My landlord changed the locks", AFTER))
        lead = tx.first(select(schema.leads).where(schema.leads.c.closed_at.is_(None)))
        assert lead is not None
        assert (lead.calls, lead.preview) == (1, "My landlord changed the locks")

    stage.act(story)


@pytest.mark.parametrize("said_again", ["START", "unmarked"])
def test_s8_with_a_lost_key_a_call_of_before_it_was_said_is_none_of_a_deleted_person(
    stage: Stage, said_again: str
) -> None:
    def story(tx: Tx) -> None:
        forgotten.keep(
            tx, NumberKey(bytes(32)), CALLER, opted_out=said_again == "START", by="Maria",
            marked=[MarkKind.NEVER] if said_again == "unmarked" else (), at=NOW - timedelta(days=30),
        )  # fmt: skip
        if said_again == "START":
            rules.apply(tx, stage.house, SOURCE, text("SM1", "START"))
        else:
            assert marking.unmark(tx, stage.house, "Maria", CALLER, MarkKind.NEVER).ok
        rules.apply(tx, stage.house, SOURCE, replace(MISSED_AT_ONCE, started_at=BEFORE))
        (call,) = tx.all(select(schema.calls))
        assert (call.caller, call.lead is not None) == (CALLER, True)

    stage.act(story)


@pytest.mark.parametrize("kind", [MarkKind.NEVER, MarkKind.BLOCKED])
def test_o8_a_mark_outlives_its_person_and_no_text_of_theirs_lifts_it(stage: Stage, kind: MarkKind) -> None:
    def story(tx: Tx) -> None:
        house = stage.house
        rules.apply(tx, house, SOURCE, MISSED_AT_ONCE)
        assert marking.mark(tx, house, "Maria", CALLER, kind, "Opposing counsel").ok
        assert forgetting.forget(tx, house, "Maria", CALLER).ok
        assert "Opposing counsel" not in everything(tx)
        for number, word in enumerate(("START", "YES", "UNSTOP")):
            rules.apply(tx, house, SOURCE, text(f"SM{number}", word))
            assert marks.in_force(tx, house.numbers, CALLER) == {kind: forgotten.BEFORE_DELETION}
        later = Tx(tx.connection, NOW + timedelta(days=2))
        rules.apply(later, house, SOURCE, replace(MISSED_AT_ONCE, call_id="CA2", started_at=later.now))
        decision = gate.judge(
            later, house, to=CALLER, body="", text_class=TextClass.HELP, lead=None, moment="asked"
        )
        assert (decision.answer, decision.rule) == ("no", str(kind))
        assert texts(tx) == ["ack"], "that of the first call"
        assert marking.unmark(tx, house, "Maria", CALLER, None).ok
        assert marks.in_force(tx, house.numbers, CALLER) == {}

    stage.act(story)


@pytest.mark.parametrize(("hours", "sent"), [(1, ["ack"]), (25, ["ack", "ack"])])
def test_t3_the_texts_of_the_last_day_are_counted_beyond_a_deletion(
    stage: Stage, hours: int, sent: list[str]
) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        tx.run(update(schema.messages).values(status="delivered"))
        assert forgetting.forget(tx, stage.house, "Maria", CALLER).ok
        later = Tx(tx.connection, NOW + timedelta(hours=hours))
        rules.apply(later, stage.house, SOURCE, replace(MISSED_AT_ONCE, call_id="CA2", started_at=later.now))
        assert texts(tx) == sent

    stage.act(story)


def test_o4_what_was_undecided_at_a_deletion_meant_stop(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, text("SM1", "I am not interested"))
        assert forgetting.forget(tx, stage.house, "Maria", CALLER).ok
        assert forgotten.is_opted_out(tx, stage.house.numbers, CALLER)
        entry = tx.all(select(schema.consents))[-1]
        assert (entry.kind, entry.evidence["undecided"]) == ("deleted", True)

    stage.act(story)


def test_o6_an_opt_out_said_again_after_a_deletion_is_not_confirmed_again(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        for number in range(2):
            rules.apply(tx, stage.house, SOURCE, text(f"SM{number}", "please stop texting me"))
            if not number:
                tx.run(update(schema.messages).values(status="delivered"))
                assert forgetting.forget(tx, stage.house, "Maria", CALLER).ok
        assert texts(tx) == ["optout-confirm"]
        assert people.suppressed_at(tx, CALLER) == NOW

    stage.act(story)


def test_o8_start_releases_a_deleted_person_too(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        forgotten.keep(tx, stage.house.numbers, CALLER, opted_out=True, by="Maria")
        rules.apply(tx, stage.house, SOURCE, text("SM1", "YES"))
        assert forgotten.is_opted_out(tx, stage.house.numbers, CALLER), "the provider may know nothing of it"
        rules.apply(tx, stage.house, SOURCE, text("SM2", "START"))
        assert not forgotten.is_opted_out(tx, stage.house.numbers, CALLER)

    stage.act(story)
