"""Somebody else has the number: no more texts, and nothing of theirs in another person's file (rule O-3).

Must not: read wishes into words (`domain/consent` does).
"""

from mcdesk.domain.leads import EndReason, Stage
from mcdesk.engine import consenting, keyword_answers, work
from mcdesk.engine.house import House
from mcdesk.engine.keyword_answers import Received
from mcdesk.store import erasing, jobs, leads, people, talk
from mcdesk.store.transaction import Tx


def end(tx: Tx, house: House, received: Received, *, rule: str) -> None:
    """Suppressed, canceled, detached and confirmed in one act; a person looks at it."""
    lead, words = received.lead, received.event.body
    first = consenting.withdraw(
        tx, house, received.sender, words=words, rule=rule, channel="text", lead=lead, at=received.event.at,
        reason=EndReason.WRONG_NUMBER,
    )  # fmt: skip
    talk.happened(tx, lead, "They say it is the wrong number: no more texts. Close it, or phone to check.")
    files = _detach(tx, house, received.contact)
    if files:
        talk.happened(tx, lead, f"Nothing more is written to {files}. Check there whose number this is.")
    leads.stand(tx, lead, Stage.NEEDS_REPLY, reply_amber=None, reply_due=None)
    if first:
        keyword_answers.confirm(tx, house, received, keyword_answers.WRONG_NUMBER)
    _tell(tx, lead, received, files)


def _detach(tx: Tx, house: House, contact: int) -> str:
    """From now on nothing is written about this number; the records it was written to, in words."""
    links = people.detach(tx, contact)
    for lead in erasing.leads_of(tx, contact):
        jobs.cancel(tx, lead, kinds=work.CRM, why=EndReason.WRONG_NUMBER.value)
    return " and ".join(
        f"{link.name or 'a record without a name'} in {house.titles.get(link.connection, link.connection)}"
        for link in links
        if link.crm_id
    )


def _tell(tx: Tx, lead: int, received: Received, files: str) -> None:
    row = leads.lead(tx, lead)
    assert row is not None
    check = f" Check their record: {files}." if files else ""
    text = f"{received.sender.spoken} says it is the wrong number.{check}"
    talk.alert(tx, kind="review", title="Says it is the wrong number", text=text, lead=lead, owner=row.owner)
