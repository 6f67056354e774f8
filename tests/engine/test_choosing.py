"""The track a lead takes: at once where nobody need be asked, else with a CRM's word, or late without it.

Must not: know how a CRM is asked (`tests/walks/test_tracks` does).
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select

from mcdesk import app
from mcdesk.domain.events import CallAbandoned, CallAnswered, CallMissed, VoicemailLeft
from mcdesk.domain.leads import EndReason
from mcdesk.domain.leads import Stage as LeadStage
from mcdesk.domain.queue import NextWhat
from mcdesk.engine import choosing, rules, work
from mcdesk.store import jobs, people, schema
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, CONFIGURATION, LINE, NOW, SOURCE, Stage

TRACKS = """
[office.hours]
wednesday = ["09:00-17:00"]
[[templates]]
name = "hello"
body = "{firm}: We have your message. Reply STOP to opt out."
[[templates]]
name = "client"
body = "{firm}: Your lawyer was told. Reply STOP to opt out."
[[tracks]]
name = "spoken"
outcome = "voicemail"
template = "hello"
sequence = "law-4-24-72"
[[tracks]]
name = "hung up"
outcome = "abandoned"
sequence = "none"
[[tracks]]
name = "clients"
outcome = "missed"
caller = "known"
template = "client"
sequence = "law-4-24-72"
"""
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def tracked(stage: Stage) -> Stage:
    """The same stage, with an office that has tracks."""
    house = app.make_house(app.read_office(CONFIGURATION + TRACKS), numbers=stage.house.numbers)
    return replace(stage, house=house)


def call(tx: Tx, tracked: Stage, event: type[Any] = CallMissed, **more: Any) -> None:
    rules.apply(
        tx, tracked.house, SOURCE, event(
            call_id="one", caller=CALLER, line=LINE, direction="inbound", started_at=NOW, ended_at=NOW, **more
        ),
    )  # fmt: skip


def lead(tx: Tx) -> Row[Any]:
    (row,) = tx.all(select(schema.leads))
    return row


def words(tx: Tx) -> list[tuple[str, str | None]]:
    """Texts in line or withheld."""
    return [(row.body, row.status) for row in tx.all(select(schema.messages).order_by(schema.messages.c.id))]


def owed(tx: Tx, kind: str) -> list[Row[Any]]:
    found = select(schema.jobs).where(schema.jobs.c.kind == kind, schema.jobs.c.state == "waiting")
    return tx.all(found)


def say(tx: Tx, *, is_client: bool) -> None:
    """The CRM's word on the caller."""
    row = lead(tx)
    people.link_crm(
        tx, row.contact, "clio", crm_id="7", name="Dana Reyes", url=None, matches=1, is_client=is_client
    )
    choosing.told(tx, row.id)


def decide(tx: Tx, tracked: Stage, *, at: timedelta) -> None:
    tx.now = NOW + at
    (job,) = jobs.claim(tx, channel=work.CLOCK, holder="", most=9)
    choosing.decide(tx, tracked.house, job)


def told(tx: Tx) -> str:
    return "\n".join(row.text for row in tx.all(select(schema.happenings)))


FIRST = "Rivera & Cole: Sorry we missed your call."
CLIENT = "Rivera & Cole: Your lawyer was told. Reply STOP to opt out."
HELLO = "Rivera & Cole: We have your message. Reply STOP to opt out."


def test_where_the_crm_makes_no_difference_the_track_is_taken_at_once(tracked: Stage) -> None:
    def story(tx: Tx) -> None:
        call(tx, tracked, VoicemailLeft)
        assert words(tx) == [(HELLO, None)]
        assert "Track “spoken”, because they left a voicemail." in told(tx)

    tracked.act(story)


def test_without_a_crm_nobody_is_waited_for(tracked: Stage) -> None:
    alone = replace(tracked, house=replace(tracked.house, crms=()))

    def story(tx: Tx) -> None:
        call(tx, alone)
        ((body, _),) = words(tx)
        assert body.startswith(FIRST)

    alone.act(story)


def test_a_track_without_a_sequence_leaves_the_caller_to_people(tracked: Stage) -> None:
    def story(tx: Tx) -> None:
        call(tx, tracked, CallAbandoned)
        row = lead(tx)
        assert (row.stage, row.ended) == (LeadStage.CALL_NOW, EndReason.BLOCKED)
        assert words(tx) == []
        assert "Please call: the track “hung up” leaves it to people" in told(tx)

    tracked.act(story)


def test_the_first_text_waits_for_the_crm_and_the_queue_says_when(tracked: Stage) -> None:
    def story(tx: Tx) -> None:
        call(tx, tracked)
        (job,) = owed(tx, work.CHOOSE_TRACK)
        assert job.due == NOW + tracked.house.office.texting.crm_deadline
        assert words(tx) == []
        assert (lead(tx).next_what, lead(tx).next_due, lead(tx).next_ordinal) == (NextWhat.TEXT, job.due, 1)

    tracked.act(story)


