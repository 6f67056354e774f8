"""Evidence: what the gate answered, and what people allowed or withdrew, as chains in which a change shows.

Must not: decide anything, or change a row that is there.

Each row's digest is made of its own words and of the digest before it. Rows of before there were digests have
none; where old rows are deleted, the digest of the last of them stays as the chain's anchor.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, insert, select

from mcdesk.domain.facts import Decision
from mcdesk.store import facts
from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import consents, decisions
from mcdesk.store.transaction import Tx

#: Rows read at a time when a chain is verified.
PAGE = 1000


class Chain:
    """One table whose rows are linked."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._anchor = f"{table.name}-anchor"
        self._words = tuple(column for column in table.c if column.name not in {"id", "digest"})
        self._last = Prepared(select(table.c.digest).order_by(table.c.id.desc()).limit(1))
        self._insert = Prepared(insert(table))

    def add(self, tx: Tx, values: Mapping[str, Any]) -> int:
        """One row more; its number."""
        before = tx.value(self._last) or facts.value(tx, self._anchor) or ""
        return tx.insert(self._insert, {**values, "digest": self._digest(before, values)})

    def _digest(self, before: str, values: Mapping[str, Any]) -> str:
        words = {column.name: _plain(values.get(column.name)) for column in self._words}
        written = json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(f"{before}\n{written}".encode()).hexdigest()

    def verify(self, tx: Tx) -> "Verified":
        """Follow it from its anchor to its end."""
        before, last, count, plain = facts.value(tx, self._anchor) or "", 0, 0, 0
        page = select(self._table).where(self._table.c.id > bindparam("after"))
        page = page.order_by(self._table.c.id).limit(PAGE)
        while rows := tx.all(page, {"after": last}):
            for row in rows:
                last, values = row.id, dict(row._mapping)
                if row.digest is None and count == 0:
                    plain += 1
                    continue
                if row.digest != self._digest(before, values):
                    return Verified(self._table.name, count, plain, before, broken=row.id)
                before, count = row.digest, count + 1
        return Verified(self._table.name, count, plain, before)

    def forget(self, tx: Tx, before: datetime) -> int:
        """Delete what is older, and keep where the chain goes on; how many rows."""
        last = tx.value(select(func.max(self._table.c.id)).where(self._table.c.at < before))
        if last is None:
            return 0
        digest = tx.value(select(self._table.c.digest).where(self._table.c.id == last))
        if digest is not None:
            facts.put(tx, self._anchor, digest)
        return tx.run(delete(self._table).where(self._table.c.id <= last)).rowcount


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


DECISIONS, CONSENTS = Chain(decisions), Chain(consents)


def decided(
    tx: Tx,
    decision: Decision,
    *,
    lead: int | None,
    message: int | None,
    moment: str,
    text_class: str,
    template: str | None = None,
) -> None:
    """Keep an answer of the gate. `moment`: *queued* or *sent*; `template`: name, language and digest."""
    DECISIONS.add(
        tx,
        {
            "lead": lead, "message": message, "at": tx.now, "moment": moment, "text_class": str(text_class),
            "answer": decision.answer, "until": decision.until,
            "evidence": {
                "why": list(decision.why), "rule": decision.rule, "zones": list(decision.zones),
                "states": list(decision.states), "windows": dict(decision.windows),
                "counters": dict(decision.counters), "template": template,
                "rules_version": decision.rules_version,
            },
        },
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """As JSON writes it, the same before it is stored and after it is read."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
