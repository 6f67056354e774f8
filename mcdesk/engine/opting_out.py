"""Never text this person again: what follows from it for their lead, in the very transaction (rule O-2).

Must not: read wishes into words (`domain/consent` does).
"""

from datetime import datetime

from mcdesk.domain.leads import EndReason, Stage
from mcdesk.domain.numbers import Number
from mcdesk.engine import consenting, escalations, texting
from mcdesk.engine.house import House
from mcdesk.store import leads, talk
from mcdesk.store.transaction import Tx


def opt_out(
    tx: Tx,
    house: House,
    lead: int,
    number: Number,
    *,
    words: str,
    rule: str,
    channel: str,
    author: str | None = None,
    at: datetime | None = None,
) -> bool:
    """From now on, firm-wide. `at`: when they said so. False if that was so already."""
    first = consenting.withdraw(
        tx, house, number, words=words, rule=rule, channel=channel, lead=lead, by=author, at=at
    )
    texting.end_texts(tx, lead, EndReason.OPTED_OUT, first=first)
    row = leads.lead(tx, lead)
    if row is not None:
        leads.change(tx, lead, review_due=None)
        if row.stage in {Stage.WAITING, Stage.NEEDS_REPLY, Stage.ANSWERED}:
            leads.change(tx, lead, stage=str(Stage.ANSWERED), reply_amber=None, reply_due=None)
    talk.happened(
        tx, lead, "They opted out: no more texts to this number. You may still phone.", author=author
    )
    escalations.tell_review(tx, lead, "Opted out of texts")
    return first
