"""After a copy was put back: which new work may have been done already, and is looked up first.

Must not: look anything up (`sending` and `crm_writing` do, as for any work in doubt).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from mcdesk.domain.facts import AUTOMATIC, TextClass
from mcdesk.engine import work
from mcdesk.store import leads, restored
from mcdesk.store.restored import Restored
from mcdesk.store.transaction import Tx

#: Work that reaches somebody outside.
CHANNELS = (work.texts_channel("%"), work.crm_channel("%"))
#: In a job's work: it may have been done since then, which is longer than the job is owed.
SINCE = "since"


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a job is owed with."""

    at: datetime | None = None
    details: Mapping[str, object] = field(default_factory=dict)


def about_text(tx: Tx, lead: int | None, text_class: TextClass, *, due: datetime) -> Doubt:
    """What a person types is new. What follows from an older call, or an older text, may be out."""
    past = restored.known(tx)
    if past is None or text_class is TextClass.SERVICE:
        return Doubt()
    if _is_older(tx, past, lead) or (text_class not in AUTOMATIC and _is_soon_after(tx, past)):
        # As of when it is due: a text held for the morning is not an old doubt then.
        return _doubt(past, max(due, tx.now))
    return Doubt()


def about_entry(tx: Tx, lead: int) -> Doubt:
    """What the logs bring again may be in the CRM."""
    past = restored.known(tx)
    if past is None or not (_is_soon_after(tx, past) or _is_older(tx, past, lead)):
        return Doubt()
    return _doubt(past, past.until)


def since_of(details: Mapping[str, object], at: datetime) -> datetime:
    """Since when a job may have been done, by its `work`; `at` for most."""
    noted = details.get(SINCE)
    return at if noted is None else min(at, datetime.fromisoformat(str(noted)))


def _doubt(past: Restored, at: datetime) -> Doubt:
    return Doubt(at, {SINCE: past.copied_at.isoformat()})


def _is_soon_after(tx: Tx, past: Restored) -> bool:
    return tx.now < past.until + restored.AFTERWARDS


def _is_older(tx: Tx, past: Restored, lead: int | None) -> bool:
    row = None if lead is None else leads.lead(tx, lead)
    return row is not None and row.opened_at < past.until
