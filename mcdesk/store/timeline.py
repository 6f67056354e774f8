"""One lead's conversation as screens and scripts read it.

Must not: change anything.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from mcdesk.domain.calls import WORDS, Outcome
from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.queue import Item, ItemKind
from mcdesk.store import proof, said
from mcdesk.store.schema import (
    calls,
    consents,
    decisions,
    greetings,
    happenings,
    jobs,
    leads,
    messages,
    notes,
)
from mcdesk.store.talk import WITHHELD
from mcdesk.store.transaction import Tx

_CALLS = select(calls).where(calls.c.lead == bindparam("lead_"))
_MESSAGES = (
    select(
        messages, jobs.c.why.label("job_why"), jobs.c.due.label("job_due"), jobs.c.state.label("job_state")
    )
    # by lead as well: there is an index for that
    .outerjoin(jobs, (jobs.c.message == messages.c.id) & (jobs.c.lead == messages.c.lead))
    .where(messages.c.lead == bindparam("lead_"))
)
_NOTES = select(notes).where(notes.c.lead == bindparam("lead_"))
_HAPPENINGS = select(happenings).where(happenings.c.lead == bindparam("lead_"))
_DECISIONS = select(decisions).where(decisions.c.lead == bindparam("lead_")).order_by(decisions.c.id)
_CONSENTS = (
    select(consents, greetings.c.text.label("greeting_text"))
    .outerjoin(greetings, greetings.c.id == consents.c.greeting)
    .where(
        (consents.c.lead == bindparam("lead_")) | consents.c.id.in_(bindparam("rested_on", expanding=True))
    )
    .order_by(consents.c.id)
)
_JOBS = select(jobs).where(jobs.c.lead == bindparam("lead_")).order_by(jobs.c.id)
_EARLIER = select(func.count()).where(
    leads.c.contact == bindparam("contact_"), leads.c.id != bindparam("lead_")
)
_FAILED_CRM = (
    select(jobs.c.why)
    .where(jobs.c.lead == bindparam("lead_"), jobs.c.channel.like("crm:%"), jobs.c.why != "")
    .where(jobs.c.state.in_(("failed", "waiting")))
    .order_by(jobs.c.id.desc())
    .limit(1)
)


def items(tx: Tx, lead: int) -> tuple[Item, ...]:
    """Everything said and done, oldest first."""
    values = {"lead_": lead}
    found = [_of_call(row) for row in tx.all(_CALLS, values)]
    found += [_of_message(row) for row in tx.all(_MESSAGES, values)]
    found += [
        Item(id=f"note:{row.id}", kind=ItemKind.NOTE, at=row.at, text=row.body, author=row.author)
        for row in tx.all(_NOTES, values)
    ]
    found += [
        Item(
            id=f"event:{row.id}", kind=ItemKind.EVENT, at=row.at, text=row.text, author=row.author,
            automatic=row.author is None,
        )
        for row in tx.all(_HAPPENINGS, values)
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda item: (item.at, item.id)))


def _of_call(row: Row[Any]) -> Item:
    words = WORDS[Outcome(row.outcome)]
    if row.seconds:
        words += f", {timedelta(seconds=row.seconds)}".replace(", 0:", ", ")
    return Item(id=f"call:{row.id}", kind=ItemKind.CALL, at=row.at, text=words)


def _of_message(row: Row[Any]) -> Item:
    if row.direction == "in":
        return Item(id=f"message:{row.id}", kind=ItemKind.TEXT_IN, at=row.at, text=row.body, media=row.media)
    status = DeliveryStatus(row.status) if row.status and row.status != WITHHELD else None
    waits = row.job_why if row.job_state in {"waiting", "check"} else ""
    return Item(
        id=f"message:{row.id}",
        kind=ItemKind.TEXT_OUT,
        at=row.at,
        text=row.body,
        author=row.author,
        automatic=row.author is None,
        status=status,
        status_at=row.status_at,
        why=row.why or waits or "",
        withheld=row.status == WITHHELD,
    )


def last_seen(tx: Tx, lead: int) -> str | None:
    """The newest text of the conversation: what somebody who writes now should have seen."""
    newest = tx.value(
        select(func.max(messages.c.id)).where(messages.c.lead == bindparam("lead_")), {"lead_": lead}
    )
    return f"message:{newest}" if newest else None


def newer_than(tx: Tx, lead: int, seen: str | None) -> Row[Any] | None:
    """A received or typed text the writer had not seen, if there is one."""
    last = int(seen.partition(":")[2]) if seen else 0
    return tx.first(
        select(messages)
        .where(messages.c.lead == bindparam("lead_"), messages.c.id > bindparam("last"))
        .where((messages.c.direction == "in") | messages.c.author.is_not(None))
        .order_by(messages.c.id)
        .limit(1),
        {"lead_": lead, "last": last},
    )


def earlier_leads(tx: Tx, lead: int, contact: int) -> int:
    return int(tx.value(_EARLIER, {"contact_": contact, "lead_": lead}) or 0)


def crm_trouble(tx: Tx, lead: int) -> str:
    """Why something is not in the CRM yet; empty where all is."""
    return str(tx.value(_FAILED_CRM, {"lead_": lead}) or "")


def evidence(tx: Tx, lead: int) -> dict[str, list[dict[str, Any]]]:
    """Jobs, decisions and what they rest on, and what of it is not as it was written, for `show`."""
    judged = tx.all(_DECISIONS, {"lead_": lead})
    rested_on = sorted({row.evidence["consent"] for row in judged if row.evidence.get("consent")})
    ledger = tx.all(_CONSENTS, {"lead_": lead, "rested_on": rested_on})
    kept = ("at", "message", "moment", "text_class", "answer", "until")
    return {
        "jobs": [
            _plain(row, ("kind", "state", "due", "tries", "why", "done_at"))
            for row in tx.all(_JOBS, {"lead_": lead})
        ],
        "decisions": [
            {**_plain(row, kept), **told}
            for row, told in zip(judged, said.opened(tx, [row.evidence for row in judged]), strict=True)
        ],
        "consents": [
            {
                **_plain(row, ("id", "at", "kind", "source", "purpose", "by")),
                "evidence": told,
                "greeting": row.greeting_text,
            }
            for row, told in zip(ledger, said.opened(tx, [row.evidence for row in ledger]), strict=True)
        ],
        "flaws": [
            {"table": flaw.table, "row": flaw.row, "what": flaw.what}
            for flaw in (*proof.of_consents(tx, ledger), *proof.of_decisions(tx, judged))
        ],
    }


def _plain(row: Row[Any], names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: row._mapping[name] for name in names}
    return {
        name: value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
        for name, value in values.items()
    }
