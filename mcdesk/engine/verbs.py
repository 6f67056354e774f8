"""What a person at the desk does to a lead, inside one transaction. Each answers with `Done`.

Must not: wait for anything outside.
"""

from typing import Any
from uuid import uuid4

from sqlalchemy import Row

from mcdesk.domain import shown
from mcdesk.domain.facts import TextClass
from mcdesk.domain.leads import Disposition, EndReason, Stage
from mcdesk.domain.queue import Done
from mcdesk.engine import (
    closing,
    consenting,
    escalations,
    gate,
    opting_out,
    recording,
    reviews,
    texting,
    work,
)
from mcdesk.engine.house import House
from mcdesk.store import hooks, jobs, leads, people, talk, timeline
from mcdesk.store.transaction import Tx

#: Longest text a provider takes.
LONGEST = 1_600


class NoSuchLead(LookupError):
    """A lead number nobody has."""

    def __init__(self, lead: int) -> None:
        super().__init__(f"There is no lead {lead}. `mcdesk queue` lists the open ones.")


def find(tx: Tx, lead: int) -> Row[Any]:
    """The lead's row. Raises NoSuchLead."""
    row = leads.lead(tx, lead)
    if row is None:
        raise NoSuchLead(lead)
    return row


def reply(
    tx: Tx, house: House, person: str, lead: int, body: str, last_seen: str | None, confirmed: bool = False
) -> Done:
    """Text the caller. Stopped if a newer text arrived than the writer had seen; asks where the gate does."""
    row, body = find(tx, lead), body.strip()
    contact, line = people.contact(tx, row.contact), house.office.line(row.line)
    if not body:
        return Done(False, "The text is empty. Write something first.")
    if len(body) > LONGEST:
        return Done(False, f"The text has {len(body)} characters; {LONGEST} are possible. Shorten it.")
    if contact.number is None:
        return Done(False, "The caller hid their number, so there is nobody to text.")
    if line is None or line.texts is None:
        return Done(False, "This line sends no texts. Choose a texting connection for it in the settings.")
    newer = timeline.newer_than(tx, lead, last_seen)
    if newer is not None:
        who = "The caller wrote" if newer.direction == "in" else f"{newer.author} answered"
        return Done(False, f"{who} meanwhile: {shown.quoted(newer.body[:80])}. Read it, then send again.")
    asked = gate.judge(
        tx, house, to=contact.number, body=body, text_class=TextClass.SERVICE, lead=lead, moment="asked",
        connection=line.texts,
        keep=False,
    )  # fmt: skip
    if asked.answer != "no" and asked.ask and not confirmed:
        return Done(False, asked.ask, confirm=True)
    if asked.ask:
        talk.happened(tx, lead, f"Sent after this was asked: \u201c{asked.ask}\u201d", author=person)
    decision = texting.queue_text(
        tx, house, key=f"typed:{lead}:{uuid4().hex}", to=contact.number, line=line, body=body,
        text_class=TextClass.SERVICE, lead=lead, contact=row.contact, author=person, kind=work.SEND_TYPED,
        work_details={"agreed": confirmed},
    )  # fmt: skip
    if decision.answer == "no":
        return Done(False, decision.why[0])
    texting.a_person_acted(tx, lead, EndReason.TYPED, author=person)
    _acted(tx, row, person)
    leads.stand(
        tx,
        lead,
        Stage.ANSWERED,
        draft="",
        last_at=tx.now,
        preview=body[:200],
        preview_is_theirs=False,
    )
    who = contact.name or contact.number.spoken
    if decision.answer == "hold":
        return Done(True, f"The text to {who} waits. {decision.why[0]}")
    return Done(True, f"Texting {who}.")


def note(tx: Tx, house: House, person: str, lead: int, body: str) -> Done:
    """Keep an internal note; the caller never sees it."""
    if not body.strip():
        return Done(False, "The note is empty. Write something first.")
    recording.owe_note(tx, house, lead, talk.new_note(tx, lead, author=person, body=body.strip()))
    leads.change(tx, lead, last_at=tx.now)
    return Done(True, "Note saved. The caller never sees it.")


def claim(tx: Tx, house: House, person: str, lead: int) -> Done:
    """Make it yours."""
    owner = find(tx, lead).owner
    if owner and owner != person:
        return Done(False, f"{owner} has it. Ask them to release it.")
    leads.change(tx, lead, owner=person)
    return Done(True, "It is yours.")


def release(tx: Tx, house: House, person: str, lead: int) -> Done:
    """Give it back to everyone."""
    leads.change(tx, lead, owner=None)
    return Done(True, "Given back to everyone.")


def close(tx: Tx, house: House, person: str, lead: int, disposition: Disposition, reason: str) -> Done:
    """End it."""
    if find(tx, lead).closed_at is not None:
        return Done(False, "It is closed already.")
    closing.close(tx, house, lead, disposition, author=person, reason=reason)
    escalations.stop(tx, lead)
    return Done(True, f"Closed as {disposition.value.replace('-', ' ')}.")


