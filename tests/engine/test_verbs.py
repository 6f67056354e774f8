"""What a person at the desk does to a lead, one verb at a time, on rows alone.

Must not: run an engine; `tests/walks/test_desk` does.
"""

import pytest
from sqlalchemy import select

from mcdesk.domain.events import VoicemailLeft
from mcdesk.domain.leads import Disposition
from mcdesk.domain.leads import Stage as LeadStage
from mcdesk.engine import gate, rules, verbs
from mcdesk.ports.hooks import Hook, HookKey
from mcdesk.store import hooks, jobs, judging, leads, schema, talk
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, LINE, NOW, SOURCE, Stage
from tests.engine.test_calls_in_any_order import MISSED_AT_ONCE

MARIA, JOSE = "Maria", "José"


def missed(tx: Tx, stage: Stage) -> int:
    rules.apply(tx, stage.house, SOURCE, MISSED_AT_ONCE)
    (lead,) = tx.all(select(schema.leads.c.id))
    return int(lead.id)


def hidden(tx: Tx, stage: Stage) -> int:
    message = VoicemailLeft(
        call_id="CA9",
        caller=None,
        line=LINE,
        direction="inbound",
        started_at=NOW,
        seconds=9,
        recording_url="https://api.example/RE9",
    )
    rules.apply(tx, stage.house, SOURCE, message)
    (lead,) = tx.all(select(schema.leads.c.id))
    return int(lead.id)


def in_check(tx: Tx, stage: Stage) -> int:
    lead = missed(tx, stage)
    (job,) = jobs.claim(tx, channel="texts:twilio", holder="h", most=1)
    jobs.finish(tx, job, state="check", why="nobody knows")
    leads.change(tx, lead, stage=str(LeadStage.CHECK))
    return lead


def test_what_somebody_has_is_not_taken_from_them(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        lead = missed(tx, stage)
        assert verbs.claim(tx, stage.house, MARIA, lead).ok
        assert verbs.claim(tx, stage.house, MARIA, lead).ok, "twice is the same"
        refused = verbs.claim(tx, stage.house, JOSE, lead)
        assert not refused.ok
        assert MARIA in refused.sentence
        assert verbs.release(tx, stage.house, MARIA, lead).ok
        assert verbs.claim(tx, stage.house, JOSE, lead).ok

    stage.act(story)


def test_a_doubtful_text_is_settled_by_a_person_either_way(stage: Stage) -> None:
    for arrived, status in ((True, "sent"), (False, talk.WITHHELD)):

        def story(tx: Tx, arrived: bool = arrived) -> str:
            lead = in_check(tx, stage)
            assert verbs.settle_check(tx, stage.house, MARIA, lead, arrived).ok
            again = verbs.settle_check(tx, stage.house, MARIA, lead, arrived)
            assert not again.ok
            row = verbs.find(tx, lead)
            assert row.stage == LeadStage.ANSWERED
            return str(tx.value(select(schema.messages.c.status)))

        assert stage.act(story) == status


def test_nobody_texts_a_hidden_number(stage: Stage) -> None:
    def story(tx: Tx) -> list[bool]:
        lead = hidden(tx, stage)
        return [
            verbs.reply(tx, stage.house, MARIA, lead, "Hello", None).ok,
            verbs.asked_to_stop(tx, stage.house, MARIA, lead, "", "phone").ok,
        ]

    assert stage.act(story) == [False, False]


def test_closing_ends_what_was_planned_and_every_clock(stage: Stage) -> None:
    for disposition in Disposition:

        def story(tx: Tx, disposition: Disposition = disposition) -> None:
            lead = missed(tx, stage)
            assert verbs.close(tx, stage.house, MARIA, lead, disposition, "").ok
            own = tx.all(select(schema.jobs).where(schema.jobs.c.channel.not_like("crm:%")))
            assert [job.kind for job in own if job.state == "waiting"] == []
            row = verbs.find(tx, lead)
            assert row.closed_at == tx.now
            assert row.disposition == disposition
            assert (row.reply_due, row.unread) == (None, 0)

        stage.act(story)


def test_a_closed_lead_that_is_texted_stays_closed(stage: Stage) -> None:
    def story(tx: Tx) -> object:
        lead = missed(tx, stage)
        verbs.close(tx, stage.house, MARIA, lead, Disposition.RETAINED, "")
        verbs.reply(tx, stage.house, MARIA, lead, "Your papers are ready", None)
        return verbs.find(tx, lead)

    row = stage.act(story)
    assert row.closed_at is not None  # type: ignore[attr-defined]
    assert row.stage == LeadStage.CLOSED  # type: ignore[attr-defined]


def test_a_closed_lead_that_is_called_stays_closed(stage: Stage) -> None:
    def story(tx: Tx) -> str:
        lead = missed(tx, stage)
        verbs.close(tx, stage.house, MARIA, lead, Disposition.RETAINED, "")
        verbs.called_back(tx, stage.house, MARIA, lead)
        return str(verbs.find(tx, lead).stage)

    assert stage.act(story) == LeadStage.CLOSED


def test_a_name_may_be_given_and_taken_back(stage: Stage) -> None:
    def story(tx: Tx) -> list[object]:
        lead = missed(tx, stage)
        names = []
        for typed in ("  Dana Reyes ", "   "):
            verbs.rename(tx, stage.house, MARIA, lead, typed)
            names.append(tx.value(select(schema.contacts.c.name)))
        return names

    assert stage.act(story) == ["Dana Reyes", None]


@pytest.mark.parametrize("stops", [True, False])
def test_o1_whoever_says_what_an_unreadable_text_was_lets_go_of_what_it_held(
    stage: Stage, stops: bool
) -> None:
    def story(tx: Tx) -> None:
        lead = missed(tx, stage)
        request = Hook("POST", "u", {}, b"From=%2B14155550142")
        stored = hooks.store(tx, "twilio", HookKey("text", "SM1"), request)
        assert stored is not None
        hooks.failed(tx, stored.id, "a bug", holds=True)
        assert judging.is_unreadable(tx, CALLER)
        if stops:
            assert verbs.asked_to_stop(tx, stage.house, MARIA, lead, "stop", "phone").ok
        else:
            assert verbs.keep_texting(tx, stage.house, MARIA, lead).ok
        assert not judging.is_unreadable(tx, CALLER)

    stage.act(story)


def test_s1_the_state_people_say_adds_its_hours(stage: Stage) -> None:
    """Rule S-1: known by what staff were told, beside the area code; and taken back."""

    def story(tx: Tx) -> None:
        lead = missed(tx, stage)
        said = verbs.say_state(tx, stage.house, MARIA, lead, " fl ")
        assert said.sentence == "They are in FL. Texts keep to the hours there too."
        assert set(gate.about(tx, stage.house, CALLER).place.states) == {"CA", "FL"}
        assert "They are in FL." in [each.text for each in tx.all(select(schema.happenings))]
        assert not verbs.say_state(tx, stage.house, MARIA, lead, "Florida").ok
        assert set(gate.about(tx, stage.house, CALLER).place.states) == {"CA", "FL"}
        assert verbs.say_state(tx, stage.house, MARIA, lead, "").ok
        assert gate.about(tx, stage.house, CALLER).place.states == ("CA",)

    stage.act(story)
