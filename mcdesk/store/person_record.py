"""Everything kept of one person, as plain values for a file.

Must not: leave anything of theirs out, or change anything.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, or_, select

from mcdesk.domain.number_key import NumberKey
from mcdesk.domain.numbers import Number
from mcdesk.store import consents, evidence, forgotten, on_record, people, proof, said, schema
from mcdesk.store.evidence import Chain, Verified
from mcdesk.store.transaction import Tx

Record = dict[str, Any]

_CONTACT = ("name", "language", "line_type", "state", "at", "hold_since", "hold_why")
_LEAD = ("id", "line", "stage", "owner", "opened_at", "closed_at", "disposition", "ended", "draft")
_CALL = (
    "lead", "at", "ended_at", "direction", "line", "outcome", "seconds", "attestation", "recording_url",
    "why", "connection", "call_id",
)  # fmt: skip
_MESSAGE = (
    "id", "lead", "at", "direction", "sender", "recipient", "body", "media", "author", "text_class",
    "template", "segments", "status", "status_at", "why", "connection", "message_id",
)  # fmt: skip
_DECISION = ("id", "lead", "message", "at", "moment", "text_class", "answer", "until")
_CONSENT = ("id", "lead", "at", "kind", "source", "purpose", "by", "evidence")
_OPT_OUT = ("at", "words", "rule", "channel", "by", "ended_at", "ended_why")
_MARK = ("kind", "why", "by", "at", "ended_at", "ended_by")


def of_number(tx: Tx, numbers: NumberKey, number: Number) -> Record | None:
    """None where nothing is kept. Times are UTC as in ``2026-11-21T18:00:00Z``."""
    contact = people.find_contact(tx, number)
    leads = [] if contact is None else _all(tx, schema.leads, schema.leads.c.contact == contact)
    of = [row.id for row in leads]
    ledger = consents.of_person(tx, numbers, number, of)
    is_forgotten = forgotten.is_opted_out(tx, numbers, number)
    if not ledger and not is_forgotten and not on_record.is_known(tx, numbers, number):
        return None
    calls, notes, happenings = schema.calls, schema.notes, schema.happenings
    suppressions, marks = schema.suppressions, schema.marks
    # Of those of a deleted person only the ledger knows.
    judged = {*of, *(row.lead for row in ledger if row.lead is not None)}
    decisions = _all(tx, schema.decisions, schema.decisions.c.lead.in_(judged))
    person = people.contact(tx, contact) if contact is not None else None
    opted_out = is_forgotten or consents.is_taken_back(tx, numbers, number)
    return {
        "number": number.e164,
        "person": _plain(person, _CONTACT) if person is not None else None,
        "opted_out": opted_out or people.suppressed_at(tx, number) is not None,
        "deleted_before": any(row.kind == consents.DELETED for row in ledger) or is_forgotten,
        "crm": _crm(tx, contact),
        "leads": [_plain(row, _LEAD) for row in leads],
        "calls": _listed(tx, calls, or_(calls.c.caller == number, calls.c.lead.in_(of)), _CALL),
        "messages": _listed(tx, schema.messages, _texts(contact, number, of), _MESSAGE),
        "notes": _listed(tx, notes, notes.c.lead.in_(of), ("lead", "at", "author", "body")),
        "happenings": _listed(tx, happenings, happenings.c.lead.in_(of), ("lead", "at", "author", "text")),
        "decisions": [
            {**_plain(row, _DECISION), **told}
            for row, told in zip(decisions, said.opened(tx, [row.evidence for row in decisions]), strict=True)
        ],
        "consents": [
            {**_plain(row, _CONSENT), "evidence": told, "greeting": row.greeting_text}
            for row, told in zip(ledger, said.opened(tx, [row.evidence for row in ledger]), strict=True)
        ],
        "opt_outs": _listed(tx, suppressions, suppressions.c.number == number, _OPT_OUT),
        "marks": _listed(tx, marks, marks.c.number == number, _MARK),
        "evidence": {
            chain.table.name: _verified(tx, chain) for chain in (evidence.DECISIONS, evidence.CONSENTS)
        },
        "flaws": [
            {"table": flaw.table, "row": flaw.row, "what": flaw.what}
            for flaw in (*proof.of_consents(tx, ledger), *proof.of_decisions(tx, decisions))
        ],
    }


def _texts(contact: int | None, number: Number, of: Sequence[int]) -> ColumnElement[bool]:
    messages = schema.messages
    theirs = or_(on_record.texts_of(number), messages.c.lead.in_(of))
    # Without a contact nobody's is theirs: short numbers have none either.
    return theirs if contact is None else or_(theirs, messages.c.contact == contact)


def _crm(tx: Tx, contact: int | None) -> list[Mapping[str, object]]:
    crm = schema.crm_contacts
    return (
        []
        if contact is None
        else _listed(tx, crm, crm.c.contact == contact, ("connection", "crm_id", "name", "url"))
    )


def _all(tx: Tx, table: Table, which: ColumnElement[bool]) -> list[Row[Any]]:
    return tx.all(select(table).where(which).order_by(*table.primary_key.columns))


def _listed(
    tx: Tx, table: Table, which: ColumnElement[bool], names: Sequence[str]
) -> list[Mapping[str, object]]:
    return [_plain(row, names) for row in _all(tx, table, which)]


def _verified(tx: Tx, chain: Chain) -> Mapping[str, object]:
    found: Verified = chain.verify(tx)
    return {
        "unchanged": found.broken is None,
        "linked": found.rows,
        "before_linking": found.unlinked,
        "last_digest": found.digest,
        "first_broken": found.broken,
    }


def _plain(row: Row[Any], names: Sequence[str]) -> dict[str, object]:
    return {name: _written(getattr(row, name)) for name in names}


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value.e164 if isinstance(value, Number) else value
