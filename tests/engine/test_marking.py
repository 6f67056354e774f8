"""Who may be texted, as people say it: marks count at once, for calls to come and texts in line.

Must not: run an engine.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from mcdesk import app
from mcdesk.domain import mark_list
from mcdesk.domain.events import CallAbandoned, CallAnswered, CallEnded, CallMissed, CallRinging
from mcdesk.domain.facts import Decision, TextClass
from mcdesk.domain.leads import Disposition, EndReason
from mcdesk.domain.leads import Stage as LeadStage
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.numbers import Number
from mcdesk.engine import gate, marking, rules, texting, verbs, work
from mcdesk.engine.house import House
from mcdesk.store import leads, marks, people, schema, talk
from mcdesk.store.transaction import Tx
from tests.engine.rehearsal import CALLER, CONFIGURATION, LINE, NOW, SOURCE, Stage
from tests.engine.test_replies import happenings, text

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
OTHER = Number("+14155550143")
MARIA = "Maria"
CALL: dict[str, Any] = {"call_id": "CA1", "caller": CALLER, "line": LINE, "direction": "inbound"}


def missed(call: str = "CA1", *, at: datetime = NOW, **values: Any) -> CallMissed:
    told = {"caller": CALLER, "line": LINE, "direction": "inbound", "started_at": at, **values}
    return CallMissed(call_id=call, ended_at=at + 20 * SECOND, **told)


def the_lead(tx: Tx) -> Row[Any]:
    (row,) = tx.all(select(schema.leads))
    return row


def waiting(tx: Tx) -> list[str]:
    found = tx.all(select(schema.jobs.c.kind).where(schema.jobs.c.state == "waiting"))
    return [row.kind for row in found if row.kind in work.TEXTS]


def judged(tx: Tx, house: House, text_class: TextClass, *, to: Number = CALLER) -> Decision:
    """The gate's word at the moment of sending, were the lead's automation still going on."""
    tx.run(update(schema.leads).values(ended=None, closed_at=None))
    return gate.judge(
        tx, house, to=to, body="Rivera & Cole: sorry. Reply STOP to opt out.", text_class=text_class,
        lead=the_lead(tx).id, moment="sent",
        message=tx.value(select(schema.messages.c.id).order_by(schema.messages.c.id.desc())),
    )  # fmt: skip


def mark(tx: Tx, stage: Stage, kind: MarkKind, why: str = "Superior court", *, of: Number = CALLER) -> str:
    done = marking.mark(tx, stage.house, MARIA, of, kind, why)
    assert done.ok, done.sentence
    return done.sentence


@pytest.mark.parametrize("kind", [MarkKind.VIP, MarkKind.SENSITIVE, MarkKind.NEVER])
def test_t1_a_call_of_a_marked_number_becomes_a_call_task_at_once_and_no_text(
    stage: Stage, kind: MarkKind
) -> None:
    def story(tx: Tx) -> None:
        mark(tx, stage, kind, "The mayor")
        rules.apply(tx, stage.house, SOURCE, missed())
        row = the_lead(tx)
        assert (row.stage, row.next_what, row.ended) == (LeadStage.CALL_NOW, "call", EndReason.BY_HAND)
        assert (waiting(tx), tx.all(select(schema.messages))) == ([], []), "not even begun"
        assert row.reply_due == NOW + stage.house.office.goals.reply_within
        assert "The mayor" in happenings(tx)
        assert tx.value(select(schema.jobs.c.id).where(schema.jobs.c.kind == work.CREATE_TASK)) is not None

    stage.act(story)


@pytest.mark.parametrize(
    ("kind", "answers"),
    [
        (MarkKind.NEVER, {"ack": "no", "followup": "no", "service": "no", "help": "no"}),
        (MarkKind.VIP, {"ack": "no", "followup": "no", "service": "send", "help": "send"}),
        (MarkKind.SENSITIVE, {"ack": "no", "followup": "no", "service": "send", "help": "send"}),
        (MarkKind.BLOCKED, {"ack": "no", "followup": "no", "service": "send", "help": "no"}),
    ],
)
def test_t2_the_gate_knows_the_marks_at_the_moment_of_sending(
    stage: Stage, kind: MarkKind, answers: dict[str, str]
) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed())
        mark(tx, stage, kind)
        for text_class, answer in answers.items():
            if text_class == "help":
                rules.apply(tx, stage.house, SOURCE, text("SM1", "HELP"))
            decision = judged(tx, stage.house, TextClass(text_class))
            assert decision.answer == answer, (text_class, decision.why)
            if answer == "no":
                assert "Superior court" in decision.why[0]
                assert decision.call_instead is (kind is not MarkKind.BLOCKED), "a blocked one is not called"

    stage.act(story)


@pytest.mark.parametrize("kind", [MarkKind.NEVER, MarkKind.VIP, MarkKind.SENSITIVE])
def test_a_mark_takes_back_the_text_in_line_and_a_person_calls(stage: Stage, kind: MarkKind) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed())
        assert waiting(tx) == [work.SEND_TEXT]
        mark(tx, stage, kind)
        row = the_lead(tx)
        assert (row.stage, row.ended, waiting(tx)) == (LeadStage.CALL_NOW, EndReason.BY_HAND, [])
        message = tx.first(select(schema.messages))
        assert message is not None
        assert (message.status, "Superior court" in message.why) == (talk.WITHHELD, True)
        assert "Superior court. Nothing is texted by itself." in happenings(tx)

    stage.act(story)


@pytest.mark.parametrize(("kind", "left"), [(MarkKind.NEVER, []), (MarkKind.VIP, [work.SEND_TYPED])])
def test_never_takes_back_what_people_typed_too_and_vip_does_not(
    stage: Stage, kind: MarkKind, left: list[str]
) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed())
        assert verbs.reply(tx, stage.house, MARIA, the_lead(tx).id, "Hello", None).ok
        mark(tx, stage, kind)
        assert waiting(tx) == left
        assert the_lead(tx).stage == LeadStage.ANSWERED, "Maria has answered: nobody is asked to call"

    stage.act(story)


def test_a_text_that_may_be_out_already_is_not_taken_back_by_a_mark(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed())
        tx.run(update(schema.jobs).where(schema.jobs.c.message.is_not(None)).values(doubt_at=NOW))
        mark(tx, stage, MarkKind.NEVER)
        assert waiting(tx) == [work.SEND_TEXT], "it is looked up first, and judged again if it is not out"

    stage.act(story)


def test_a_blocked_number_s_call_is_kept_and_bothers_nobody(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        mark(tx, stage, MarkKind.BLOCKED, "Sells leads")
        for event in (missed("CA1"), missed("CA2", at=NOW + MINUTE), missed("CA3", spoofed=True)):
            rules.apply(tx, stage.house, SOURCE, event)
        kept = tx.all(select(schema.calls))
        assert [(row.lead, row.why) for row in kept] == [
            (None, "The office blocked this number (Sells leads).")
        ] * 3
        for table in (schema.leads, schema.jobs, schema.alerts, schema.messages):
            assert tx.all(select(table)) == []

    stage.act(story)


def test_a_blocked_number_s_text_is_kept_and_bothers_nobody_but_its_stop_counts(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        mark(tx, stage, MarkKind.BLOCKED, "Sells leads")
        rules.apply(tx, stage.house, SOURCE, text("SM1", "Do you want more clients?"))
        assert people.suppressed_at(tx, CALLER) is None
        for _ in range(2):
            rules.apply(tx, stage.house, SOURCE, text("SM2", "STOP"))
        assert people.suppressed_at(tx, CALLER) == NOW
        assert [row.body for row in tx.all(select(schema.messages))] == ["Do you want more clients?", "STOP"]
        for table in (schema.leads, schema.jobs, schema.alerts):
            assert tx.all(select(table)) == []

    stage.act(story)


def test_blocking_a_caller_closes_the_lead_as_spam_and_takes_back_every_text(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed())
        lead = the_lead(tx).id
        assert verbs.reply(tx, stage.house, MARIA, lead, "Who is this?", None).ok
        assert marking.block_caller(tx, stage.house, MARIA, lead, "Sells leads").ok
        row = the_lead(tx)
        assert (row.disposition, row.closed_at, row.reply_due) == (Disposition.SPAM, NOW, None)
        assert waiting(tx) == []
        assert "Closed as Spam (Blocked: Sells leads)." in happenings(tx)
        rules.apply(tx, stage.house, SOURCE, missed("CA2", at=NOW + MINUTE))
        assert the_lead(tx).id == lead

    stage.act(story)


def test_blocking_needs_a_number(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        contact = people.contact_for(tx, None)
        lead = leads.new_lead(tx, contact=contact, line=LINE, stage=str(LeadStage.CALL_NOW))
        done = marking.block_caller(tx, stage.house, MARIA, lead, "")
        assert (done.ok, "hid their number" in done.sentence) == (False, True)

    stage.act(story)


def test_whoever_matters_is_not_blocked_by_a_slip_and_a_vip_mark_ends_a_block(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        mark(tx, stage, MarkKind.BLOCKED, "Robot")
        mark(tx, stage, MarkKind.VIP, "The mayor")
        assert marks.in_force(tx, stage.house.numbers, CALLER) == {MarkKind.VIP: "The mayor"}
        done = marking.mark(tx, stage.house, MARIA, CALLER, MarkKind.BLOCKED, "Robot")
        assert (done.ok, "VIP (The mayor)" in done.sentence) == (False, True)

    stage.act(story)


@pytest.mark.parametrize(("number", "why"), [(CALLER, "  "), (LINE, "Robot")])
def test_a_mark_needs_a_reason_and_a_number_that_is_not_ours(stage: Stage, number: Number, why: str) -> None:
    def story(tx: Tx) -> None:
        assert not marking.mark(tx, stage.house, MARIA, number, MarkKind.BLOCKED, why).ok
        assert marks.everything(tx) == ()

    stage.act(story)


def test_unmarked_it_is_texted_again_from_the_next_call_on(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed())
        mark(tx, stage, MarkKind.NEVER)
        assert marking.unmark(tx, stage.house, MARIA, CALLER, None).ok
        assert waiting(tx) == [], "what was ended stays ended"
        assert not marking.unmark(tx, stage.house, MARIA, CALLER, None).ok
        verbs.close(tx, stage.house, MARIA, the_lead(tx).id, Disposition.REACHED, "")
        rules.apply(tx, stage.house, SOURCE, missed("CA2"))
        assert waiting(tx) == [work.SEND_TEXT]

    stage.act(story)


def test_one_of_two_marks_may_be_taken_away(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        mark(tx, stage, MarkKind.NEVER)
        mark(tx, stage, MarkKind.VIP, "The mayor")
        assert marking.unmark(tx, stage.house, MARIA, CALLER, MarkKind.NEVER).ok
        assert marks.in_force(tx, stage.house.numbers, CALLER) == {MarkKind.VIP: "The mayor"}

    stage.act(story)


# a list

LIST = "number,reason,kind\n415-555-0142,Court,\n415-555-0143,Judge,vip\n"
BAD = f"{LIST}nobody,x,\n415-555-0100,our own,blocked\n"


def test_a_list_is_foreseen_without_changing_anything_and_then_in_force(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        listed = mark_list.read(LIST)
        mark(tx, stage, MarkKind.VIP, "Judge", of=OTHER)
        rules.apply(tx, stage.house, SOURCE, missed())
        assert marking.foresee(tx, stage.house, listed) == marking.Foreseen(new=1, there=1, leads=1)
        assert waiting(tx) == [work.SEND_TEXT]
        assert marking.import_list(tx, stage.house, MARIA, listed, skip_bad=False).ok
        assert marks.in_force(tx, stage.house.numbers, CALLER) == {MarkKind.NEVER: "Court"}
        assert waiting(tx) == []

    stage.act(story)


def test_nothing_of_a_list_with_bad_lines_is_imported_unless_they_are_left_out(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        listed = mark_list.read(BAD)
        foreseen = marking.foresee(tx, stage.house, listed)
        assert [line for line, _ in foreseen.refused] == [5]
        done = marking.import_list(tx, stage.house, MARIA, listed, skip_bad=False)
        assert (done.ok, done.sentence[:7], marks.everything(tx)) == (False, "2 lines", ())
        assert marking.import_list(tx, stage.house, MARIA, listed, skip_bad=True).ok
        assert len(marks.everything(tx)) == 2

    stage.act(story)


# forged numbers


def test_r3_a_number_forged_by_any_report_of_its_call_is_not_texted(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, CallRinging(**CALL, spoofed=True))
        rules.apply(tx, stage.house, SOURCE, missed())
        assert tx.value(select(schema.calls.c.attestation)) == "failed"
        assert (the_lead(tx).stage, waiting(tx)) == (LeadStage.CALL_NOW, [])
        assert "may be forged" in happenings(tx)

    stage.act(story)


def test_r3_the_gate_refuses_a_text_whose_caller_turns_out_forged_while_it_waits(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed(attested=True))
        assert judged(tx, stage.house, TextClass.ACK).answer == "send"
        rules.apply(tx, stage.house, SOURCE, missed("CA2", at=NOW + SECOND, spoofed=True))
        decision = judged(tx, stage.house, TextClass.ACK)
        assert (decision.answer, decision.rule) == ("no", "R-3")
        # The log does not say what the network said of a call, and takes nothing back.
        rules.apply(tx, stage.house, SOURCE, missed("CA3", at=NOW + 2 * SECOND))
        assert judged(tx, stage.house, TextClass.ACK).rule == "R-3"

    stage.act(story)


def test_a_report_that_tells_what_the_network_says_is_news_once(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        plain = missed()
        rules.apply(tx, stage.house, SOURCE, plain)
        told = replace(plain, attested=True)
        assert not rules.is_old_news(tx, SOURCE.connection, told)
        rules.apply(tx, stage.house, SOURCE, told)
        assert tx.value(select(schema.calls.c.attestation)) == "passed"
        assert rules.is_old_news(tx, SOURCE.connection, told)
        assert rules.is_old_news(tx, SOURCE.connection, plain)

    stage.act(story)


@pytest.mark.parametrize(
    ("seconds", "outcome", "kept"),
    [(3, CallAbandoned, 3), (0, CallAbandoned, None), (20, CallMissed, None), (60, CallAnswered, None)],
)
def test_how_long_it_rang_is_kept_where_the_caller_hung_up_and_that_was_counted(
    stage: Stage,
    seconds: int,
    outcome: type[CallMissed | CallAbandoned | CallAnswered],
    kept: int | None,
) -> None:
    def story(tx: Tx) -> None:
        over = NOW + seconds * SECOND
        rules.apply(tx, stage.house, SOURCE, outcome(**CALL, started_at=NOW, ended_at=over))
        assert tx.value(select(schema.calls.c.rang_seconds)) == kept

    stage.act(story)


def test_how_long_it_rang_is_counted_here_where_the_provider_does_not(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, CallRinging(**CALL))
        tx.now += 2 * SECOND
        rules.apply(tx, stage.house, SOURCE, CallAbandoned(**CALL))
        tx.now += SECOND
        # The status hook: Twilio counted from a pick-up that never was.
        rules.apply(tx, stage.house, SOURCE, CallEnded(**CALL, started_at=tx.now, ended_at=tx.now))
        assert tx.value(select(schema.calls.c.rang_seconds)) == 2

    stage.act(story)


# what looks like spam


def hang_up(call: int, *, after: timedelta) -> CallAbandoned:
    at = NOW - 30 * MINUTE + after
    return CallAbandoned(
        call_id=f"CA{call}", caller=CALLER, line=LINE, direction="inbound",
        started_at=at, ended_at=at + 2 * SECOND,
    )  # fmt: skip


def three_hang_ups(tx: Tx, stage: Stage) -> None:
    for call, after in enumerate((0 * MINUTE, 3 * MINUTE, 11 * MINUTE), start=1):
        rules.apply(tx, stage.house, SOURCE, hang_up(call, after=after))


def test_r3_what_looks_like_spam_goes_to_a_person_with_the_reason_and_is_not_texted(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        three_hang_ups(tx, stage)
        row = the_lead(tx)
        assert (row.stage, row.ended, row.reply_due) == (LeadStage.CALL_NOW, EndReason.SUSPECT, None)
        assert waiting(tx) == []
        assert "It looks like spam because it hung up within 3 seconds 3 times in a row" in happenings(tx)
        assert marks.everything(tx) == (), "a person blocks, never mcdesk"
        assert "escalate" not in [row.kind for row in tx.all(select(schema.jobs)) if row.state == "waiting"]
        said, told = happenings(tx), len(tx.all(select(schema.alerts)))
        rules.apply(tx, stage.house, SOURCE, hang_up(4, after=14 * MINUTE))
        assert (happenings(tx), len(tx.all(select(schema.alerts)))) == (said, told), "told once"

    stage.act(story)


def replied(tx: Tx, stage: Stage) -> None:
    rules.apply(tx, stage.house, SOURCE, hang_up(1, after=0 * MINUTE))
    rules.apply(tx, stage.house, SOURCE, text("SM1", "I was arrested"))


def spoke(tx: Tx, stage: Stage) -> None:
    at = NOW - 60 * MINUTE
    rules.apply(tx, stage.house, SOURCE, CallAnswered(
        call_id="CA0", caller=CALLER, line=LINE, direction="inbound", started_at=at, ended_at=at + MINUTE,
    ))  # fmt: skip


def typed(tx: Tx, stage: Stage) -> None:
    rules.apply(tx, stage.house, SOURCE, hang_up(1, after=0 * MINUTE))
    assert verbs.reply(tx, stage.house, MARIA, the_lead(tx).id, "Call us at 10", None).ok


def in_the_crm(tx: Tx, stage: Stage) -> None:
    people.link_crm(
        tx, people.contact_for(tx, CALLER), "clio", crm_id="1", name="Ana Díaz", url=None, matches=1
    )


def a_client_by_number(tx: Tx, stage: Stage) -> None:
    contact, name = people.contact_for(tx, CALLER), "Matter 2214"
    people.link_crm(tx, contact, "clio", crm_id="1", name=name, url=None, matches=1, is_client=True)


def twice_in_the_crm(tx: Tx, stage: Stage) -> None:
    people.link_crm(tx, people.contact_for(tx, CALLER), "clio", crm_id=None, name=None, url=None, matches=2)


def marked(tx: Tx, stage: Stage) -> None:
    mark(tx, stage, MarkKind.NEVER)


@pytest.mark.parametrize(
    "known", [replied, spoke, typed, in_the_crm, a_client_by_number, twice_in_the_crm, marked]
)
def test_r3_whoever_the_office_knows_is_never_spam(stage: Stage, known: Any) -> None:
    def story(tx: Tx) -> None:
        known(tx, stage)
        three_hang_ups(tx, stage)
        assert "spam" not in happenings(tx)
        assert the_lead(tx).ended != EndReason.SUSPECT

    stage.act(story)


def test_r3_a_record_mcdesk_made_under_the_number_makes_nobody_known(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        contact = people.contact_for(tx, CALLER)
        people.link_crm(tx, contact, "clio", crm_id="1", name="(415) 555-0142", url=None, matches=1)
        three_hang_ups(tx, stage)
        assert the_lead(tx).ended == EndReason.SUSPECT

    stage.act(story)


def test_r3_a_suspect_somebody_dealt_with_and_who_calls_again_is_shown_again(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        three_hang_ups(tx, stage)
        lead = the_lead(tx).id
        verbs.called_back(tx, stage.house, MARIA, lead)
        assert the_lead(tx).stage == LeadStage.ANSWERED
        rules.apply(tx, stage.house, SOURCE, hang_up(4, after=14 * MINUTE))
        assert the_lead(tx).stage == LeadStage.CALL_NOW
        assert happenings(tx).count("It looks like spam") == 1, "the reason is there already"

    stage.act(story)


def test_r3_one_number_on_four_lines_is_caught_before_its_first_text(stage: Stage) -> None:
    numbers = [f"+1415555010{each}" for each in range(4)]
    main = CONFIGURATION[CONFIGURATION.index("[[lines]]") : CONFIGURATION.index("[connections.twilio]")]
    more = "".join(main.replace("+14155550100", number) for number in numbers[1:])
    house = app.make_house(
        app.read_office(CONFIGURATION.replace("[connections.twilio]", f"{more}[connections.twilio]"))
    )

    def story(tx: Tx) -> None:
        for call, number in enumerate(numbers):
            at = NOW + call * call * SECOND
            told = missed(f"CA{call}", at=at, line=Number(number), spoofed=False)
            rules.apply(tx, house, SOURCE, told)
        row = the_lead(tx)
        assert (row.ended, waiting(tx)) == (EndReason.SUSPECT, [])
        assert "rang 4 of the office's lines" in happenings(tx)
        assert texting.take_back(tx, row.id, work.TEXTS, "nothing is left to take back") == 0

    stage.act(story)


def test_a_block_taken_back_opens_what_it_closed_and_texts_nobody(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed())
        lead = the_lead(tx).id
        assert marking.block_caller(tx, stage.house, MARIA, lead, "Sells leads").ok
        assert the_lead(tx).stage == LeadStage.CLOSED
        done = marking.unblock_caller(tx, stage.house, MARIA, lead)
        assert (done.ok, done.sentence) == (
            True, f"{CALLER.spoken} is no longer blocked, and open again."
        )  # fmt: skip
        assert marks.in_force(tx, stage.house.numbers, CALLER) == {}
        assert (the_lead(tx).stage, the_lead(tx).owner) == (LeadStage.ANSWERED, MARIA)
        assert waiting(tx) == []
        again = marking.unblock_caller(tx, stage.house, MARIA, lead)
        assert (again.ok, again.sentence) == (False, "This caller is not blocked.")

    stage.act(story)


def test_a_block_taken_back_leaves_closed_what_was_closed_before(stage: Stage) -> None:
    def story(tx: Tx) -> None:
        rules.apply(tx, stage.house, SOURCE, missed())
        lead = the_lead(tx).id
        verbs.close(tx, stage.house, MARIA, lead, Disposition.SPAM, "")
        leads.change(tx, lead, closed_at=NOW - MINUTE)
        marking.block_caller(tx, stage.house, MARIA, lead, "")
        done = marking.unblock_caller(tx, stage.house, MARIA, lead)
        assert (done.ok, done.sentence) == (True, f"{CALLER.spoken} is no longer blocked.")
        assert the_lead(tx).closed_at is not None

    stage.act(story)
