"""What is old enough to go: bodies of texts, opt-outs that ended, and the beginnings of both chains.

Must not: say how old that is, or touch anybody under legal hold.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, and_, bindparam, delete, func, or_, select, update

from mcdesk.domain.leads import Disposition
from mcdesk.store.evidence import Chain
from mcdesk.store.schema import consents, contacts, decisions, leads, messages, suppressions
from mcdesk.store.transaction import Tx
from mcdesk.store.types import Instant

_BEFORE = bindparam("before", type_=Instant)
_OF_CLIENT = (
    select(leads.c.id)
    .where(leads.c.contact == contacts.c.id, leads.c.disposition == str(Disposition.RETAINED))
    .exists()
)
_USED_SINCE = select(leads.c.id).where(leads.c.contact == contacts.c.id, leads.c.last_at >= _BEFORE).exists()
_MAY_GO = and_(contacts.c.hold_since.is_(None), ~_OF_CLIENT, ~_USED_SINCE)
#: Texts of short numbers, and between lines of the office, are of nobody's.
_OLD_BODIES = (
    select(messages.c.id, messages.c.lead)
    .outerjoin(contacts, contacts.c.id == messages.c.contact)
    .where(messages.c.at < _BEFORE, messages.c.body != "", or_(messages.c.contact.is_(None), _MAY_GO))
    .order_by(messages.c.id)
    .limit(bindparam("most"))
)
_EMPTY = (
    update(messages)
    .where(messages.c.id.in_(bindparam("ids", expanding=True)))
    # A hold may have been placed since they were found.
    .where(
        or_(
            messages.c.contact.is_(None),
            messages.c.contact.in_(select(contacts.c.id).where(contacts.c.hold_since.is_(None))),
        )
    )
    .values(body="", salt="")
)
_NO_PREVIEW = (
    update(leads).where(leads.c.id.in_(bindparam("ids", expanding=True))).values(preview="", draft="")
)
_ENDED = delete(suppressions).where(
    suppressions.c.ended_at < _BEFORE,
    suppressions.c.number.not_in(select(contacts.c.number).where(contacts.c.hold_since.is_not(None))),
)
_LATER = consents.alias("later")
#: The first row that must stay: it is young, or what it belongs to is not over, or is under legal hold.
_FIRST_KEPT: dict[str, Select[tuple[int]]] = {
    "decisions": select(decisions.c.id)
    .outerjoin(leads, leads.c.id == decisions.c.lead)
    .outerjoin(contacts, contacts.c.id == leads.c.contact)
    .where(or_(decisions.c.at >= _BEFORE, leads.c.last_at >= _BEFORE, contacts.c.hold_since.is_not(None)))
    .order_by(decisions.c.id)
    .limit(1),
    "consents": select(consents.c.id)
    .outerjoin(leads, leads.c.id == consents.c.lead)
    .outerjoin(contacts, contacts.c.id == leads.c.contact)
    .where(
        or_(
            consents.c.at >= _BEFORE,
            leads.c.last_at >= _BEFORE,
            contacts.c.hold_since.is_not(None),
            select(_LATER.c.id)
            .where(_LATER.c.number_key == consents.c.number_key, _LATER.c.at >= _BEFORE)
            .exists(),
        )
    )
    .order_by(consents.c.id)
    .limit(1),
}


def old_bodies(tx: Tx, *, before: datetime, most: int) -> list[tuple[int, int | None]]:
    """Texts, with their leads, of people who are no clients and with whom there was nothing since."""
    return [(row.id, row.lead) for row in tx.all(_OLD_BODIES, {"before": before, "most": most})]


def empty_bodies(tx: Tx, found: Sequence[tuple[int, int | None]]) -> int:
    """Their words go, that they were sent stays; how many."""
    of = [lead for _, lead in found if lead is not None]
    tx.run(_NO_PREVIEW, {"ids": of})
    tx.touched.leads.update(of)
    return tx.run(_EMPTY, {"ids": [message for message, _ in found]}).rowcount


def forget_ended_opt_outs(tx: Tx, *, before: datetime) -> int:
    """Opt-outs that were taken back before then; one in force is kept for ever."""
    return tx.run(_ENDED, {"before": before}).rowcount


def forget_evidence(tx: Tx, chain: Chain, *, before: datetime, most: int) -> int:
    """The beginning of a chain, up to the first row that must stay; how many."""
    first_kept = tx.value(_FIRST_KEPT[chain.table.name], {"before": before})
    if first_kept is None:
        newest = tx.value(select(func.max(chain.table.c.id)))
        first_kept = 0 if newest is None else newest + 1
    return chain.forget(tx, first_kept=first_kept, most=most)
