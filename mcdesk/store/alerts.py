"""What people should be told: the in-app list.

Must not: notify anybody.
"""

from collections.abc import Collection

from sqlalchemy import bindparam, or_, select, update

from mcdesk.domain.queue import Alert
from mcdesk.store.schema import alerts
from mcdesk.store.transaction import Tx

MOST = 100
_MINE = or_(alerts.c.owner.is_(None), alerts.c.owner == bindparam("person"), alerts.c.kind == "late")
_RECENT = select(alerts).where(_MINE).order_by(alerts.c.id.desc()).limit(MOST)
_UNREAD = _RECENT.where(alerts.c.read_at.is_(None))
_OF_LEAD = select(alerts.c.id).where(alerts.c.lead == bindparam("lead_"), alerts.c.read_at.is_(None))
_READ = (
    update(alerts).where(alerts.c.id.in_(bindparam("ids", expanding=True))).values(read_at=bindparam("now"))
)


def recent(tx: Tx, *, person: str, unread_only: bool) -> tuple[Alert, ...]:
    """Everybody's, this person's own, and late ones whoever owns them; newest first."""
    return tuple(
        Alert(
            id=row.id, at=row.at, lead=row.lead, kind=row.kind, title=row.title, text=row.text,
            owner=row.owner, read_at=row.read_at,
        )
        for row in tx.all(_UNREAD if unread_only else _RECENT, {"person": person})
    )  # fmt: skip


def dismiss(tx: Tx, ids: Collection[int]) -> None:
    tx.run(_READ, {"ids": list(ids), "now": tx.now})
    tx.touched.alerts |= set(ids)


def read_of_lead(tx: Tx, lead: int) -> None:
    """Somebody looked at the lead, so its alerts are read."""
    found = [row.id for row in tx.all(_OF_LEAD, {"lead_": lead})]
    if found:
        dismiss(tx, found)
