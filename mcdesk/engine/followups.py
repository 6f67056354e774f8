"""Leads walking through their sequence: one step owed at a time, the next planned when one is done.

Must not: decide whether a text may go out (the gate does).
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from mcdesk.domain.facts import Decision, TextClass
from mcdesk.domain.leads import Disposition, EndReason, Stage
from mcdesk.domain.sequences import Sequence, Step, parse_length, write_length
from mcdesk.engine import closing, costs, pacing, texting, work
from mcdesk.engine.house import House
from mcdesk.store import jobs, leads, people, talk
from mcdesk.store.transaction import Tx


def enroll(
    tx: Tx, house: House, lead: int, sequence: Sequence, *, call_at: datetime, wait: timedelta
) -> None:
    """Begin a sequence; its first step waits at least `wait`, while the call may still change."""
    # By a clock that is behind the provider's they have not called yet.
    leads.enroll(tx, lead, sequence=to_document(sequence), call_at=min(call_at, tx.now))
    plan(tx, house, lead, 0, previous_at=tx.now, not_before=tx.now + wait)


def plan(
    tx: Tx,
    house: House,
    lead: int,
    position: int,
    *,
    previous_at: datetime,
    not_before: datetime | None = None,
) -> None:
    """Owe the step at `position`, or do it now if it is due."""
    enrollment = leads.enrollment(tx, lead)
    if enrollment is None:
        return
    sequence = from_document(enrollment.sequence)
    if position >= len(sequence.steps):
        texting.end_automation(tx, lead, EndReason.FINISHED)
        return
    step = sequence.steps[position]
    due = step.due(call_at=enrollment.call_at, previous_at=previous_at)
    if due <= tx.now and step.do == "text":
        late = pacing.is_late(tx.now, due)
        _text(tx, house, lead, enrollment, sequence, position, not_before=not_before, late=late)
        return
    details = {"position": position, "do": step.do, "ordinal": sequence.ordinal(position)}
    jobs.enqueue(
        tx,
        key=f"step:{enrollment.id}:{position}",
        kind=work.TAKE_STEP,
        channel=work.CLOCK,
        due=max(due, tx.now),
        lead=lead,
        work={**details, **_foreseen(tx, house, lead, step, due)},
    )


def _foreseen(tx: Tx, house: House, lead: int, step: Step, due: datetime) -> dict[str, str]:
    """When a text's hours begin, if it falls due outside them: no row promises what the gate will hold."""
    row = leads.lead(tx, lead)
    contact = people.contact(tx, row.contact) if row is not None else None
    if step.do != "text" or contact is None or contact.number is None:
        return {}
    opening = _within_hours(house, contact, due)
    return {"opens": opening.isoformat()} if opening is not None and opening > due else {}


def _within_hours(house: House, contact: Row[Any], due: datetime) -> datetime | None:
    """`due`, or when the hours for texts to them begin after it."""
    return house.quiet.next_opening(house.place(contact.number, state=contact.state), due)


def take_step(tx: Tx, house: House, job: jobs.Job) -> None:
    """A planned step is due."""
    assert job.lead is not None
    jobs.finish(tx, job)
    enrollment = leads.enrollment(tx, job.lead)
    row = leads.lead(tx, job.lead)
    if enrollment is None or row is None or row.closed_at is not None or row.ended:
        return
    sequence, position = from_document(enrollment.sequence), int(job.work["position"])
    step = sequence.steps[position]
    match step.do:
        case "text":
            late = pacing.is_late(tx.now, job.due)
            _text(tx, house, job.lead, enrollment, sequence, position, late=late)
        case "call-task":
            texting.ask_to_call(tx, house, job.lead, "no answer to our texts", timed=False)
            _alert_call(tx, job.lead)
            plan(tx, house, job.lead, position + 1, previous_at=tx.now)
        case "close":
            closing.close(
                tx, house, job.lead, Disposition(step.disposition), author=None, reason="no response"
            )
    leads.refresh(tx, job.lead)


