"""What a rehearsal's own database holds at the end.

Must not: be asked of an office's database.
"""

from typing import Any

from sqlalchemy import Row, func, select

from mcdesk.domain.facts import AUTOMATIC
from mcdesk.store import said
from mcdesk.store.schema import contacts, decisions, leads, messages
from mcdesk.store.transaction import Tx

_AUTOMATIC = messages.c.text_class.in_(sorted(AUTOMATIC))
_TEXTS = (
    select(messages.c.recipient, messages.c.at, messages.c.template, messages.c.body)
    .where(messages.c.message_id.is_not(None), _AUTOMATIC)
    .order_by(messages.c.at, messages.c.id)
)
_REFUSED = (
    select(func.max(decisions.c.id))
    .where(decisions.c.lead == leads.c.id, decisions.c.answer == "no")
    .correlate(leads)
    .scalar_subquery()
)
#: Whoever called and got no automatic text, with the rule's last word, and what ended the automation.
_UNTEXTED = (
    select(contacts.c.number, leads.c.opened_at, decisions.c.evidence, leads.c.ended)
    .join_from(leads, contacts, leads.c.contact == contacts.c.id)
    .outerjoin(decisions, decisions.c.id == _REFUSED)
    .where(contacts.c.number.is_not(None), leads.c.calls > 0)
    .where(
        leads.c.id.not_in(
            select(messages.c.lead).where(
                messages.c.message_id.is_not(None), _AUTOMATIC, messages.c.lead.is_not(None)
            )
        )
    )
    .order_by(leads.c.id)
)


def texts(tx: Tx) -> list[Row[Any]]:
    """Automatic texts that were handed over."""
    return tx.all(_TEXTS)


def untexted(tx: Tx) -> list[tuple[Row[Any], str]]:
    """Whoever called and got none, and why."""
    rows = tx.all(_UNTEXTED)
    told = said.opened(tx, [row.evidence or {} for row in rows])
    return [(row, each["why"][0] if each else row.ended or "") for row, each in zip(rows, told, strict=True)]
