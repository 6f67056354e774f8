"""What happened to the office in a span of time: calls, texts they wrote, and what people did.

Must not: say what followed by rule (a rehearsal finds that anew).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, insert, select

from mcdesk.domain.numbers import Number
from mcdesk.store.schema import calls, contacts, happenings, leads, marks, messages, suppressions
from mcdesk.store.transaction import Tx

#: Tables whose rows a rehearsal begins with, as they stand; what lies in the span itself is played.
_KNOWN: tuple[Table, ...] = (contacts, marks)


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
        known=(
            *((table, _rows(tx.all(select(table)))) for table in _KNOWN),
            (suppressions, _rows(tx.all(earlier))),
        ),
    )


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


def _rows(found: Iterable[Row[Any]]) -> tuple[dict[str, Any], ...]:
    return tuple(dict(row._mapping) for row in found)
