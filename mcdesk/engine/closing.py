"""Ending a lead, by a person or by its sequence.

Must not: know screens.
"""

from mcdesk.domain.leads import DISPOSITION_WORDS, Disposition, EndReason, Stage
from mcdesk.engine import recording, texting
from mcdesk.engine.house import House
from mcdesk.store import leads, talk
from mcdesk.store.transaction import Tx


def close(
    tx: Tx, house: House, lead: int, disposition: Disposition, *, author: str | None, reason: str = ""
) -> None:
    """Close it: automation ends, the CRM is told."""
    row = leads.lead(tx, lead)
    if row is None or row.closed_at is not None:
        return
    words = DISPOSITION_WORDS[disposition]
    texting.end_automation(tx, lead, EndReason.CLOSED, author=author)
    stage = Stage.BOOKED if disposition is Disposition.BOOKED else Stage.CLOSED
    leads.change(
        tx,
        lead,
        stage=str(stage),
        closed_at=tx.now,
        disposition=str(disposition),
        reply_amber=None,
        reply_due=None,
        unread=0,
    )
    extra = f" ({reason})" if reason else ""
    talk.happened(tx, lead, f"Closed as {words}{extra}.", author=author)
    recording.owe_outcome(tx, house, lead, words=f"{words}{extra}")
    leads.refresh(tx, lead)
