"""Brings the facts before the one gate and keeps its answer as evidence.

Must not: have rules of its own (`domain/policy` has them all).
"""

from datetime import datetime

from mcdesk.domain import policy
from mcdesk.domain.leads import EndReason
from mcdesk.domain.numbers import Number
from mcdesk.domain.policy import Decision, Facts, TextClass
from mcdesk.engine.house import House
from mcdesk.store import leads, people, talk
from mcdesk.store.transaction import Tx

#: Line types that cannot receive texts, as `ports.texts.LineType` names them.
UNREACHABLE_LINES = frozenset({"landline", "toll-free"})


def judge(
    tx: Tx,
    house: House,
    *,
    to: Number,
    body: str,
    text_class: TextClass,
    lead: int | None,
    moment: str,
    message: int | None = None,
    keep: bool = True,
) -> Decision:
    """May this text go out now? `moment` is *queued* or *sent*; `keep` False only asks."""
    decision = policy.may_text(_facts(tx, house, to, body, text_class, lead, message))
    if keep:
        talk.decided(tx, decision, lead=lead, message=message, moment=moment, text_class=text_class)
    return decision


def _facts(
    tx: Tx, house: House, to: Number, body: str, text_class: TextClass, lead: int | None, message: int | None
) -> Facts:
    automatic = text_class in {TextClass.ACK, TextClass.FOLLOWUP}
    sent = talk.automatic_since(tx, to, tx.now - policy.CAP_SPAN, but=message or 0) if automatic else {}
    contact = people.find_contact(tx, to)
    line_type = people.contact(tx, contact).line_type if contact is not None else None
    return Facts(
        text_class=text_class,
        now=tx.now,
        to=to,
        body=body,
        firm=house.office.name,
        place=house.area_codes.place(to),
        opted_out=people.suppressed_at(tx, to) is not None,
        landline=line_type in UNREACHABLE_LINES,
        ended=_ended(tx, lead) if automatic else None,
        call_at=_call_at(tx, lead) if automatic else _asked_at(tx, message),
        acknowledge_within=house.office.goals.acknowledge_within,
        acknowledgements=sent.get(TextClass.ACK, 0),
        automatic=sum(sent.values()),
    )


def _ended(tx: Tx, lead: int | None) -> EndReason | None:
    row = leads.standing(tx, lead) if lead is not None else None
    if row is None:
        return None
    if row.closed_at is not None:
        return EndReason.CLOSED
    return EndReason(row.ended) if row.ended else None


def _asked_at(tx: Tx, message: int | None) -> datetime | None:
    """When the text that a keyword asked for was written."""
    return talk.message(tx, message).at if message is not None else None


def _call_at(tx: Tx, lead: int | None) -> datetime | None:
    return talk.last_call_at(tx, lead) if lead is not None else None
