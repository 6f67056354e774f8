"""A text's way out: frozen, judged, owed; then taken by the provider, refused, or in doubt.

Must not: talk to providers (`engine/sending` does).
"""

from collections.abc import Sequence
from datetime import datetime

from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.facts import Decision, TextClass
from mcdesk.domain.leads import EndReason, Stage
from mcdesk.domain.numbers import Number
from mcdesk.domain.office import Line
from mcdesk.domain.templates import Template, measure
from mcdesk.engine import costs, escalations, gate, recording, restoring, work
from mcdesk.engine.house import House
from mcdesk.store import jobs, leads, talk
from mcdesk.store.transaction import Tx


def queue_text(
    tx: Tx,
    house: House,
    *,
    key: str,
    to: Number,
    line: Line,
    body: str,
    text_class: TextClass,
    lead: int | None,
    contact: int,
    author: str | None = None,
    kind: str = work.SEND_TEXT,
    not_before: datetime | None = None,
    work_details: dict[str, object] | None = None,
    template: Template | None = None,
    answers: int | None = None,
) -> Decision:
    """Owe a text if the gate does not say no. Everything about it is frozen here. `answers`: the received
    text it is an answer to."""
    wording = template.version if template else None
    decision = gate.judge(
        tx, house, to=to, body=body, text_class=text_class, lead=lead, moment="queued",
        connection=line.texts, template=wording,
        answers=answers,
    )  # fmt: skip
    if decision.answer == "no" or line.texts is None:
        return decision
    message = talk.new_message(
        tx,
        lead=lead,
        contact=contact,
        connection=line.texts,
        sender=line.text_from.e164,
        recipient=to.e164,
        body=body,
        text_class=text_class,
        author=author,
        template=wording,
        segments=measure(body).segments,
    )
    due = max(decision.until or tx.now, not_before or tx.now)
    doubt = restoring.about_text(tx, lead, text_class, due=due)
    owed = jobs.enqueue(
        tx,
        key=key,
        kind=kind,
        channel=work.texts_channel(line.texts),
        due=due,
        lead=lead,
        message=message,
        work={**(work_details or {}), **({"answers": answers} if answers else {}), **doubt.details},
        doubt_at=doubt.at,
        why=decision.why[0] if decision.answer == "hold" else "",
        not_after=decision.not_after,
    )
    if not owed:
        # This very text is owed, or was sent, already.
        talk.forget_message(tx, message)
    return decision


def taken(tx: Tx, house: House, job: jobs.Job, *, provider_id: str, status: DeliveryStatus) -> bool:
    """The provider has the text; *accepted* is not *delivered*. False where another engine has noted that."""
    assert job.message is not None
    if not jobs.finish(tx, job, result=provider_id):
        return False
    talk.taken(tx, job.message, provider_id=provider_id, status=status)
    message = talk.message(tx, job.message)
    costs.handed_over(tx, house, segments=message.segments or 1)
    if job.lead is not None:
        leads.change(tx, job.lead, last_text_status=str(status))
    return True


def withhold(tx: Tx, job: jobs.Job, why: str) -> None:
    """It is not sent after all: a rule, not a failure."""
    assert job.message is not None
    jobs.finish(tx, job, state="canceled", why=why)
    talk.set_status(tx, job.message, talk.WITHHELD, why=why)


def failed(tx: Tx, house: House, message_id: int, *, why: str, landline: bool, opted_out: bool) -> None:
    """The text did not reach its phone; a person must know, and phone where that helps."""
    message = talk.message(tx, message_id)
    talk.set_status(tx, message_id, DeliveryStatus.FAILED, why=why)
    if message.lead is None:
        return
    reason = EndReason.OPTED_OUT if opted_out else EndReason.LANDLINE if landline else EndReason.BLOCKED
    leads.change(tx, message.lead, last_text_status=str(DeliveryStatus.FAILED))
    talk.happened(tx, message.lead, f"Text not delivered: {why}")
    # Whatever it was about: their open lead goes on with the same phone.
    lead = leads.open_beside(tx, message.lead) or message.lead
    row = leads.standing(tx, lead)
    if row is not None and row.closed_at is None:
        is_news = row.ended != EndReason.OPTED_OUT
        end_automation(tx, lead, reason)
        if is_news or not opted_out:
            ask_to_call(tx, house, lead, f"the text did not arrive: {why}")
    for each in {lead, message.lead}:
        leads.refresh(tx, each)


