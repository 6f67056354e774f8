"""The consent ledger as calls, texts and people write it, and what the gate's answers say they rest on.

Must not: look at the chain; `tests/store/test_evidence` does.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, delete, func, select

from mcdesk.domain.facts import TextClass
from mcdesk.engine import consenting, gate, rules, verbs
from mcdesk.store import consents, evidence, forgotten, greetings, people, said, schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, LINE, NOW, SOURCE, Stage
from tests.engine.test_calls_in_any_order import MISSED_AT_ONCE
from tests.engine.test_replies import text, the_lead

WORDS = "Thank you for calling Rivera & Cole. If we miss you we may text you back; say no to decline."


def words_of(tx: Tx, entry: Row[Any]) -> object:
    (told,) = said.opened(tx, [entry.evidence])
    return told["words"]


def ledger(tx: Tx) -> Sequence[Row[Any]]:
    return tx.all(select(schema.consents).order_by(schema.consents.c.id))


def kinds(tx: Tx) -> list[tuple[str, str]]:
    return [(row.kind, row.source) for row in ledger(tx)]


def answers(tx: Tx) -> list[int | None]:
    """What each answer of the gate rests on."""
    rows = tx.all(select(schema.decisions).order_by(schema.decisions.c.id))
    return [row.evidence["consent"] for row in rows]


def test_t1_an_unanswered_call_gives_consent_with_the_greeting_it_heard(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        greetings.note(tx, LINE, WORDS, by="Maria")
        greeting = greetings.in_force(tx, LINE, NOW)
        assert greeting is not None
        rules.apply(tx, stage.house, SOURCE, replace(MISSED_AT_ONCE, started_at=NOW))
        (row,) = ledger(tx)
        assert (row.kind, row.source, row.lead) == ("given", "call", the_lead(tx).id)
        assert (row.number_key, row.greeting) == (stage.house.numbers.of(CALLER), greeting.id)
        assert row.evidence["call"] == MISSED_AT_ONCE.call_id
        assert row.evidence["line"] == LINE.e164
        assert row.evidence["zone"] == "America/Los_Angeles"
        assert row.evidence["greeting"]["digest"] == greeting.digest
        assert row.evidence["reduced"] is False
        assert answers(tx) == [row.id]
        assert CALLER.e164[2:] not in str(row), "no row says the number"

    stage.act(story)


def test_t1_without_a_greeting_on_record_the_evidence_is_reduced(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        (row,) = ledger(tx)
        assert (row.greeting, row.evidence["reduced"]) == (None, True)

    stage.act(story)


def test_t1_a_greeting_counts_from_when_it_was_there_until_it_changed(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        hour = timedelta(hours=1)
        for at, words in ((NOW - 3 * hour, WORDS), (NOW - 2 * hour, "Other words."), (NOW - hour, "")):
            then = Tx(tx.connection, at)
            assert greetings.note(then, LINE, words, by="Maria")
            assert not greetings.note(then, LINE, words, by="Maria"), "no row for what is so already"
        heard = [greetings.in_force(tx, LINE, NOW - each * hour) for each in (4, 3, 2, 1, 0)]
        assert [row and row.text for row in heard] == [None, WORDS, "Other words.", None, None]

    stage.act(story)


def test_t1_each_later_call_is_a_consent_of_its_own_and_the_newest_counts(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        greetings.note(tx, LINE, WORDS, by="Maria")
        again = replace(MISSED_AT_ONCE, call_id="CA2", started_at=NOW, ended_at=NOW)
        for _ in range(2):
            rules.apply(tx, stage.house, SOURCE, again)
        first, second = ledger(tx)
        assert (first.evidence["call"], second.evidence["call"]) == (MISSED_AT_ONCE.call_id, "CA2")
        assert first.lead == second.lead == the_lead(tx).id
        assert (first.evidence["reduced"], second.evidence["reduced"]) == (True, False)
        asked = {"to": CALLER, "body": "Hello", "text_class": TextClass.SERVICE, "lead": first.lead}
        gate.judge(tx, stage.house, **asked, moment="sent")
        assert answers(tx)[-1] == second.id

    stage.act(story)


def test_r3_o8_a_later_call_gives_nothing_where_it_is_forged_or_they_opted_out(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        again = replace(MISSED_AT_ONCE, call_id="CA2", started_at=NOW, ended_at=NOW)
        rules.apply(tx, stage.house, SOURCE, replace(again, spoofed=True))
        rules.apply(tx, stage.house, SOURCE, text("SM1", "STOP"))
        rules.apply(tx, stage.house, SOURCE, replace(again, call_id="CA3"))
        assert kinds(tx) == [("given", "call"), ("withdrawn", "text")]

    stage.act(story)


def test_r3_a_forged_call_gives_nothing(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, replace(MISSED_AT_ONCE, spoofed=True))
        assert ledger(tx) == []

    stage.act(story)


def test_o2_an_opt_out_is_noted_with_its_words_and_a_start_restores(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        rules.apply(tx, stage.house, SOURCE, text("SM1", "please stop texting me"))
        rules.apply(tx, stage.house, SOURCE, text("SM2", "stop"))
        rules.apply(tx, stage.house, SOURCE, text("SM3", "START"))
        given, withdrawn, again, restored = ledger(tx)
        assert kinds(tx) == [
            ("given", "call"),
            ("withdrawn", "text"),
            ("withdrawn", "text"),
            ("restored", "text"),
        ]
        assert words_of(tx, withdrawn) == "please stop texting me"
        assert withdrawn.evidence["rule"]
        assert (withdrawn.evidence["first"], again.evidence["first"]) == (True, False)
        assert words_of(tx, restored) == "START"
        seen = f"message:{tx.value(select(func.max(schema.messages.c.id)))}"
        assert verbs.reply(tx, stage.house, "Maria", the_lead(tx).id, "Hello again", seen).ok
        assert {row.lead for row in ledger(tx)} == {the_lead(tx).id}
        assert answers(tx) == [given.id, None, restored.id], "first text, confirmation, Maria's reply"

    stage.act(story)


def test_o7_staff_note_who_heard_it_and_where(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        lead = the_lead(tx).id
        done = verbs.asked_to_stop(tx, stage.house, "Maria", lead, "No texts, please.", "phone")
        # Ten business days after a Wednesday, with Thanksgiving among them.
        assert done.sentence.endswith("as of now; the law gives until Thursday, December 3.")
        row = ledger(tx)[-1]
        assert (row.kind, row.source, row.by) == ("withdrawn", "phone", "Maria")
        assert words_of(tx, row) == "No texts, please."
        assert row.evidence["honour_by"] == "2026-12-03"
        (suppression,) = tx.all(select(schema.suppressions))
        assert suppression.by == "Maria"

    stage.act(story)


def test_o9_what_the_provider_reports_is_noted_once(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        for first in (True, False):
            reported = consenting.withdraw(
                tx, stage.house, CALLER, words="", rule="error 21610", channel="provider"
            )
            assert reported is first
        assert kinds(tx) == [("given", "call"), ("withdrawn", "provider")]

    stage.act(story)


@pytest.mark.parametrize("deleted", [False, True])
def test_o8_a_call_of_somebody_who_opted_out_gives_nothing(stage: Stage, deleted: bool) -> None:
    def story(tx: Tx) -> None:
        if deleted:
            forgotten.keep(tx, stage.house.numbers, CALLER, opted_out=True, by="Maria")
        else:
            people.suppress(tx, CALLER, words="STOP", rule="stop", channel="text")
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        assert ledger(tx) == []

    stage.act(story)


def test_the_ledger_written_by_rules_can_be_followed(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        words = "déjenme en paz, ¡alto! 🛑\0"
        assert verbs.asked_to_stop(tx, stage.house, "Maria", the_lead(tx).id, words, "phone").ok
        found = evidence.CONSENTS.verify(tx)
        assert (found.rows, found.broken) == (2, None)

    stage.act(story)


def test_o2_an_opt_out_whose_row_was_taken_away_counts_by_the_ledger(stage: Stage) -> None:
    def judged(tx: Tx) -> tuple[str, str]:
        decision = gate.judge(
            tx, stage.house, to=CALLER, body="", text_class=TextClass.SERVICE, lead=None, moment="asked",
            keep=False,
        )  # fmt: skip
        return decision.answer, decision.rule

    def story(tx: Tx) -> None:
        assert consents.only_here(tx, stage.house.numbers) == 0
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        rules.apply(tx, stage.house, SOURCE, text("SM1", "STOP"))
        assert consents.only_here(tx, stage.house.numbers) == 0
        tx.run(delete(schema.suppressions))
        assert consents.only_here(tx, stage.house.numbers) == 1
        assert judged(tx) == ("no", "O-2")
        before = kinds(tx)
        later = replace(MISSED_AT_ONCE, call_id="CA2", started_at=NOW + timedelta(hours=1))
        rules.apply(Tx(tx.connection, NOW + timedelta(hours=2)), stage.house, SOURCE, later)
        assert kinds(tx) == before, "a call restores nothing (rule O-8)"
        assert judged(tx) == ("no", "O-2")
        rules.apply(tx, stage.house, SOURCE, text("SM2", "START"))
        assert judged(tx) == ("send", "")
        assert consents.only_here(tx, stage.house.numbers) == 0

    stage.act(story)


@pytest.mark.parametrize("words", ["", " \n"])
def test_o7_an_opt_out_needs_the_words(stage: Stage, words: str) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
        done = verbs.asked_to_stop(tx, stage.house, "Maria", the_lead(tx).id, words, "phone")
        assert not done.ok
        assert people.suppressed_at(tx, CALLER) is None
        assert verbs.asked_to_stop(tx, stage.house, "Maria", the_lead(tx).id, words, "text").ok

    stage.act(story)
