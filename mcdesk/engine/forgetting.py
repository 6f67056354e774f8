"""Deletes a person on request, and keeps one from being deleted: legal holds.

Must not: end an opt-out; it outlives the person as a keyed hash.
"""

import logging

from mcdesk.domain.leads import Disposition, EndReason, Stage
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import Done
from mcdesk.engine import consenting, texting
from mcdesk.engine.house import House
from mcdesk.store import (
    consents,
    erasing,
    forgotten,
    holds,
    judging,
    leads,
    marks,
    on_record,
    people,
    requests_of,
    talk,
)
from mcdesk.store.copies import KEPT
from mcdesk.store.transaction import Tx

log = logging.getLogger(__name__)

_AGAIN = "Try again in a minute."
#: Somebody reads what was there before.
UNSHED = "Until mcdesk is next started, what was deleted may still be in the file beside the database."


def hold(tx: Tx, house: House, person: str, number: Number, why: str) -> Done:
    """Nothing of theirs is deleted until the hold is released."""
    if not on_record.is_known(tx, house.numbers, number):
        return _nobody(number)
    if not why.strip():
        return Done(False, "Say why they are under legal hold.")
    contact = people.contact_for(tx, number)
    if not holds.place(tx, contact, why=why.strip()):
        return Done(False, f"They are under legal hold already: {people.contact(tx, contact).hold_why}")
    _note(tx, contact, f"Under legal hold: {why.strip()}", person)
    return Done(True, f"Nothing of {number.spoken} is deleted until the hold is released.")


def release(tx: Tx, house: House, person: str, number: Number) -> Done:
    """Deletion and retention apply again."""
    contact = people.find_contact(tx, number)
    if contact is None:
        return _nobody(number)
    if not holds.lift(tx, contact):
        return Done(False, "They are not under legal hold.")
    _note(tx, contact, "The legal hold was released.", person)
    return Done(True, f"{number.spoken} is no longer under legal hold.")


def forget(tx: Tx, house: House, person: str, number: Number) -> Done:
    """Delete what is known of a number; that it may not be texted stays known."""
    if not on_record.is_known(tx, house.numbers, number):
        return _nobody(number)
    of = _leads_of(tx, number)
    refused = _refused(tx, number, of)
    if refused is not None:
        return Done(False, refused)
    untexted = _keep_opt_out(tx, house, person, number, of)
    erase(tx, house, person, number)
    kept = "that they are not texted" if untexted else "that there was somebody"
    others = " and ".join(sorted(house.titles.values())) or "your companies"
    return Done(
        True,
        f"The record of {number.spoken} is deleted. Kept is only {kept}, and when they were texted, allowed "
        "it or took it back, under a hash of the number and without a word of theirs. Backups made until now "
        f"have it still, the nightly ones for {KEPT} nights. Delete it at {others} too.",
    )


def erase(tx: Tx, house: House, person: str, number: Number) -> None:
    """Everything of theirs; what must stay known is written down before."""
    of = _leads_of(tx, number)
    for lead in of:
        texting.end_automation(tx, lead, EndReason.CLOSED)
    erasing.erase(tx, house.numbers, number, contact=people.find_contact(tx, number), of=of)
    for lead in of:
        _close(tx, lead, person)
    log.info("A person's record was deleted", extra={"action": "person.forgotten", "leads": of})


def _leads_of(tx: Tx, number: Number) -> list[int]:
    contact = people.find_contact(tx, number)
    return [] if contact is None else erasing.leads_of(tx, contact)


def _refused(tx: Tx, number: Number, of: list[int]) -> str | None:
    contact = people.find_contact(tx, number)
    row = None if contact is None else people.contact(tx, contact)
    if row is not None and row.hold_since is not None:
        return (
            f"They are under legal hold since {row.hold_since:%d %b %Y} ({row.hold_why}), so nothing is "
            "deleted. Release it first: mcdesk unhold NUMBER"
        )
    if erasing.is_under_way(tx, of):
        return f"A text or an entry of theirs is under way. {_AGAIN}"
    if any(requests_of.naming(tx, number, requests_of.names_of(tx, number, of), new=True)):
        return f"Something arrived from them that is not understood yet. {_AGAIN}"
    return None


def _keep_opt_out(tx: Tx, house: House, person: str, number: Number, of: list[int]) -> bool:
    """Whether they may not be texted any more; it and the deletion are written down."""
    suppressed = people.suppressed_at(tx, number)
    marked = forgotten.MARKS & marks.in_force(tx, house.numbers, number).keys()
    # Nobody will be able to say any more what they meant (rule O-4).
    undecided = (bool(of) and bool(leads.in_review(tx, of[0]))) or judging.is_unreadable(tx, number)
    opted_out = undecided or consenting.is_opted_out(tx, house, number)
    forgotten.keep(
        tx, house.numbers, number, opted_out=opted_out, by=person, marked=marked,
        texts=judging.sent(tx, house.numbers, number, message=None),
    )  # fmt: skip
    evidence = {
        "leads": of,
        "opted_out": opted_out,
        "opted_out_at": suppressed.isoformat() if suppressed is not None else None,
        "undecided": undecided,
        "marked": sorted(marked),
    }
    consents.add(tx, house.numbers, number, consents.DELETED, source="request", evidence=evidence, by=person)
    return opted_out or bool(marked)


def _close(tx: Tx, lead: int, person: str) -> None:
    row = leads.lead(tx, lead)
    assert row is not None
    if row.closed_at is None:
        leads.change(
            tx, lead, stage=str(Stage.CLOSED), closed_at=tx.now, disposition=str(Disposition.OTHER), unread=0
        )
    talk.happened(tx, lead, "The caller's record was deleted on request.", author=person)
    leads.refresh(tx, lead)


def _note(tx: Tx, contact: int, words: str, person: str) -> None:
    lead = leads.open_lead(tx, contact)
    if lead is not None:
        talk.happened(tx, lead.id, words, author=person)
        leads.refresh(tx, lead.id)


def _nobody(number: Number) -> Done:
    return Done(False, f"Nobody with the number {number.spoken} is on record.")
