"""What happens when somebody calls or writes whose record was deleted.

Must not: look at the deletion itself; `test_forgetting` does.
"""

from sqlalchemy import select

from mcdesk.domain.leads import Stage as LeadStage
from mcdesk.engine import rules
from mcdesk.store import forgotten, schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, SOURCE, Stage
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


def test_o8_start_releases_a_deleted_person_too(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        forgotten.keep(tx, stage.house.numbers, CALLER, opted_out=True, by="Maria")
        rules.apply(tx, stage.house, SOURCE, text("SM1", "YES"))
        assert not forgotten.is_opted_out(tx, stage.house.numbers, CALLER)

    stage.act(story)
