"""Somebody who opted out agrees to texts again, on paper or by word of mouth (rule O-8).

Must not: test what they write; `test_every_lead` and `test_replies` do.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from mcdesk.domain.facts import TextClass
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.queue import Done
from mcdesk.engine import consenting, forgetting, gate, marking, opting_in, rules
from mcdesk.store import people, said, schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, NOW, SOURCE, Stage
from tests.engine.test_calls_in_any_order import MISSED_AT_ONCE
from tests.engine.test_replies import happenings, text

TODAY = date(2026, 11, 18)


def opted_out(tx: Tx, stage: Stage) -> None:
    for event in (MISSED_AT_ONCE, text("SM1", "please stop texting me")):
        rules.apply(tx, stage.house, SOURCE, event)


def agree(tx: Tx, stage: Stage, **changes: Any) -> Done:
    said: dict[str, Any] = {"who": "Ana Diaz", "on": TODAY, "how": "paper", "words": "You may text me."}
    return opting_in.agreed_again(tx, stage.house, "Maria", CALLER, **{**said, **changes})


def may_be_texted(tx: Tx, stage: Stage) -> bool:
    decision = gate.judge(
        tx, stage.house, to=CALLER, body="Hello", text_class=TextClass.SERVICE, lead=None, moment="asked"
    )
    return decision.answer == "send"


@pytest.mark.parametrize("how", opting_in.WAYS)
def test_o8_who_agreed_again_may_be_texted_and_the_ledger_says_who_when_and_how(
    stage: Stage, how: str
) -> None:
    def story(tx: Tx) -> None:
        opted_out(tx, stage)
        assert not may_be_texted(tx, stage)
        assert agree(tx, stage, how=how).ok
        assert may_be_texted(tx, stage)
        entry = tx.all(select(schema.consents))[-1]
        assert (entry.kind, entry.source, entry.by) == ("restored", how, "Maria")
        (told,) = said.opened(tx, [entry.evidence])
        assert told == {"who": "Ana Diaz", "on": "2026-11-18", "words": "You may text me."}
        assert "Ana Diaz agreed again" in happenings(tx)
        assert not agree(tx, stage).ok, "there is nothing to end any more"

    stage.act(story)


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"who": " "}, "who agreed"),
        ({"on": TODAY + timedelta(days=1)}, "still to come"),
        ({"on": TODAY - timedelta(days=1)}, "opted out later"),
    ],
)
def test_o8_what_does_not_count_is_refused(stage: Stage, changes: dict[str, Any], because: str) -> None:
    def story(tx: Tx) -> None:
        opted_out(tx, stage)
        done = agree(tx, stage, **changes)
        assert (done.ok, because in done.sentence) == (False, True)
        assert people.suppressed_at(tx, CALLER) is not None

    stage.act(story)


@pytest.mark.parametrize("kind", [MarkKind.NEVER, MarkKind.BLOCKED])
@pytest.mark.parametrize("deleted", [False, True])
def test_o8_it_does_not_lift_what_the_office_said(stage: Stage, kind: MarkKind, deleted: bool) -> None:
    def story(tx: Tx) -> None:
        opted_out(tx, stage)
        assert marking.mark(tx, stage.house, "Maria", CALLER, kind, "Opposing counsel").ok
        if deleted:
            tx.run(schema.messages.update().values(status="delivered"))
            assert forgetting.forget(tx, stage.house, "Maria", CALLER).ok
        assert "mcdesk unmark" in agree(tx, stage).sentence
        assert not may_be_texted(tx, stage)

    stage.act(story)


def test_o8_a_deleted_person_may_agree_again(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        opted_out(tx, stage)
        assert forgetting.forget(tx, stage.house, "Maria", CALLER).ok
        assert not may_be_texted(tx, stage)
        assert agree(tx, stage).ok
        assert may_be_texted(tx, stage)

    stage.act(story)


def test_o8_where_the_provider_refuses_them_too_that_is_said(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        consenting.refused(tx, stage.house, CALLER, code="21610", lead=None)
        assert "until they send START" in agree(tx, stage, on=NOW.date()).sentence

    stage.act(story)