def test_what_the_crm_says_in_time_counts_at_once(tracked: Stage) -> None:
    def story(tx: Tx, is_client: bool) -> str:
        call(tx, tracked)
        say(tx, is_client=is_client)
        assert [job.due for job in owed(tx, work.CHOOSE_TRACK)] == [NOW]
        decide(tx, tracked, at=SECOND)
        ((body, _),) = words(tx)
        return body

    assert tracked.act(lambda tx: story(tx, True)) == CLIENT
    assert tracked.act(lambda tx: story(tx, False)).startswith(FIRST)


def test_a_crm_that_is_too_slow_gets_neutral_words(tracked: Stage) -> None:
    def story(tx: Tx) -> None:
        call(tx, tracked)
        decide(tx, tracked, at=5 * SECOND)
        ((body, _),) = words(tx)
        assert body.startswith(FIRST)
        assert owed(tx, work.CHOOSE_TRACK) == []

    tracked.act(story)


def test_who_was_no_client_last_time_may_be_one_now(tracked: Stage) -> None:
    def story(tx: Tx) -> None:
        contact = people.contact_for(tx, CALLER)
        tx.now = NOW - timedelta(days=30)
        people.link_crm(tx, contact, "clio", crm_id="7", name=None, url=None, matches=1, is_client=False)
        tx.now = NOW
        call(tx, tracked)
        assert len(owed(tx, work.CHOOSE_TRACK)) == 1

    tracked.act(story)


def test_a_client_is_known_without_asking_again(tracked: Stage) -> None:
    def story(tx: Tx) -> None:
        contact = people.contact_for(tx, CALLER)
        tx.now = NOW - timedelta(days=30)
        people.link_crm(tx, contact, "clio", crm_id="7", name=None, url=None, matches=1, is_client=True)
        tx.now = NOW
        call(tx, tracked)
        assert words(tx) == [(CLIENT, None)]

    tracked.act(story)


def test_a_voicemail_that_comes_late_takes_the_missed_call_text_back(tracked: Stage) -> None:
    def story(tx: Tx) -> None:
        call(tx, tracked, voicemail_within=timedelta(minutes=2))
        decide(tx, tracked, at=5 * SECOND)
        call(tx, tracked, VoicemailLeft)
        (first, status), hello = words(tx)
        assert first.startswith(FIRST)
        assert status == "withheld"
        assert hello == (HELLO, None)
        assert len(owed(tx, work.SEND_TEXT)) == 1

    tracked.act(story)


def test_a_voicemail_while_the_crm_is_asked_needs_no_answer(tracked: Stage) -> None:
    def story(tx: Tx) -> None:
        call(tx, tracked, voicemail_within=timedelta(minutes=2))
        call(tx, tracked, VoicemailLeft)
        assert words(tx) == [(HELLO, None)]
        assert owed(tx, work.CHOOSE_TRACK) == []

    tracked.act(story)


def test_somebody_who_got_through_meanwhile_gets_no_text(tracked: Stage) -> None:
    def story(tx: Tx) -> None:
        call(tx, tracked)
        call(tx, tracked, CallAnswered)
        assert owed(tx, work.CHOOSE_TRACK) == []
        assert words(tx) == []

    tracked.act(story)


def untracked(stage: Stage, more: str = "") -> Stage:
    """An office without tracks."""
    office = app.read_office(f"{CONFIGURATION}{more}")
    return replace(stage, house=app.make_house(office, numbers=stage.house.numbers))


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (CallMissed, "Sorry we missed your call"),
        (VoicemailLeft, "We got your voicemail"),
        (CallAbandoned, "You hung up before we could answer"),
    ],
)
def test_each_outcome_has_first_words_of_its_own(stage: Stage, event: type[Any], said: str) -> None:
    office = untracked(stage)

    def story(tx: Tx) -> None:
        call(tx, office, event)
        ((body, _),) = words(tx)
        assert said in body

    office.act(story)


def test_a_late_voicemail_gets_its_own_words_and_the_others_are_taken_back(stage: Stage) -> None:
    office = untracked(stage)

    def story(tx: Tx) -> None:
        call(tx, office, voicemail_within=timedelta(minutes=2))
        call(tx, office, VoicemailLeft)
        first, second = words(tx)
        assert "Sorry we missed your call" in first[0]
        assert first[1] == "withheld"
        assert "We got your voicemail" in second[0]

    office.act(story)


def test_who_left_a_voicemail_may_be_left_to_people(stage: Stage) -> None:
    office = untracked(stage, '[office.texting]\nvoicemail = "none"\nabandoned = "sequence"\n')

    def story(tx: Tx) -> None:
        call(tx, office, VoicemailLeft)
        assert words(tx) == []
        assert lead(tx).stage == LeadStage.CALL_NOW
        assert "Please call: callers who leave a voicemail are left to people" in told(tx)

    office.act(story)
    more = untracked(stage, '[office.texting]\nabandoned = "sequence"\n')

    def again(tx: Tx) -> None:
        call(tx, more, CallAbandoned)
        ((body, _),) = words(tx)
        assert "Sorry we missed your call" in body

    more.act(again)
