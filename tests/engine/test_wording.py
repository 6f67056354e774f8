"""A wording that was in force before its rule was made stays unsent, and a person calls instead.

Must not: test the rules (`tests/domain/test_lint` does).
"""

from dataclasses import replace

from sqlalchemy import select

from mcdesk import app
from mcdesk.domain.leads import EndReason
from mcdesk.domain.leads import Stage as LeadStage
from mcdesk.engine import rules
from mcdesk.store import said, schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CONFIGURATION, NOW, SOURCE, Stage
from tests.engine.test_spoken_to import missed, texts, the_lead

PROMISE = """
[[templates]]
name = "first"
body = "{firm}: We guarantee results. Reply STOP to opt out."
"""


def test_a_first_text_with_a_forbidden_word_is_refused_in_words_and_a_person_calls(stage: Stage) -> None:
    office = app.read_office(CONFIGURATION + PROMISE)
    old = replace(stage, house=app.make_house(office, numbers=stage.house.numbers))

    def story(tx: Tx) -> None:
        rules.apply(tx, old.house, SOURCE, missed("CA1", NOW))
        assert texts(tx) == []
        row = the_lead(tx)
        assert (row.stage, row.ended) == (LeadStage.CALL_NOW, EndReason.BLOCKED)
        (decision,) = tx.all(select(schema.decisions))
        assert (decision.answer, decision.evidence["rule"]) == ("no", "lint")
        (told,) = said.opened(tx, [decision.evidence])
        assert "LAW001, Promises an outcome: 'guarantee'." in told["why"][0]

    old.act(story)


def test_the_evidence_says_who_answers_for_what_the_rules_warn_of(stage: Stage) -> None:
    offer = """
[[templates]]
name = "first"
body = "{firm}: Book a free consultation. Reply STOP to opt out."
warnings_accepted_by = "Maria"
warnings_accepted = "%s LAW012"
"""
    digest = app.read_office(CONFIGURATION + offer).template("first", "en")
    assert digest is not None
    office = app.read_office(CONFIGURATION + offer % digest.digest)
    accepted = replace(stage, house=app.make_house(office, numbers=stage.house.numbers))

    def story(tx: Tx) -> None:
        rules.apply(tx, accepted.house, SOURCE, missed("CA1", NOW))
        (decision,) = tx.all(select(schema.decisions))
        assert (decision.answer, decision.evidence["answered_for"]) == ("send", "Maria: LAW012")

    accepted.act(story)