def typed_refused(tx: Tx, house: House, job: jobs.Job, decision: Decision) -> None:
    """What a person typed was not sent after all: they are told and have their words back, and somebody
    phones where that helps."""
    assert job.lead is not None
    assert job.message is not None
    message, why = talk.message(tx, job.message), decision.why[0]
    author, row = message.author, leads.lead(tx, job.lead)
    talk.happened(tx, job.lead, f"What {author or 'somebody'} wrote was not sent: {why}")
    talk.alert(tx, kind="check", title="A text was not sent", text=why, lead=job.lead, owner=author)
    if row is not None:
        before = talk.given_back(tx, job.lead, but=job.message)
        if not row.draft:
            leads.change(tx, job.lead, draft=message.body)
        elif before is not None and row.draft.endswith(before):
            leads.change(tx, job.lead, draft=f"{row.draft}\n{message.body}")
    if decision.call_instead:
        ask_to_call(tx, house, job.lead, f"a text could not be sent: {why}")
    elif row is not None and row.closed_at is None and row.stage == Stage.ANSWERED:
        # Nobody has answered them after all.
        escalations.run(tx, house, job.lead)


def typed_waits(tx: Tx, job: jobs.Job, decision: Decision) -> None:
    """What a person typed cannot go out yet: they are told why, once."""
    assert job.message is not None
    author = talk.message(tx, job.message).author
    talk.alert(tx, kind="check", title="A text waits", text=decision.why[0], lead=job.lead, owner=author)


def answer_refused(tx: Tx, house: House, lead: int, decision: Decision) -> None:
    """They asked for an answer that is not sent: where nobody has answered yet, a person does."""
    why = decision.why[0]
    talk.happened(tx, lead, f"Answer not sent: {why}")
    row = leads.lead(tx, lead)
    if decision.call_instead and row is not None and row.reply_due is not None:
        ask_to_call(tx, house, lead, f"an answer could not be sent: {why}", timed=False)


def end_automation(tx: Tx, lead: int, reason: EndReason, *, author: str | None = None) -> None:
    """No automatic text and no planned step from here on. The first reason stays."""
    row = leads.standing(tx, lead)
    if row is None or row.ended:
        return
    leads.change(tx, lead, ended=str(reason))
    leads.unenroll(tx, lead)
    canceled = take_back(tx, lead, work.AUTOMATION, reason.value)
    if canceled and reason not in {EndReason.CLOSED, EndReason.FINISHED}:
        talk.happened(tx, lead, f"Automatic follow-up ended: {reason.value}.", author=author)


def a_person_acted(tx: Tx, lead: int, reason: EndReason, *, author: str | None = None) -> None:
    """It ends the automation of everything pursued with the caller of this lead."""
    end_automation(tx, lead, reason, author=author)
    beside = leads.open_beside(tx, lead)
    row = leads.standing(tx, beside) if beside is not None else None
    if beside is None or row is None:
        return
    end_automation(tx, beside, reason, author=author)
    if row.stage == Stage.WAITING:
        leads.change(tx, beside, stage=str(Stage.ANSWERED))
    leads.refresh(tx, beside)


def end_texts(tx: Tx, lead: int, reason: EndReason, *, first: bool) -> None:
    """They want no texts: none in line goes out, but for the confirmation of what is not said for the `first`
    time."""
    take_back(tx, lead, work.TEXTS if first else work.TEXTS_AGAIN, reason.value)
    end_automation(tx, lead, reason)


def take_back(tx: Tx, lead: int, kinds: Sequence[str], why: str) -> int:
    """Cancel a lead's waiting work; its texts in line are marked as not sent."""
    for message in leads.waiting_messages(tx, lead, kinds):
        talk.set_status(tx, message, talk.WITHHELD, why=f"Not sent: {why}.")
    return jobs.cancel(tx, lead, kinds=kinds, why=why)


def ask_to_call(tx: Tx, house: House, lead: int, why: str, *, timed: bool = True) -> None:
    """A person should phone; with the reply clock running where somebody waits. One that runs goes on."""
    goals = house.office.goals
    row = leads.lead(tx, lead)
    if row is None or row.closed_at is not None:
        return
    due = tx.now + goals.reply_within
    leads.change(tx, lead, stage=str(Stage.CALL_NOW))
    talk.happened(tx, lead, f"Please call: {why}")
    recording.owe_task(tx, house, lead, why=why, due=due)
    if timed:
        leads.change(tx, lead, reply_amber=tx.now + goals.reply_amber, reply_due=due)
        jobs.enqueue(
            tx,
            key=f"escalate:{lead}:{due.timestamp()}",
            kind=work.ESCALATE,
            channel=work.CLOCK,
            due=due,
            lead=lead,
        )
