"""The consent ledger: what people allowed and took back, each entry a link of a chain.

Must not: decide what counts (`engine/consenting` does).
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, bindparam, func, or_, select, text

from mcdesk.domain.number_key import NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.store import said
from mcdesk.store.evidence import CONSENTS
from mcdesk.store.prepared import Prepared, one_of
from mcdesk.store.schema import consents, forgotten, greetings, suppressions
from mcdesk.store.transaction import Tx

GIVEN, WITHDRAWN, RESTORED, DELETED = "given", "withdrawn", "restored", "deleted"
#: What an entry has of a person's own: kept apart, so that it can be deleted.
_THEIRS = ("words", "who")

_OF_NUMBER = consents.c.number_key == bindparam("number_key")
_NEWEST = select(func.max(consents.c.id)).where(_OF_NUMBER).scalar_subquery()
#: What a text to the number rests on: nothing once they took it back. Its value is the number's hash.
IN_FORCE: ScalarSelect[Any] = (
    select(consents.c.id)
    .where(consents.c.id == _NEWEST, one_of(consents.c.kind, GIVEN, RESTORED))
    .scalar_subquery()
)
_WISH = (
    select(consents.c.kind)
    .where(_OF_NUMBER, text("consents.kind IN ('withdrawn', 'restored')"))
    .order_by(consents.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
#: Whether they took it back and never restored it, as asked with the number's hash.
TAKEN_BACK: ColumnElement[bool] = func.coalesce(_WISH, text("''")) == text("'withdrawn'")
_TAKEN_BACK = Prepared(select(TAKEN_BACK))
_WISHES = (
    select(consents.c.number_key, consents.c.kind)
    .where(consents.c.kind.in_((WITHDRAWN, RESTORED)))
    .order_by(consents.c.id)
)
_SUPPRESSED = select(suppressions.c.number).where(suppressions.c.ended_at.is_(None))
_FORGOTTEN = select(forgotten.c.number_key).where(forgotten.c.opted_out)
_ALL = (
    select(consents, greetings.c.text.label("greeting_text"))
    .outerjoin(greetings, greetings.c.id == consents.c.greeting)
    .where(or_(_OF_NUMBER, consents.c.lead.in_(bindparam("leads", expanding=True))))
    .order_by(consents.c.id)
)


def add(
    tx: Tx,
    numbers: NumberKey,
    number: Number,
    kind: str,
    *,
    source: str,
    evidence: Mapping[str, object],
    lead: int | None = None,
    call: int | None = None,
    greeting: int | None = None,
    purpose: str = "",
    by: str | None = None,
) -> int:
    """One entry more; its number. `source`: call, text, phone, mail, paper, web, verbal, provider …"""
    told = _apart(tx, evidence)
    return CONSENTS.add(
        tx,
        {
            "at": tx.now, "kind": kind, "source": source, "number_key": numbers.of(number), "call": call,
            "lead": lead, "greeting": greeting, "purpose": purpose, "evidence": told, "by": by,
        },
    )  # fmt: skip


def add_of_deleted(tx: Tx, number_key: str, *, evidence: Mapping[str, object], by: str) -> None:
    """A deletion that only the number's hash is known of, told by what a copy took the place of."""
    CONSENTS.add(
        tx,
        {
            "at": tx.now, "kind": DELETED, "source": "request", "number_key": number_key, "purpose": "",
            "evidence": dict(evidence), "by": by,
        },
    )  # fmt: skip


def is_taken_back(tx: Tx, numbers: NumberKey, number: Number) -> bool:
    """Whether the ledger's last word of the number is that it opted out."""
    return bool(tx.value(_TAKEN_BACK, {"number_key": numbers.of(number)}))


def only_here(tx: Tx, numbers: NumberKey) -> int:
    """How many numbers opted out by the ledger's last word, and by no row elsewhere that says so."""
    last: dict[str, str] = {row.number_key: row.kind for row in tx.all(_WISHES)}
    held = {numbers.of(row.number) for row in tx.all(_SUPPRESSED)}
    held |= {row.number_key for row in tx.all(_FORGOTTEN)}
    withdrawn = {key for key, kind in last.items() if kind == WITHDRAWN and key.startswith(f"{numbers.id}:")}
    return len(withdrawn - held)


def _apart(tx: Tx, evidence: Mapping[str, object]) -> dict[str, object]:
    return {
        name: said.keep(tx, str(value)) if name in _THEIRS and value else value
        for name, value in evidence.items()
    }


def of_person(tx: Tx, numbers: NumberKey, number: Number | None, leads: list[int]) -> list[Row[Any]]:
    """Everything noted of a number or of somebody's leads, oldest first, with the greetings' words."""
    key = numbers.of(number) if number is not None else ""
    return tx.all(_ALL, {"number_key": key, "leads": leads})
