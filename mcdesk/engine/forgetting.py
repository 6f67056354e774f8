"""Deletes a person on request, and keeps one from being deleted: legal holds.

Must not: end an opt-out; it outlives the person as a keyed hash.
"""

import logging
from typing import Any

from sqlalchemy import Row

from mcdesk.domain.leads import Disposition, EndReason, Stage
from mcdesk.domain.numbers import Number
from mcdesk.domain.queue import Done
from mcdesk.engine import texting
from mcdesk.engine.house import House
from mcdesk.store import consents, erasing, forgotten, holds, judging, leads, marks, people, talk
from mcdesk.store.copies import KEPT
from mcdesk.store.transaction import Tx

log = logging.getLogger(__name__)

_AGAIN = "Try again in a minute."


def hold(tx: Tx, house: House, person: str, number: Number, why: str) -> Done:
    """Nothing of theirs is deleted until the hold is released."""
    contact = people.find_contact(tx, number)
    if contact is None:
        return _nobody(number)
    if not why.strip():
        return Done(False, "Say why they are under legal hold.")
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
    """Delete what is known of a person; that they may not be texted stays known."""
    contact = people.find_contact(tx, number)
    if contact is None:
        return _nobody(number)
    row, of = people.contact(tx, contact), erasing.leads_of(tx, contact)
    refused = _refused(tx, row, number, of)
    if refused is not None:
        return Done(False, refused)
    untexted = _keep_opt_out(tx, house, person, number, of)
    erase(tx, person, number)
    kept = "that they are not texted" if untexted else "that there was somebody"
    others = " and ".join(sorted(house.titles.values())) or "your companies"
    return Done(
        True,
        f"The record of {number.spoken} is deleted. Kept is only {kept}, under a hash of the number. Backups "
        f"made until now have it still, the nightly ones for {KEPT} nights. Delete it at {others} too.",
    )


def erase(tx: Tx, person: str, number: Number) -> None:
    """Everything of theirs; what must stay known is written down before."""
    contact = people.find_contact(tx, number)
    assert contact is not None
    of = erasing.leads_of(tx, contact)
    for lead in of:
        texting.end_automation(tx, lead, EndReason.CLOSED)
    erasing.erase(tx, contact, number, of)
    for lead in of:
        _close(tx, lead, person)
    log.info("A person's record was deleted", extra={"action": "person.forgotten", "leads": of})


def _refused(tx: Tx, row: Row[Any], number: Number, of: list[int]) -> str | None:
    if row.hold_since is not None:
        return (
            f"They are under legal hold since {row.hold_since:%d %b %Y} ({row.hold_why}), so nothing is "
            "deleted. Release it first: mcdesk unhold NUMBER"
        )
    if erasing.is_under_way(tx, of):
        return f"A text or an entry of theirs is under way. {_AGAIN}"
    if judging.is_unread(tx, number):
        return f"Something arrived from them that is not understood yet. {_AGAIN}"
    return None


def _keep_opt_out(tx: Tx, house: House, person: str, number: Number, of: list[int]) -> bool:
    """Whether they may not be texted any more; it and the deletion are written down."""
    suppressed = people.suppressed_at(tx, number)
    marked = forgotten.MARKS & marks.in_force(tx, house.numbers, number).keys()
    # Nobody will be able to say any more what they meant (rule O-4).
    undecided = bool(of) and bool(leads.in_review(tx, of[0]))
    opted_out = suppressed is not None or undecided or forgotten.is_opted_out(tx, house.numbers, number)
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
