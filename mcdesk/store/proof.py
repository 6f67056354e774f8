"""Whether what the chains of evidence only point at is as they say: greetings, calls, words, texts sent.

Must not: follow the chains (`evidence` does), or mend anything.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Row, Select, Table, bindparam, func, select

from mcdesk.store import said, talk
from mcdesk.store.evidence import PAGE
from mcdesk.store.schema import calls, consents, contacts, decisions, greetings, leads, messages
from mcdesk.store.transaction import Tx

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_CALLS = select(calls.c.id, calls.c.call_id).where(calls.c.id.in_(_IDS))
_TEXTS = select(messages).where(messages.c.id.in_(_IDS))
#: Leads of people who are on record, so that what was said of them is too.
_KNOWN = (
    select(leads.c.id)
    .join(contacts, contacts.c.id == leads.c.contact)
    .where(leads.c.id.in_(_IDS), contacts.c.number.is_not(None))
)
#: The last deletion of whoever had a number: words of before it are gone rightly.
_DELETED = (
    select(consents.c.number_key, func.max(consents.c.id).label("at"))
    .where(consents.c.kind == "deleted", consents.c.number_key.in_(_IDS))
    .group_by(consents.c.number_key)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that is not as it was written down."""

    #: *consents*, *decisions* or *greetings*, and the row.
    table: str
    row: int
    #: A sentence.
    what: str


def everything(tx: Tx) -> list[Flaw]:
    """Of the whole office."""
    found = list(_of_greetings(tx))
    for table, look in ((consents, of_consents), (decisions, of_decisions)):
        last = 0
        while rows := tx.all(_page(table), {"after": last}):
            found += look(tx, rows)
            last = rows[-1].id
    return found


def of_consents(tx: Tx, entries: Sequence[Row[Any]]) -> list[Flaw]:
    """What these entries of the ledger rest on."""
    heard = {row.id: row for row in tx.all(select(greetings))}
    rung = {row.id: row.call_id for row in _found(tx, _CALLS, [each.call for each in entries])}
    keys = [each.number_key for each in entries]
    deleted = {row.number_key: row.at for row in _found(tx, _DELETED, keys)}
    sealed = _Sealed(tx, entries)
    flaws: list[Flaw] = []
    for each in entries:
        told = [
            *_greeting(each, heard),
            *_call(each, rung),
            *sealed.flaws(each.evidence, deleted=deleted.get(each.number_key, 0) > each.id),
        ]
        flaws += [Flaw(table="consents", row=each.id, what=what) for what in told]
    return flaws


def of_decisions(tx: Tx, judged: Sequence[Row[Any]]) -> list[Flaw]:
    """What these answers of the gate are about."""
    texts = {row.id: row for row in _found(tx, _TEXTS, [each.message for each in judged])}
    known = {row.id for row in _found(tx, _KNOWN, [each.lead for each in judged])}
    sealed = _Sealed(tx, judged)
    flaws: list[Flaw] = []
    for each in judged:
        told = [*sealed.flaws(each.evidence, deleted=each.lead not in known), *_text(each, texts)]
        flaws += [Flaw(table="decisions", row=each.id, what=what) for what in told]
    return flaws


class _Sealed:
    """The words these rows have apart."""

    def __init__(self, tx: Tx, rows: Sequence[Row[Any]]) -> None:
        wanted = {digest for row in rows for digest in said.digests(row.evidence)}
        self._is_whole = {
            row.digest: said.seal(row.salt, row.words) == row.digest for row in said.find(tx, wanted)
        }

    def flaws(self, document: Mapping[str, Any], *, deleted: bool) -> Iterator[str]:
        for digest in said.digests(document):
            if digest not in self._is_whole and not deleted:
                yield "The words it had are missing."
            elif not self._is_whole.get(digest, True):
                yield "The words it had were changed."


def _greeting(entry: Row[Any], heard: Mapping[int, Row[Any]]) -> Iterator[str]:
    noted = (entry.evidence.get("greeting") or {}).get("digest")
    if noted is None:
        return
    greeting = heard.get(entry.greeting)
    if greeting is None:
        yield "The greeting they heard is missing."
    elif not noted == greeting.digest == _digest(greeting):
        yield "The greeting they heard was changed since."


def _call(entry: Row[Any], rung: Mapping[int, str]) -> Iterator[str]:
    noted = entry.evidence.get("call")
    if noted is None or entry.call is None:
        return
    if rung.get(entry.call) != noted:
        yield "Their call is missing, or is not the one it was."


def _text(decision: Row[Any], texts: Mapping[int, Row[Any]]) -> Iterator[str]:
    noted = decision.evidence.get("text")
    if noted is None:
        return
    text = texts.get(decision.message)
    if text is None:
        yield "The text it is about is missing."
    elif talk.sealed(text) != noted and (text.salt or text.body):
        yield "The text it is about, its sender or its recipient was changed since."


def _of_greetings(tx: Tx) -> Iterator[Flaw]:
    for row in tx.all(select(greetings).order_by(greetings.c.id)):
        if row.digest != _digest(row):
            yield Flaw(table="greetings", row=row.id, what="Its words were changed since they were noted.")


def _digest(greeting: Row[Any]) -> str:
    return hashlib.sha256(greeting.text.encode()).hexdigest()


def _page(table: Table) -> Select[Any]:
    return select(table).where(table.c.id > bindparam("after")).order_by(table.c.id).limit(PAGE)


def _found(tx: Tx, question: Select[Any], ids: Sequence[Any]) -> list[Row[Any]]:
    wanted = sorted({each for each in ids if each is not None})
    parts = (wanted[start : start + said.AT_ONCE] for start in range(0, len(wanted), said.AT_ONCE))
    return [row for part in parts for row in tx.all(question, {"ids": part})]