def reopen(tx: Tx, house: House, person: str, lead: int) -> Done:
    """Open a closed lead again; its automation stays ended."""
    row = find(tx, lead)
    if row.closed_at is None:
        return Done(False, "It is open already.")
    if leads.open_lead(tx, row.contact) is not None:
        return Done(False, "This caller has a newer open lead. Work on that one.")
    leads.change(tx, lead, closed_at=None, disposition=None, stage=str(Stage.ANSWERED), owner=person)
    talk.happened(tx, lead, "Opened again.", author=person)
    return Done(True, "Opened again.")


def called_back(tx: Tx, house: House, person: str, lead: int) -> Done:
    """A call back was begun: a human act, so automation ends."""
    row = find(tx, lead)
    texting.a_person_acted(tx, lead, EndReason.CALLED_BACK, author=person)
    _acted(tx, row, person)
    leads.stand(tx, lead, Stage.ANSWERED, last_at=tx.now)
    talk.happened(tx, lead, "Called back.", author=person)
    return Done(True, "Calling.")


def asked_to_stop(tx: Tx, house: House, person: str, lead: int, words: str, channel: str) -> Done:
    """They asked by phone or mail not to be texted."""
    number = people.contact(tx, find(tx, lead).contact).number
    if number is None:
        return Done(False, "The caller hid their number, so no text can reach them.")
    # A text may have been a picture alone.
    if not words.strip() and channel != "text":
        return Done(False, "Write down what they said, as near as you remember: the record must have it.")
    hooks.let_go(tx, number)
    opting_out.opt_out(tx, house, lead, number, words=words, rule="asked", channel=channel, author=person)
    last = consenting.honour_by(house, tx.now)
    return Done(
        True, f"No more texts to this number, as of now; the law gives until {last:%A, %B} {last.day}."
    )


def keep_texting(tx: Tx, house: House, person: str, lead: int) -> Done:
    """What they wrote did not mean stop."""
    number = people.contact(tx, find(tx, lead).contact).number
    was_read = number is not None and hooks.let_go(tx, number)
    if not reviews.keep_texting(tx, lead, author=person) and not was_read:
        return Done(False, "Nothing they wrote waits for a decision.")
    return Done(True, "They may be texted.")


def push_to_crm(tx: Tx, house: House, person: str, lead: int) -> Done:
    """See that everything is in the CRM, trying again what failed."""
    if not house.crms:
        return Done(False, "No CRM is connected. Add one in the configuration file.")
    if people.is_detached(tx, lead):
        return Done(
            False,
            "They said it is the wrong number, so nothing is written about it. Write it in the CRM by hand.",
        )
    recording.owe_contact(tx, house, lead)
    again = jobs.try_again(tx, lead, "crm:")
    for crm in house.crms:
        tx.touched.work(work.crm_channel(crm), tx.now)
    return Done(True, f"Writing {again} entries to the CRM again." if again else "Everything is in the CRM.")


def rename(tx: Tx, house: House, person: str, lead: int, name: str) -> Done:
    """Say who the caller is."""
    people.rename(tx, find(tx, lead).contact, name.strip() or None)
    recording.owe_name(tx, house, lead)
    return Done(True, "Name saved.")


def say_state(tx: Tx, house: House, person: str, lead: int, state: str) -> Done:
    """Say in which state they are: its hours bind too, beside those of the area code (rule S-1). An empty one
    takes that back."""
    row, said = find(tx, lead), state.strip().upper()
    if said and said not in house.rulebook.area_codes.states:
        return Done(False, f"{state.strip()!r} is no state. Write its two letters, such as CA.")
    people.say_state(tx, row.contact, said or None)
    words = f"They are in {said}." if said else "It is not known in which state they are."
    talk.happened(tx, lead, words, author=person)
    leads.refresh(tx, lead)
    return Done(True, f"{words} Texts keep to the hours there too." if said else words)


def settle_check(tx: Tx, house: House, person: str, lead: int, arrived: bool) -> Done:
    """A person found out whether a doubtful text arrived."""
    settled = jobs.settle_checks(tx, lead)
    if not settled:
        return Done(False, "There is nothing to check here.")
    words = "The doubtful text arrived." if arrived else "The doubtful text did not arrive."
    for message in settled:
        talk.set_status(tx, message, "sent" if arrived else talk.WITHHELD, why="" if arrived else words)
    leads.stand(tx, lead, Stage.ANSWERED)
    talk.happened(tx, lead, words, author=person)
    return Done(True, words)


def _acted(tx: Tx, row: Row[Any], person: str) -> None:
    """A person took it on: the clock stops, and whoever acts first owns it."""
    escalations.stop(tx, row.id)
    if row.owner is None:
        leads.change(tx, row.id, owner=person)
