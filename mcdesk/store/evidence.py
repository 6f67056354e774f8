"""Evidence: what the gate answered, and what people allowed or withdrew, as chains in which a change shows.

Must not: decide anything, or change a row that is there.

Each row's digest is made of its number, its own words and the digest before it. Rows of before there were
digests have none; where old rows are deleted, the digest of the last of them stays as the chain's anchor. No
key is in it: who can write the database can link it anew from any row on, or cut off its end. That shows only
beside a digest kept elsewhere (`witness`), as `mcdesk doctor` compares and prints it. What a row only points
at has its digest in the row (`proof`); what people said can be deleted without the chain (`said`).
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select

from mcdesk.domain.facts import Decision
from mcdesk.store import facts, said
from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import consents, decisions
from mcdesk.store.transaction import Tx

#: Rows read at a time when a chain is verified.
PAGE = 1000
#: Of rules whose reasons are sentences of ours alone. Those of others may quote what was said of somebody.
_OURS = re.compile(r"([A-Z]-\d+)?")


class Chain:
    """One table whose rows are linked. One transaction writes at a time on either database, so the newest
    row is the one before."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._anchor = f"{table.name}-anchor"
        #: The last of the rows of before there were digests, noted when the first link is made: from then on
        #: a later row without one was meddled with.
        self._unlinked = f"{table.name}-unlinked"
        self._gone = f"{table.name}-gone"
        self._words = tuple(column.name for column in table.c if column.name != "digest")
        newest = select(table.c.id, table.c.digest).order_by(table.c.id.desc()).limit(1)
        self._newest = Prepared(newest)
        self._row = Prepared(select(table.c.digest).where(table.c.id == bindparam("row")))
        self._oldest = Prepared(select(table.c.id).order_by(table.c.id).limit(1))
        self._insert = Prepared(insert(table))
        page = select(table).where(table.c.id > bindparam("after"))
        self._page = page.order_by(table.c.id).limit(PAGE)

    def add(self, tx: Tx, values: Mapping[str, Any]) -> int:
        """One row more; its number."""
        newest = tx.first(self._newest)
        before = newest.digest if newest is not None else None
        if before is None:
            before = self._begin(tx, newest.id if newest is not None else 0)
        # What is linked is what is stored: nothing is left to a column's default, nor the number to the
        # database, which may give one out again.
        last = newest.id if newest is not None else self._forgotten_to(tx)
        words = {**{name: values.get(name) for name in self._words}, "id": last + 1}
        tx.run(self._insert, {**words, "digest": self._digest(before, words)})
        return int(last + 1)

    def _begin(self, tx: Tx, last: int) -> str:
        """What the first link after nothing, or after rows without digest, follows."""
        anchor = facts.value(tx, self._anchor)
        if anchor is None and facts.value(tx, self._unlinked) is None:
            facts.put(tx, self._unlinked, str(last))
        return anchor or ""

    def _digest(self, before: str, values: Mapping[str, Any]) -> str:
        words = {name: _plain(values[name]) for name in self._words}
        written = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(f"{before}\n{written}".encode()).hexdigest()

    def verify(self, tx: Tx) -> "Verified":
        """Follow it from its anchor to its end."""
        while True:
            anchor = facts.value(tx, self._anchor)
            found = self._follow(tx, anchor)
            # Where old rows were deleted meanwhile, it was followed from the wrong place.
            if found.broken is None or facts.value(tx, self._anchor) == anchor:
                return found

    def end(self, tx: Tx) -> tuple[int, str] | None:
        """Its last row and that one's digest; None where no row is linked."""
        newest = tx.first(self._newest)
        return None if newest is None or newest.digest is None else (newest.id, newest.digest)

    def has(self, tx: Tx, row: int, digest: str) -> bool:
        """Whether what once was the last row is there as it was, or was old enough to be forgotten since."""
        found = tx.first(self._row, {"row": row})
        if found is not None:
            return bool(found.digest == digest)
        oldest = tx.first(self._oldest)
        if oldest is not None:
            return bool(oldest.id > row)
        return row <= self._forgotten_to(tx)

    def _forgotten_to(self, tx: Tx) -> int:
        """The last row that was old enough to go."""
        return int(facts.value(tx, self._gone) or 0)

    def _follow(self, tx: Tx, anchor: str | None) -> "Verified":
        noted = facts.value(tx, self._unlinked)
        before, last, count, plain = anchor or "", 0, 0, 0
        while rows := tx.all(self._page, {"after": last}):
            for row in rows:
                last = row.id
                if row.digest is None and anchor is None and (noted is None or last <= int(noted)):
                    plain += 1
                    continue
                if row.digest != self._digest(before, dict(row._mapping)):
                    return Verified(self.table.name, count, plain, before, broken=row.id)
                before, count = row.digest, count + 1
        return Verified(self.table.name, count, plain, before)

    def forget(self, tx: Tx, *, first_kept: int, most: int) -> int:
        """Delete from its beginning, never past a row that stays, and keep where it goes on; how many."""
        kept = (self.table.c.id, self.table.c.digest, self.table.c.evidence)
        old = select(*kept).where(self.table.c.id < first_kept)
        rows = tx.all(old.order_by(self.table.c.id).limit(most))
        if not rows:
            return 0
        if rows[-1].digest is not None:
            facts.put(tx, self._anchor, rows[-1].digest)
        facts.put(tx, self._gone, str(rows[-1].id))
        said.forget(tx, {digest for row in rows for digest in said.digests(row.evidence)})
        return tx.run(delete(self.table).where(self.table.c.id <= rows[-1].id)).rowcount


@dataclass(frozen=True, slots=True)
class Verified:
    """What following a chain found."""

    name: str
    #: Linked rows that are as they were written, and rows of before there were links.
    rows: int
    unlinked: int
    #: The last good digest: whoever wrote it down elsewhere can tell that nothing was cut off the end.
    digest: str
    #: The first row that was changed, or before which one is missing; None where the chain is whole.
    broken: int | None = None


DECISIONS, CONSENTS = CHAINS = Chain(decisions), Chain(consents)


def decided(
    tx: Tx,
    decision: Decision,
    *,
    lead: int | None,
    message: int | None,
    moment: str,
    text_class: str,
    template: str | None = None,
    consent: int | None = None,
    text: str | None = None,
) -> None:
    """Keep an answer of the gate. `moment`: *queued* or *sent*; `template`: name, language and digest;
    `consent`: the entry of the ledger it rests on; `text`: the digest of the very text."""
    DECISIONS.add(
        tx,
        {
            "lead": lead, "message": message, "at": tx.now, "moment": moment, "text_class": str(text_class),
            "answer": decision.answer, "until": decision.until,
            "evidence": {
                "why": _why(tx, decision), "rule": decision.rule, "zones": list(decision.zones),
                "states": list(decision.states), "windows": dict(decision.windows),
                "counters": dict(decision.counters), "template": template,
                "consent": consent, "rules_version": decision.rules_version,
                **({"text": text} if text is not None else {}),
                **({"answered_for": decision.answered_for} if decision.answered_for else {}),
            },
        },
    )  # fmt: skip


def _why(tx: Tx, decision: Decision) -> list[Any]:
    if _OURS.fullmatch(decision.rule):
        return list(decision.why)
    return [said.keep(tx, each) for each in decision.why]


def _plain(value: Any) -> Any:
    """As JSON writes it, the same before it is stored and after it is read."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