def text_taken(tx: Tx, house: House, job: jobs.Job) -> None:
    """An automatic text is out: plan what follows it."""
    if job.lead is not None and "position" in job.work:
        plan(tx, house, job.lead, int(job.work["position"]) + 1, previous_at=tx.now)


def text_refused(tx: Tx, house: House, lead: int, decision: Decision, *, ordinal: int) -> None:
    """The gate said no to an automatic text: the sequence ends, and a person takes over where that helps."""
    which = _ORDINALS.get(ordinal, f"Text {ordinal}")
    talk.happened(tx, lead, f"{which} not sent: {decision.why[0]}")
    if decision.ends is EndReason.SPOKE:
        reached(tx, lead, EndReason.SPOKE)
        return
    if decision.rule == "cost":
        # Reached, or lowered meanwhile.
        costs.watch(tx, house)
    texting.end_automation(tx, lead, decision.ends)
    if decision.call_instead:
        texting.ask_to_call(tx, house, lead, decision.why[0])


def reached(tx: Tx, lead: int, how: EndReason) -> None:
    """Somebody spoke with the person: nothing more by itself, and nobody waits."""
    texting.end_automation(tx, lead, how)
    leads.stand(tx, lead, Stage.ANSWERED, reply_amber=None, reply_due=None, last_at=tx.now)
    leads.refresh(tx, lead)


_ORDINALS = {1: "First text", 2: "Second text", 3: "Third text"}


def _text(
    tx: Tx,
    house: House,
    lead: int,
    enrollment: Row[Any],
    sequence: Sequence,
    position: int,
    *,
    not_before: datetime | None = None,
    late: bool = False,
) -> None:
    step, ordinal = sequence.steps[position], sequence.ordinal(position)
    row = leads.lead(tx, lead)
    assert row is not None
    contact, line = people.contact(tx, row.contact), house.office.line(row.line)
    template = house.office.template(step.template, contact.language)
    if contact.number is None or line is None or template is None or line.texts is None:
        talk.happened(tx, lead, "No text: this line has no texting connection or template. See settings.")
        texting.end_automation(tx, lead, EndReason.BLOCKED)
        texting.ask_to_call(tx, house, lead, "this line sends no texts")
        return
    text_class = TextClass.ACK if position == 0 else TextClass.FOLLOWUP
    at_once = text_class is TextClass.ACK and not house.office.texting.holds_first_text
    goes_out = tx.now if at_once else _within_hours(house, contact, tx.now) or tx.now
    blanks = house.blanks(line, contact.name, at=goes_out, language=template.language, at_once=at_once)
    decision = texting.queue_text(
        tx,
        house,
        key=f"text:{enrollment.id}:{position}",
        to=contact.number,
        line=line,
        body=template.render(blanks),
        text_class=text_class,
        lead=lead,
        contact=row.contact,
        not_before=not_before,
        template=template,
        work_details={"position": position, "ordinal": ordinal, **({"late": True} if late else {})},
    )
    if decision.answer == "no":
        text_refused(tx, house, lead, decision, ordinal=ordinal)


def _alert_call(tx: Tx, lead: int) -> None:
    row = leads.lead(tx, lead)
    assert row is not None
    who = people.contact(tx, row.contact)
    name = who.name or (who.number.spoken if who.number else "a hidden number")
    talk.alert(
        tx,
        kind="call",
        title=f"Call {name}",
        text="They did not answer our texts.",
        lead=lead,
        owner=row.owner,
    )


def to_document(sequence: Sequence) -> dict[str, Any]:
    """A sequence as it was when a lead began it."""
    return {
        "name": sequence.name,
        "steps": [
            {
                "after": write_length(step.after),
                "from": step.counted_from,
                "do": step.do,
                "template": step.template,
                "disposition": step.disposition,
            }
            for step in sequence.steps
        ],
    }


def from_document(document: dict[str, Any]) -> Sequence:
    steps = tuple(
        Step(
            after=parse_length(step["after"]),
            counted_from=step["from"],
            do=step["do"],
            template=step["template"],
            disposition=step["disposition"],
        )
        for step in document["steps"]
    )
    return Sequence(document["name"], steps)
