"""The queue as screens and scripts read it.

Must not: change anything.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, func, or_, select

from mcdesk.domain.events import DeliveryStatus
from mcdesk.domain.leads import Stage
from mcdesk.domain.marks import MarkKind
from mcdesk.domain.office import Office
from mcdesk.domain.queue import Next, NextWhat, QueueRow, View
from mcdesk.store.schema import contacts, leads, marks, suppressions
from mcdesk.store.transaction import Tx

_OPTED_OUT = (
    select(suppressions.c.id)
    .where(suppressions.c.number == contacts.c.number, suppressions.c.ended_at.is_(None))
    .exists()
)
#: By the alphabet VIP comes last, and tells most.
_MARK = (
    select(func.max(marks.c.kind))
    .where(marks.c.number == contacts.c.number, marks.c.ended_at.is_(None))
    .scalar_subquery()
)
_ROWS = select(
    leads,
    contacts.c.number,
    contacts.c.name.label("contact_name"),
    contacts.c.language,
    _OPTED_OUT.label("opted_out"),
    _MARK.label("mark"),
).join(contacts, leads.c.contact == contacts.c.id)
_OPEN = leads.c.closed_at.is_(None)
_HELD = (str(NextWhat.HELD), str(NextWhat.STUCK))
_FOR_PEOPLE = (str(Stage.NEEDS_REPLY), str(Stage.CALL_NOW), str(Stage.CHECK))
#: What a person must do comes first, by its time; then what happens by itself; then the caller's turn.
_BY_DUE = (
    case((leads.c.stage.in_(_FOR_PEOPLE), 0), (leads.c.next_what != str(NextWhat.NOTHING), 1), else_=2),
    leads.c.next_due.is_(None),
    leads.c.next_due,
    leads.c.id,
)
#: By an index of times, which has them in order; `concat` hides the one of stages, after which all would have
#: to be sorted.
_CLOSED = and_(leads.c.closed_at.is_not(None), leads.c.stage.concat("") == str(Stage.CLOSED))


def _where(view: View, person: str) -> ColumnElement[bool]:
    match view:
        case View.OPEN:
            return _OPEN
        case View.NEEDS_REPLY:
            return and_(_OPEN, leads.c.stage == str(Stage.NEEDS_REPLY))
        case View.CALL_NOW:
            return and_(_OPEN, leads.c.stage.in_((str(Stage.CALL_NOW), str(Stage.CHECK))))
        case View.WAITING:
            waits = leads.c.stage.in_((str(Stage.WAITING), str(Stage.ANSWERED)))
            return and_(_OPEN, waits, leads.c.next_what.not_in(_HELD))
        case View.HELD:
            return and_(_OPEN, leads.c.next_what.in_(_HELD))
        case View.BOOKED:
            return leads.c.stage == str(Stage.BOOKED)
        case View.CLOSED:
            return leads.c.stage == str(Stage.CLOSED)
        case View.MINE:
            return and_(_OPEN, leads.c.owner == person)
        case View.UNCLAIMED:
            return and_(_OPEN, leads.c.owner.is_(None))


def rows(
    tx: Tx, office: Office, view: View, *, person: str, limit: int, offset: int = 0
) -> tuple[QueueRow, ...]:
    """A slice of a view, in the order of what is due; closed ones newest first."""
    if view is View.CLOSED:
        statement = _ROWS.where(_CLOSED).order_by(leads.c.closed_at.desc(), leads.c.id.desc())
    else:
        statement = _ROWS.where(_where(view, person)).order_by(*_BY_DUE)
    statement = statement.limit(limit).offset(offset)
    return tuple(_row(row, office) for row in tx.all(statement))


def some(tx: Tx, office: Office, ids: Iterable[int]) -> tuple[QueueRow, ...]:
    """These leads, open or closed, in no order."""
    statement = _ROWS.where(leads.c.id.in_(bindparam("ids", expanding=True)))
    return tuple(_row(row, office) for row in tx.all(statement, {"ids": list(ids)}))


def counts(tx: Tx, person: str) -> dict[View, int]:
    """How many leads each view holds."""
    columns = [
        func.coalesce(func.sum(case((_where(view, person), 1), else_=0)), 0).label(view) for view in View
    ]
    open_or_booked = or_(_OPEN, leads.c.stage == str(Stage.BOOKED))
    row = tx.first(select(*columns).where(open_or_booked))
    assert row is not None
    found = {view: int(row._mapping[str(view)]) for view in View}
    found[View.CLOSED] = int(tx.value(select(func.count()).where(_where(View.CLOSED, person))) or 0)
    return found


def needing_people(tx: Tx) -> int:
    """Leads whose escalation is late, or that need a call or a check now."""
    waits = and_(
        leads.c.stage.in_(_FOR_PEOPLE),
        or_(leads.c.reply_due.is_(None), leads.c.reply_due <= bindparam("now")),
    )
    return int(tx.value(select(func.count()).where(_OPEN, waits), {"now": tx.now}) or 0)


def _row(row: Row[Any], office: Office) -> QueueRow:
    line = office.line(row.line)
    return QueueRow(
        lead=row.id,
        number=row.number,
        name=row.contact_name,
        line=row.line,
        line_label=line.label if line else "",
        practice_area=line.practice_area if line else "",
        stage=Stage(row.stage),
        unread=row.unread,
        owner=row.owner,
        calls=row.calls,
        opened_at=row.opened_at,
        last_at=row.last_at,
        preview=row.preview,
        preview_is_theirs=row.preview_is_theirs,
        next=Next(
            what=NextWhat(row.next_what),
            due=row.next_due,
            amber_at=row.reply_amber,
            ordinal=row.next_ordinal,
            why=row.next_why,
        ),
        last_text_status=DeliveryStatus(row.last_text_status) if row.last_text_status else None,
        after_hours=row.after_hours,
        language=row.language,
        opted_out=bool(row.opted_out),
        mark=MarkKind(row.mark) if row.mark else None,
        disposition=row.disposition,
    )
