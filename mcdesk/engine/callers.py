"""What follows from a phone call: nothing, a lead, or the end of one's automation.

Must not: know how a provider reports calls.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from mcdesk.domain import policy
from mcdesk.domain.calls import FAILED, WORDS, Outcome, attestation, combine, outcome_of
from mcdesk.domain.events import CallEnded, CallEvent, CallMissed
from mcdesk.domain.leads import EndReason, Stage
from mcdesk.domain.marks import CALLED_AT_ONCE, MARK_WORDS, MarkKind
from mcdesk.domain.numbers import Number
from mcdesk.domain.office import Line
from mcdesk.engine import choosing, consenting, followups, noting, recording, suspicion, texting, work
from mcdesk.engine.house import House
from mcdesk.store import forgotten, jobs, leads, marks, people, talk
from mcdesk.store.transaction import Tx

#: After a call ended without a verdict, the call log has one by then.
VERDICT_AFTER = timedelta(seconds=2)
#: So many calls of a lead are noted one by one in the CRM, later ones by the hour.
CALLS_NOTED_EACH = 4
#: Work that waits for the caller to be off the line.
WHEN_OVER = (work.SEND_TEXT, work.LOG_CALL)


def on_call(
    tx: Tx, house: House, connection: str, event: CallEvent, *, settle: timedelta, since: datetime | None
) -> None:
    """Note what is new about a call and do what follows. `since`: calls that were over before are history."""
    known = talk.call(tx, connection, event.call_id)
    if known is not None and known.why == talk.FORGOTTEN:
        return
    before = Outcome(known.outcome) if known else Outcome.RINGING
    after = combine(before, outcome_of(event))
    if known is None and _was_deleted_since(tx, house, event):
        # Only that the call is known stays, so that it is not taken up another time.
        talk.new_call(
            tx, connection=connection, call_id=event.call_id, caller=None, line=None,
            direction=event.direction, at=event.started_at or tx.now, outcome=str(after), why=talk.FORGOTTEN,
        )  # fmt: skip
        return
    if known is None:
        talk.new_call(
            tx, connection=connection, call_id=event.call_id, caller=event.caller, line=event.line,
            direction=event.direction, at=event.started_at or tx.now, outcome=str(after),
        )  # fmt: skip
        known = talk.call(tx, connection, event.call_id)
        assert known is not None
    lead, why = known.lead, known.why
    is_news = _is_news(known, event, before, after)
    if is_news:
        lead, why = _on_unanswered(tx, house, connection, known, event, after, settle, since)
    elif after is Outcome.VOICEMAIL and before.unanswered and lead is not None:
        _on_late_voicemail(tx, house, lead, before, call_at=known.at)
    elif after is Outcome.ANSWERED and before is not Outcome.ANSWERED:
        _on_answered(tx, house, known, event)
    noting.note(tx, known, event, after, lead, why)
    caller = known.caller or event.caller
    if lead is not None and caller is not None and after.unanswered and (is_news or event.ended_at):
        suspicion.look(tx, house, lead, caller)
    _on_end(tx, connection, event, after, lead)


def _was_deleted_since(tx: Tx, house: House, event: CallEvent) -> bool:
    """Whether the record of the person outside was deleted after this call: it must not come back."""
    outside = event.line if house.is_ours(event.caller) else event.caller
    began = event.started_at or event.ended_at
    if outside is None or began is None:
        return False
    deleted_at = forgotten.deleted_at(tx, house.numbers, outside)
    return deleted_at is not None and began < deleted_at


def on_unlearned(tx: Tx, house: House, known: Row[Any], *, why: str, since: datetime | None) -> None:
    """Nobody can say what became of a call that is over: a person phones, or it is kept why not. It is not
    texted, for somebody may have answered."""
    outcome = Outcome(known.outcome)
    if outcome.decided or known.lead is not None or known.direction != "inbound":
        return
    event = CallEnded(call_id=known.call_id, caller=known.caller, line=known.line, direction="inbound")
    lead, reason = _on_unanswered(
        tx, house, known.connection, known, event, Outcome.ENDED, timedelta(0), since
    )
    if lead is not None:
        talk.happened(tx, lead, f"It is not known whether their call was answered: {why}")
    noting.note(tx, known, event, Outcome.ENDED, lead, reason)


def _is_news(known: Row[Any], event: CallEvent, before: Outcome, after: Outcome) -> bool:
    """Whether an unanswered call became known just now: by its verdict, or by whom it was from and to."""
    if event.direction != "inbound" or not after.unanswered or known.lead is not None:
        return False
    told_whom = known.line is None and event.line is not None
    left_a_message = after is Outcome.VOICEMAIL and before is not Outcome.VOICEMAIL
    return not before.unanswered or told_whom or left_a_message


def _on_unanswered(
    tx: Tx,
    house: House,
    connection: str,
    known: Row[Any],
    event: CallEvent,
    outcome: Outcome,
    settle: timedelta,
    since: datetime | None,
) -> tuple[int | None, str | None]:
    """The lead it led to, or why to none."""
    caller: Number | None = known.caller or event.caller
    called = known.line or event.line
    if called is None:
        return None, "The phone system did not say which line was called."
    line = house.line_for(called, connection)
    if line is None:
        return None, "It did not come to one of the office's lines."
    over_at = event.ended_at or known.ended_at or known.at
    # Providers tell whole seconds.
    if since is not None and over_at < since.replace(microsecond=0):
        return None, "It was before mcdesk was connected."
    if caller is None and outcome is not Outcome.VOICEMAIL:
        return None, "The caller hid their number and left no message."
    if caller is not None and house.is_ours(caller):
        return None, "It came from one of the office's own lines."
    said = marks.in_force(tx, house.numbers, caller) if caller is not None else {}
    if MarkKind.BLOCKED in said:
        return None, f"The office blocked this number ({said[MarkKind.BLOCKED]})."
    contact = people.contact_for(tx, caller, name=event.name, language=line.language)
    row = leads.open_lead(tx, contact)
    wait = event.voicemail_within if isinstance(event, CallMissed) else timedelta(0)
    if row is None:
        by_hand = next((f"{MARK_WORDS[each]}: {said[each]}" for each in CALLED_AT_ONCE if each in said), None)
        lead = _open(tx, house, known, event, outcome, contact, line, max(settle, wait), by_hand)
    else:
        lead = row.id
        _join(tx, house, row, known, event, outcome, line)
    if row is not None and row.calls >= CALLS_NOTED_EACH and outcome is not Outcome.VOICEMAIL:
        recording.owe_calls(tx, house, lead, known.id, at=known.at)
    else:
        recording.owe_call(tx, house, lead, known.id, after=wait)
    leads.refresh(tx, lead)
    return lead, None


def _open(
    tx: Tx,
    house: House,
    known: Row[Any],
    event: CallEvent,
    outcome: Outcome,
    contact: int,
    line: Line,
    wait: timedelta,
    by_hand: str | None,
) -> int:
    lead = leads.new_lead(
        tx,
        contact=contact,
        line=line.number,
        stage=str(Stage.WAITING),
        calls=1,
        after_hours=not house.office.is_open(known.at),
        opened_at=known.at,
        preview=_preview(outcome, line),
        review_due=leads.review_due(tx, contact),
    )
    # The gate asks when this lead's last call was, so the call must already be the lead's.
    talk.assign_call(tx, known.id, lead)
    caller = known.caller or event.caller
    is_forged = _consents(tx, house, known, event, lead, line)
    recording.owe_contact(tx, house, lead)
    spoken_by = _spoken_since(tx, known, event)
    if spoken_by is not None:
        _reached(tx, lead, spoken_by)
    elif by_hand is not None:
        texting.end_automation(tx, lead, EndReason.BY_HAND)
        texting.ask_to_call(tx, house, lead, by_hand)
    elif is_forged:
        texting.end_automation(tx, lead, EndReason.BLOCKED)
        texting.ask_to_call(tx, house, lead, "the caller's number may be forged, so it is not texted")
    elif not outcome.unanswered:
        texting.end_automation(tx, lead, EndReason.BLOCKED)
        texting.ask_to_call(tx, house, lead, "it is not known whether their call was answered")
    elif caller is None:
        texting.end_automation(tx, lead, EndReason.BLOCKED)
        texting.ask_to_call(tx, house, lead, "this call is not texted")
    else:
        choosing.begin(tx, house, lead, outcome, call_at=known.at, wait=wait)
    return lead


def _consents(tx: Tx, house: House, known: Row[Any], event: CallEvent, lead: int, line: Line) -> bool:
    """Each call of theirs is a consent of its own (rule T-1), but for a forged one: whether it is that."""
    caller = known.caller or event.caller
    is_forged = FAILED in (known.attestation, attestation(event))
    if caller is not None and not is_forged:
        consenting.given_by_call(tx, house, known, lead, caller, line.number)
    return is_forged


def _spoken_since(tx: Tx, known: Row[Any], event: CallEvent) -> str | None:
    """The direction of a call after this one in which they were spoken with: this one became known late."""
    caller = known.caller or event.caller
    return talk.spoken_after(tx, caller, known.at) if caller is not None else None


def _join(
    tx: Tx, house: House, row: Row[Any], known: Row[Any], event: CallEvent, outcome: Outcome, called: Line
) -> None:
    """They called again while we were on it: once more, and more urgent; never a second first text."""
    talk.assign_call(tx, known.id, row.id)
    _consents(tx, house, known, event, row.id, called)
    line = house.office.line(row.line)
    leads.change(
        tx,
        row.id,
        calls=row.calls + 1,
        last_at=tx.now,
        preview=_preview(outcome, line),
        preview_is_theirs=False,
    )
    waits = row.reply_due is None
    if waits and not suspicion.stands(row.ended, row.stage) and _spoken_since(tx, known, event) is None:
        times = f" {row.calls + 1} times" if row.calls else ""
        texting.ask_to_call(tx, house, row.id, f"they called{times}")


def _on_late_voicemail(tx: Tx, house: House, lead: int, before: Outcome, *, call_at: datetime) -> None:
    leads.change(tx, lead, preview=WORDS[Outcome.VOICEMAIL], last_at=tx.now)
    choosing.begin_again(tx, house, lead, before, Outcome.VOICEMAIL, call_at=call_at)
    jobs.bring_forward(tx, lead, kinds=WHEN_OVER, due=tx.now)
    leads.refresh(tx, lead)


def _on_answered(tx: Tx, house: House, known: Row[Any], event: CallEvent) -> None:
    """Somebody spoke with the person: automation stops, unless they called in vain or wrote after it."""
    outside = event.line if house.is_ours(event.caller) else event.caller
    contact = people.find_contact(tx, outside) if outside else None
    row = leads.open_lead(tx, contact) if contact is not None else None
    if row is None:
        return
    over = event.ended_at or known.ended_at
    later = (talk.last_unanswered_at(tx, row.id, but=known.id), talk.last_written_at(tx, row.id))
    # What a hook dates may be later than it was.
    if over is not None and any(at is not None and over < at - noting.LATE_HOOK for at in later):
        return
    _reached(tx, row.id, event.direction)


def _reached(tx: Tx, lead: int, direction: str) -> None:
    inbound = direction == "inbound"
    talk.happened(tx, lead, "They called and got through." if inbound else "Called back; they answered.")
    followups.reached(tx, lead, EndReason.SPOKE if inbound else EndReason.CALLED_BACK)


def _on_end(tx: Tx, connection: str, event: CallEvent, outcome: Outcome, lead: int | None) -> None:
    if event.ended_at is None or event.direction != "inbound":
        return
    if outcome.unanswered and lead is not None:
        jobs.bring_forward(tx, lead, kinds=WHEN_OVER, due=tx.now, held_for=[policy.ON_THE_LINE])
    elif not outcome.decided:
        jobs.enqueue(
            tx,
            key=f"look-up:{connection}:{event.call_id}",
            kind=work.LOOK_UP_CALL,
            channel=work.calls_channel(connection),
            due=tx.now + VERDICT_AFTER,
            work={"call": event.call_id},
        )


def _preview(outcome: Outcome, line: Line | None) -> str:
    return f"{WORDS[outcome]} to {line.label}" if line and line.label else WORDS[outcome]
