"""What happened to the office in a span of time: calls, texts they wrote, and what people did.

Must not: say what followed by rule (a rehearsal finds that anew).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Table, insert, or_, select

from mcdesk.domain.numbers import Number
from mcdesk.store.schema import (
    calls,
    contacts,
    crm_contacts,
    happenings,
    leads,
    marks,
    messages,
    suppressions,
)
from mcdesk.store.transaction import Tx

#: A CRM that was asked when somebody called has answered by then.
ANSWERED_WITHIN = timedelta(minutes=2)

_SAID = select(crm_contacts, contacts.c.number).join_from(
    crm_contacts, contacts, crm_contacts.c.contact == contacts.c.id
)


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody at the office did something about a person: automation ended with it."""

    number: Number
    at: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Past:
    """One span, each part oldest first."""

    since: datetime
    calls: tuple[Row[Any], ...]
    texts: tuple[Row[Any], ...]
    acts: tuple[Act, ...]
    #: Opt-outs that people at the office noted.
    opt_outs: tuple[Row[Any], ...]
    #: Marks that were put in the span, and those that were taken away in it.
    marked: tuple[Row[Any], ...]
    unmarked: tuple[Row[Any], ...]
    #: What CRMs said of callers in the span, as far as it is kept: only their last word is.
    said: tuple[Row[Any], ...]
    #: Rows to begin with, by table.
    known: tuple[tuple[Table, tuple[dict[str, Any], ...]], ...]


def since(tx: Tx, at: datetime) -> Past:
    """Everything from then until now."""
    earlier = select(suppressions).where(suppressions.c.at < at)
    return Past(
        since=at,
        calls=tuple(tx.all(select(calls).where(calls.c.at >= at).order_by(calls.c.at, calls.c.id))),
        texts=tuple(
            tx.all(
                select(messages)
                .where(messages.c.at >= at, messages.c.direction == "in")
                .order_by(messages.c.at, messages.c.id)
            )
        ),
        acts=tuple(sorted(_acts(tx, at), key=lambda act: act.at)),
        opt_outs=tuple(
            tx.all(select(suppressions).where(suppressions.c.at >= at, suppressions.c.channel != "text"))
        ),
        marked=tuple(tx.all(select(marks).where(marks.c.at >= at).order_by(marks.c.id))),
        unmarked=tuple(tx.all(select(marks).where(marks.c.ended_at >= at).order_by(marks.c.ended_at))),
        said=tuple(tx.all(_SAID.where(crm_contacts.c.at >= at).order_by(crm_contacts.c.at))),
        known=(
            (contacts, _rows(tx.all(select(contacts)))),
            (marks, _in_force(tx, at)),
            (crm_contacts, _rows(tx.all(select(crm_contacts).where(crm_contacts.c.at < at)))),
            (suppressions, _rows(tx.all(earlier))),
        ),
    )


def unsure(past: Past, crms: Collection[str]) -> tuple[Number, ...]:
    """Callers of whom it is not kept what the CRMs said when they called, each once."""
    heard = {(row.number, row.connection): row for row in past.said}
    earlier = {
        (row["contact"], row["connection"])
        for table, rows in past.known
        if table is crm_contacts
        for row in rows
    }
    numbers = {
        row["number"]: row["id"] for table, rows in past.known if table is contacts for row in rows
    }  # fmt: skip
    found: dict[Number, None] = {}
    for call in past.calls:
        for crm in crms if call.caller is not None else ():
            row = heard.get((call.caller, crm))
            if row is None:
                is_known = (numbers.get(call.caller), crm) in earlier
            else:
                # A client stays one: whoever is none now was none then.
                is_known = not row.is_client or row.at <= call.at + ANSWERED_WITHIN
            if not is_known:
                found[call.caller] = None
    return tuple(found)


def begin_with(tx: Tx, past: Past) -> None:
    """Write down what was known before, in a database of a rehearsal's own."""
    for table, rows in past.known:
        for row in rows:
            tx.run(insert(table), row)


def _acts(tx: Tx, at: datetime) -> Iterable[Act]:
    said = select(happenings.c.at, happenings.c.text, contacts.c.number).where(
        happenings.c.at >= at, happenings.c.author.is_not(None)
    )
    for row in tx.all(said.join_from(happenings, leads).join(contacts, leads.c.contact == contacts.c.id)):
        if row.number is not None:
            yield Act(row.number, row.at, row.text)
    typed = select(messages.c.at, messages.c.recipient).where(
        messages.c.at >= at, messages.c.author.is_not(None)
    )
    for row in tx.all(typed):
        number = Number.parse(row.recipient)
        if number is not None:
            yield Act(number, row.at, "Texted by hand")


def _in_force(tx: Tx, at: datetime) -> tuple[dict[str, Any], ...]:
    """The marks of that moment."""
    then = select(marks).where(marks.c.at < at, or_(marks.c.ended_at.is_(None), marks.c.ended_at >= at))
    return tuple({**row, "ended_at": None, "ended_by": None} for row in _rows(tx.all(then)))


def _rows(found: Iterable[Row[Any]]) -> tuple[dict[str, Any], ...]:
    return tuple(dict(row._mapping) for row in found)
