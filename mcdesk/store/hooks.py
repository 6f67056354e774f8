"""The inbox: requests as they arrived, until they are understood.

Must not: verify or parse them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, not_, or_, select, text, update

from mcdesk.domain.numbers import Number
from mcdesk.ports.hooks import Hook, HookKey
from mcdesk.store.inserting import insert_unless_there
from mcdesk.store.prepared import Prepared
from mcdesk.store.schema import hooks
from mcdesk.store.transaction import Tx, new_id
from mcdesk.store.types import Instant

_STORE = Prepared(insert_unless_there(hooks, "connection", "kind", "event_id"))
_EVER, _NEVER = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
_WAITING = Prepared(
    select(hooks)
    .where(hooks.c.state == text("'new'"), hooks.c.id > bindparam("after"))
    .where(hooks.c.at >= bindparam("since", type_=Instant), hooks.c.at < bindparam("before", type_=Instant))
    .order_by(hooks.c.id)
    .limit(bindparam("most"))
)
_MARK = (
    update(hooks)
    .where(hooks.c.id == bindparam("hook"))
    .values(state=bindparam("state_"), why=bindparam("why_"))
)
_MARK_IF_NEW = Prepared(_MARK.where(hooks.c.state == text("'new'")))
_FAILED = (
    update(hooks)
    .where(hooks.c.id == bindparam("hook"))
    .values(state="failed", why=bindparam("why_"), holds=bindparam("holds_"))
)
_HOLDING = Prepared(
    select(hooks.c.id, hooks.c.body)
    .where(text("hooks.holds"), hooks.c.id > bindparam("after"))
    .order_by(hooks.c.id)
    .limit(bindparam("most"))
)
_NEW = Prepared(
    select(hooks.c.id, hooks.c.body)
    .where(hooks.c.state == text("'new'"), hooks.c.id > bindparam("after"))
    .order_by(hooks.c.id)
    .limit(bindparam("most"))
)
_LET_GO = update(hooks).where(hooks.c.id == bindparam("hook")).values(holds=False)
#: What is new is never among them, however old it is, nor what may be an opt-out until somebody has read it.
_OLD = (
    select(hooks.c.id)
    .where(
        hooks.c.at < bindparam("done_before"),
        not_(hooks.c.holds),
        or_(
            hooks.c.state == text("'done'"),
            (hooks.c.at < bindparam("odd_before")) & (hooks.c.state != text("'new'")),
        ),
    )
    .order_by(hooks.c.at)
    .limit(bindparam("most"))
)
_FORGET = delete(hooks).where(hooks.c.id.in_(_OLD))
#: Requests looked through at a time.
PAGE = 500
#: Headers worth keeping for a replay; the signature is checked before anything is stored.
KEPT_HEADERS = ("content-type", "i-twilio-idempotency-token")


@dataclass(frozen=True, slots=True)
class StoredHook:
    """A hook and its row."""

    id: int
    connection: str
    at: datetime
    hook: Hook


def store(tx: Tx, connection: str, key: HookKey, hook: Hook) -> StoredHook | None:
    """Keep a request. None if the same one was kept before."""
    kept = {name: hook.headers[name] for name in KEPT_HEADERS if name in hook.headers}
    result = tx.run(
        _STORE,
        {
            "connection": connection, "kind": key.kind, "event_id": key.event_id, "at": tx.now,
            "method": hook.method, "url": hook.url, "headers": kept, "body": hook.body,
        },
    )  # fmt: skip
    if not result.rowcount:
        return None
    return StoredHook(new_id(result), connection, tx.now, hook)


def waiting(
    tx: Tx, most: int, *, since: datetime | None = None, before: datetime | None = None, after: int = 0
) -> list[StoredHook]:
    """Kept requests nobody has dealt with, oldest first; those that came since or before then, and `after`
    the one with this number."""
    values = {"most": most, "since": since or _EVER, "before": before or _NEVER, "after": after}
    return [
        StoredHook(row.id, row.connection, row.at, Hook(row.method, row.url, row.headers, row.body))
        for row in tx.all(_WAITING, values)
    ]


def mark(tx: Tx, hook: int, state: str, why: str | None = None) -> None:
    """done, unknown or failed."""
    tx.run(_MARK, {"hook": hook, "state_": state, "why_": why})


def mark_if_new(tx: Tx, hook: int, state: str, why: str | None) -> bool:
    """Like `mark`; False, and nothing changed, if somebody dealt with it already."""
    return bool(tx.run(_MARK_IF_NEW, {"hook": hook, "state_": state, "why_": why}).rowcount)


def failed(tx: Tx, hook: int, why: str, *, holds: bool) -> None:
    """It trips over a mistake of ours. `holds`: it may be a text."""
    tx.run(_FAILED, {"hook": hook, "why_": why, "holds_": holds})


def naming(tx: Tx, number: Number, *, new: bool, but: str | None = None) -> Iterator[int]:
    """What arrived, names this number and nobody has understood yet (`new`), or nobody could. `but`: the
    provider's id of a text that is known, and may have been reported twice."""
    digits, known, last = number.e164[-10:].encode(), but.encode() if but else None, 0
    while rows := tx.all(_NEW if new else _HOLDING, {"after": last, "most": PAGE}):
        last = rows[-1].id
        for row in rows:
            if digits in row.body and (known is None or known not in row.body):
                yield row.id


def let_go(tx: Tx, number: Number) -> bool:
    """A person has read what nobody could take in. False if there was no such thing."""
    found = list(naming(tx, number, new=False))
    for hook in found:
        tx.run(_LET_GO, {"hook": hook})
    return bool(found)


def forget(tx: Tx, *, done_before: datetime, odd_before: datetime, most: int) -> int:
    """Delete requests that were understood, or were not, before then; the oldest first. How many."""
    values = {"done_before": done_before, "odd_before": odd_before, "most": most}
    return tx.run(_FORGET, values).rowcount
