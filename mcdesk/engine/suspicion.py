"""Callers that look like spam: nothing is texted by itself, and a person is shown why.

Must not: know the signs (`domain/spam` does), or block anybody.
"""

from mcdesk.domain import spam
from mcdesk.domain.leads import EndReason, Stage
from mcdesk.domain.numbers import Number
from mcdesk.engine import escalations, texting
from mcdesk.engine.house import House
from mcdesk.store import leads, marks, people, ringing, talk
from mcdesk.store.transaction import Tx


def look(tx: Tx, house: House, lead: int, caller: Number) -> None:
    """A call of theirs is known now: hand the lead to a person if their calls look like spam."""
    found = spam.reasons(ringing.rings(tx, caller))
    row = leads.lead(tx, lead)
    if not found or row is None or row.closed_at is not None or _is_known(tx, house, caller, row.contact):
        return
    if row.ended == EndReason.SUSPECT and row.stage == Stage.CALL_NOW and row.reply_due is None:
        return
    texting.end_automation(tx, lead, EndReason.SUSPECT)
    if row.ended != EndReason.SUSPECT:
        leads.change(tx, lead, ended=str(EndReason.SUSPECT))
        _tell(tx, lead, found)
    escalations.stop(tx, lead)
    leads.stand(tx, lead, Stage.CALL_NOW)
    leads.refresh(tx, lead)


def stands(ended: str | None, stage: str) -> bool:
    """Whether a lead was handed over as spam and nobody has done anything about it yet."""
    return ended == EndReason.SUSPECT and stage == Stage.CALL_NOW


def _tell(tx: Tx, lead: int, found: tuple[str, ...]) -> None:
    talk.happened(
        tx,
        lead,
        f"It looks like spam because {', and '.join(found)}: no automatic text. "
        "Call if it may be a person; if not, block the caller.",
    )
    escalations.tell_review(tx, lead, "Looks like spam")


def _is_known(tx: Tx, house: House, caller: Number, contact: int) -> bool:
    """Whether they wrote, were spoken with, are marked, or are in a CRM other than by mcdesk's own hand."""
    if marks.in_force(tx, house.numbers, caller):
        return True
    dealings = ringing.dealings(tx, caller, contact)
    if dealings.spoke or dealings.wrote:
        return True
    links = people.crm_links(tx, contact)
    return any(link.matches > 1 or link.is_client or _is_name(link.name) for link in links)


def _is_name(name: str | None) -> bool:
    """mcdesk saves callers nobody knows under their numbers."""
    return bool(name) and not any(character.isdigit() for character in name or "")
