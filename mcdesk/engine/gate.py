"""Brings the facts before the one gate and keeps its answer as evidence.

Must not: have rules of its own (`domain/policy` has them all).
"""

from dataclasses import replace
from datetime import datetime

from mcdesk.domain import policy
from mcdesk.domain.leads import EndReason
from mcdesk.domain.numbers import Number
from mcdesk.domain.policy import Decision, Facts, TextClass
from mcdesk.engine.house import House
from mcdesk.store import judging, talk
from mcdesk.store.judging import Known
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
    known = judging.known(tx, to, lead=lead, message=message)
    if moment != "sent":
        # The very call it answers may still be noted as going on.
        known = replace(known, on_the_line=False)
    decision = policy.may_text(_facts(known, house, tx.now, to, body, text_class))
    if keep:
        talk.decided(tx, decision, lead=lead, message=message, moment=moment, text_class=text_class)
    return decision


def _facts(known: Known, house: House, now: datetime, to: Number, body: str, text_class: TextClass) -> Facts:
    automatic = text_class in policy.AUTOMATIC
    return Facts(
        text_class=text_class,
        now=now,
        to=to,
        body=body,
        firm=house.office.name,
        place=house.area_codes.place(to),
        opted_out=known.opted_out,
        landline=known.line_type in UNREACHABLE_LINES,
        machine=_is_machine(known, now),
        on_the_line=known.on_the_line,
        ended=_ended(known) if automatic else None,
        call_at=known.call_at if automatic else known.written_at,
        spoken_to=known.spoken_to and automatic,
        acknowledge_within=house.office.goals.acknowledge_within,
        acknowledgements=known.acknowledgements if automatic else 0,
        automatic=known.automatic if automatic else 0,
    )


def _is_machine(known: Known, now: datetime) -> bool:
    return known.machine_since is not None and now - known.machine_since < policy.MACHINE_SPAN


def _ended(known: Known) -> EndReason | None:
    if known.closed_at is not None:
        return EndReason.CLOSED
    return EndReason(known.ended) if known.ended else None
