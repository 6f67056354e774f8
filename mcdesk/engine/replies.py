"""What follows from a received text: opting out comes first, then a person must answer.

Must not: read wishes into words by itself (`domain/consent` does).
"""

from datetime import datetime

from mcdesk.domain import machines, policy
from mcdesk.domain.consent import Classified, Wish
from mcdesk.domain.events import TextReceived
from mcdesk.domain.leads import EndReason, Stage
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.numbers import Number
from mcdesk.engine import (
    consenting,
    escalations,
    keyword_answers,
    opting_out,
    recording,
    reviews,
    texting,
    wrong_numbers,
)
from mcdesk.engine.house import House
from mcdesk.engine.keyword_answers import Received
from mcdesk.store import forgotten, leads, marks, people, talk
from mcdesk.store.transaction import Tx

_STOPS = frozenset({Wish.OPT_OUT, Wish.WRONG_NUMBER, Wish.REVIEW})


def on_text(tx: Tx, house: House, connection: str, event: TextReceived, *, since: datetime | None) -> None:
    """Keep it, and act on it once."""
    if event.sender is None or house.is_ours(event.sender):
        _keep(tx, connection, event, None, None)
        return
    at_provider = people.is_suppressed_at_provider(tx, event.sender)
    classified = house.rulebook.keywords.classify(event.body, opted_out=at_provider)
    if talk.message_by_provider_id(tx, connection, event.message_id) is not None:
        return
    deleted_at = forgotten.deleted_at(tx, house.numbers, event.sender)
    if deleted_at is not None and event.at is not None and event.at < deleted_at:
        _of_deleted(tx, house, connection, event, event.sender, classified)
        return
    contact = people.contact_for(tx, event.sender)
    at = event.at or tx.now
    row = leads.open_lead(tx, contact)
    wish = _as_provider_says(event) or classified.wish
    is_history = since is not None and at < since
    # History counts for one thing only: who may not want to be texted. What is unclear a person must read.
    to_be_read = is_history and wish is Wish.REVIEW
    is_blocked = MarkKind.BLOCKED in marks.in_force(tx, house.numbers, event.sender)
    if row is None and (is_blocked or (is_history and not to_be_read)):
        if _means_stop(event, classified):
            consenting.withdraw(
                tx, house, event.sender, words=event.body, rule=classified.rule, channel="text", at=at,
                at_provider=event.provider_opt_out == "STOP",
            )  # fmt: skip
        _keep(tx, connection, event, contact, None)
        return
    if classified.language is not None:
        people.set_language(tx, contact, classified.language)
    lead = row.id if row else _open(tx, house, connection, contact, event)
    message = _keep(tx, connection, event, contact, lead)
    assert message is not None
    _break_loop(tx, contact, lead)
    received = Received(
        connection=connection, event=event, sender=event.sender, contact=contact, lead=lead, message=message
    )
    _act(tx, house, received, classified)
    recording.owe_message(tx, house, lead, message)
    leads.refresh(tx, lead)


def _of_deleted(
    tx: Tx, house: House, connection: str, event: TextReceived, sender: Number, classified: Classified
) -> None:
    """Written before the person's record was deleted: it does not come back, but an opt-out counts."""
    if _means_stop(event, classified):
        consenting.withdraw_of_deleted(tx, house, sender, rule=classified.rule, at=event.at or tx.now)
    talk.receive(
        tx, connection=connection, message_id=event.message_id, sender="", recipient="", body="", at=tx.now,
        media=0, contact=None, lead=None,
    )  # fmt: skip


def _as_provider_says(event: TextReceived) -> Wish | None:
    return Wish.OPT_OUT if event.provider_opt_out == "STOP" else None


def _means_stop(event: TextReceived, classified: Classified) -> bool:
    """Of a text nobody will read again, blocked or of before: what may mean stop means it, not a guess."""
    if _as_provider_says(event) is not None:
        return True
    return classified.wish in _STOPS and not classified.is_guess


def _break_loop(tx: Tx, contact: int, lead: int) -> None:
    """What answers like a machine is not answered by ours."""
    since = people.contact(tx, contact).machine_since
    if since is not None and tx.now - since < policy.MACHINE_SPAN:
        return
    if not machines.loops(talk.written_by_them(tx, lead, tx.now - machines.SPAN)):
        return
    people.answers_like_a_machine(tx, contact)
    texting.end_automation(tx, lead, EndReason.MACHINE)
    talk.happened(
        tx, lead, "They answer like a machine: nothing is texted by itself for a day. You may still write."
    )
    escalations.tell_review(tx, lead, "Answers like a machine")


def _keep(tx: Tx, connection: str, event: TextReceived, contact: int | None, lead: int | None) -> int | None:
    return talk.receive(
        tx,
        connection=connection,
        message_id=event.message_id,
        sender=event.sender_text,
        recipient=event.to.e164 if event.to else "",
        body=event.body,
        at=event.at or tx.now,
        media=event.media,
        contact=contact,
        lead=lead,
    )


def _open(tx: Tx, house: House, connection: str, contact: int, event: TextReceived) -> int:
    line = house.line_for(event.to, connection)
    return leads.new_lead(
        tx,
        contact=contact,
        line=line.number if line else event.to,
        stage=str(Stage.WAITING),
        after_hours=not house.office.is_open(tx.now),
        review_due=leads.review_due(tx, contact),
    )


def _act(tx: Tx, house: House, received: Received, classified: Classified) -> None:
    event, sender, lead = received.event, received.sender, received.lead
    match _as_provider_says(event) or classified.wish:
        case Wish.OPT_OUT:
            first = opting_out.opt_out(
                tx, house, lead, sender, words=event.body, rule=classified.rule, channel="text", at=event.at,
                at_provider=event.provider_opt_out == "STOP",
            )  # fmt: skip
            if first and event.provider_opt_out is None:
                keyword_answers.confirm(tx, house, received, keyword_answers.OPTED_OUT)
        case Wish.WRONG_NUMBER:
            wrong_numbers.end(tx, house, received, rule=classified.rule)
        case Wish.OPT_IN if _is_older(event, people.suppressed_at(tx, sender)):
            talk.happened(
                tx, lead, "They opted in to texts before they opted out: it does not count any more."
            )
        case Wish.OPT_IN if _opts_in(tx, house, sender, event.body, lead):
            talk.happened(tx, lead, "They opted back in to texts.")
            escalations.start(tx, house, lead)
        case Wish.REVIEW:
            reviews.begin(tx, house, lead, words=event.body, found=classified)
        case Wish.HELP if event.provider_opt_out is None:
            texting.end_automation(tx, lead, EndReason.REPLIED)
            escalations.start(tx, house, lead)
            keyword_answers.help_them(tx, house, received)
        case _:
            texting.end_automation(tx, lead, EndReason.REPLIED)
            escalations.start(tx, house, lead)
    _show(tx, lead, event)


def _opts_in(tx: Tx, house: House, sender: Number, words: str, lead: int) -> bool:
    return consenting.restore(tx, house, sender, why=words, evidence={"words": words}, lead=lead)


def _is_older(event: TextReceived, opted_out_at: datetime | None) -> bool:
    """Whether it surely was written before the last opt-out. Without a time of its own it came just now."""
    return event.at is not None and opted_out_at is not None and event.at <= opted_out_at


def _show(tx: Tx, lead: int, event: TextReceived) -> None:
    row = leads.lead(tx, lead)
    assert row is not None
    preview = " ".join(event.body.split())[:200] or "Sent a picture"
    leads.change(tx, lead, unread=row.unread + 1, last_at=tx.now, preview=preview, preview_is_theirs=True)
