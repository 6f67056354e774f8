"""Never text this person again: what follows from it for their lead, in the very transaction (rule O-2).

Must not: read wishes into words (`domain/consent` does).
"""

from datetime import datetime

from mcdesk.domain.leads import Stage
from mcdesk.domain.numbers import Number
from mcdesk.engine import consenting, escalations
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
    at_provider: bool = False,
) -> bool:
    """From now on, firm-wide. `at`: when they said so. False if that was so already."""
    first = consenting.withdraw(
        tx, house, number, words=words, rule=rule, channel=channel, lead=lead, by=author, at=at,
        at_provider=at_provider,
    )  # fmt: skip
    beside = leads.open_beside(tx, lead)
    for each in (lead,) if beside is None else (lead, beside):
        row = leads.standing(tx, each)
        if row is not None and row.stage in {Stage.WAITING, Stage.NEEDS_REPLY, Stage.ANSWERED}:
            leads.change(tx, each, stage=str(Stage.ANSWERED), reply_amber=None, reply_due=None)
        talk.happened(
            tx, each, "They opted out: no more texts to this number. You may still phone.", author=author
        )
        leads.refresh(tx, each)
    escalations.tell_review(tx, lead, "Opted out of texts")
    return first
