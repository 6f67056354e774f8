"""What people allow by calling, withdraw and restore, written in the very act.

Must not: read wishes into words, or answer whether somebody may be texted (the gate does).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row

from mcdesk.domain import business_days
from mcdesk.domain.leads import EndReason
from mcdesk.domain.numbers import Number
from mcdesk.engine import texting
from mcdesk.engine.house import House
from mcdesk.store import consents, forgotten, greetings, leads, people
from mcdesk.store.transaction import Tx

#: What a caller may be texted about.
ANSWERING = "Informational texts in answer to their own call"
#: Business days in which an opt-out must be honoured (47 CFR 64.1200(a)(10)); here it counts at once.
HONOUR_WITHIN = 10


def is_opted_out(tx: Tx, house: House, number: Number) -> bool:
    """As the gate asks: by the row, by the hash of a deleted person's number, or by the ledger alone."""
    return (
        people.suppressed_at(tx, number) is not None
        or forgotten.is_opted_out(tx, house.numbers, number)
        or consents.is_taken_back(tx, house.numbers, number)
    )


def given_by_call(tx: Tx, house: House, known: Row[Any], lead: int, caller: Number, line: Number) -> None:
    """They called, and heard the line's greeting (rule T-1). The call of somebody who opted out restores
    nothing (rule O-8)."""
    if is_opted_out(tx, house, caller):
        return
    greeting = greetings.in_force(tx, line, known.at)
    heard = {"digest": greeting.digest, "since": greeting.at.isoformat()} if greeting is not None else {}
    consents.add(
        tx,
        house.numbers,
        caller,
        consents.GIVEN,
        source="call",
        call=known.id,
        lead=lead,
        greeting=greeting.id if greeting is not None else None,
        purpose=ANSWERING,
        evidence={
            "call": known.call_id,
            "line": line.e164,
            "called_at": known.at.isoformat(),
            "zone": house.office.timezone,
            "greeting": heard,
            # Nobody can show what the caller heard.
            "reduced": greeting is None,
        },
    )


def withdraw(
    tx: Tx,
    house: House,
    number: Number,
    *,
    words: str,
    rule: str,
    channel: str,
    lead: int | None = None,
    by: str | None = None,
    at: datetime | None = None,
    at_provider: bool = False,
    reason: EndReason = EndReason.OPTED_OUT,
) -> bool:
    """Never text this number again, firm-wide, from this transaction on, in whatever lead (rules O-2, O-7).
    `at_provider`: it refuses texts to them too. False if that was so already; what a person says again is
    noted again."""
    known = forgotten.is_opted_out(tx, house.numbers, number)
    new = people.suppress(
        tx, number, words=words, rule=rule, channel=channel, by=by, at=at, at_provider=at_provider
    )
    first = new and not known
    for each in leads.of_number(tx, number):
        leads.change(tx, each, review_due=None)
        texting.end_texts(tx, each, reason, first=first)
        leads.refresh(tx, each)
    if first or channel != "provider":
        said_at = at or tx.now
        evidence = {
            "words": words,
            "rule": rule,
            "said_at": said_at.isoformat(),
            "honour_by": honour_by(house, said_at).isoformat(),
            "first": first,
        }
        consents.add(
            tx, house.numbers, number, consents.WITHDRAWN, source=channel, lead=lead, evidence=evidence, by=by
        )
    return first


def refused(tx: Tx, house: House, number: Number, *, code: str | None, lead: int | None) -> None:
    """The provider says that they opted out there (rule O-9)."""
    withdraw(
        tx, house, number, words="", rule=f"error {code}", channel="provider", lead=lead, at_provider=True
    )


def withdraw_of_deleted(tx: Tx, house: House, number: Number, *, rule: str, at: datetime) -> None:
    """As `withdraw`, where only a hash of their number is left: their words do not come back."""
    forgotten.opt_out(tx, house.numbers, number)
    evidence = {"rule": rule, "said_at": at.isoformat(), "honour_by": honour_by(house, at).isoformat()}
    consents.add(tx, house.numbers, number, consents.WITHDRAWN, source="text", evidence=evidence)


def honour_by(house: House, said_at: datetime) -> date:
    """The last day on which an opt-out may take effect. The day on which it was said is not counted."""
    day, left = said_at.astimezone(house.office.zone).date(), HONOUR_WITHIN
    while left:
        day += timedelta(days=1)
        left -= business_days.is_business_day(day, house.rulebook.holidays)
    return day


def restore(
    tx: Tx,
    house: House,
    number: Number,
    *,
    why: str,
    evidence: Mapping[str, object],
    lead: int | None,
    source: str = "text",
    by: str | None = None,
) -> bool:
    """They opted in again (rule O-8), also where only a hash of their number was left. False if they had not
    opted out."""
    if not is_opted_out(tx, house, number):
        return False
    people.release(tx, number, why=why)
    forgotten.release(tx, house.numbers, number)
    consents.add(
        tx, house.numbers, number, consents.RESTORED, source=source, lead=lead, evidence=evidence,
        purpose=ANSWERING, by=by,
    )  # fmt: skip
    return True
