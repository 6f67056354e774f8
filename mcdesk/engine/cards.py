"""What a screen shows around a lead and around the queue, put together from rows and rules.

Must not: change anything.
"""

from datetime import timedelta

from mcdesk.domain.facts import TextClass
from mcdesk.domain.marks import MOST_TELLING, MarkKind
from mcdesk.domain.numbers import Number
from mcdesk.domain.places import Place
from mcdesk.domain.queue import BlindPeriod, CallerCard, ConnectionHealth, Conversation, Overview
from mcdesk.domain.spoken import clock, theirs
from mcdesk.engine import gate, verbs
from mcdesk.engine.house import House
from mcdesk.engine.turn import who_works
from mcdesk.store import blind, health, jobs, marks, people, queue, timeline
from mcdesk.store.blind import BlindRow
from mcdesk.store.transaction import Tx

#: A connection silent for so many of its polls is no longer live.
SILENT_POLLS = 3
LEAST_STALE = timedelta(seconds=60)
#: How long a blind period is shown.
BLIND_SHOWN = timedelta(hours=24)


def conversation(tx: Tx, house: House, lead: int, before: str | None, limit: int) -> Conversation:
    """One lead opened. Raises NoSuchLead."""
    verbs.find(tx, lead)
    (row,) = queue.some(tx, house.office, [lead])
    items = timeline.items(tx, lead)
    end = next((position for position, item in enumerate(items) if item.id == before), len(items))
    start = max(0, end - limit)
    return Conversation(
        row=row,
        card=caller(tx, house, lead),
        items=items[start:end],
        has_earlier=start > 0,
        last_seen=timeline.last_seen(tx, lead),
    )


def caller(tx: Tx, house: House, lead: int) -> CallerCard:
    """The person of a lead."""
    row = verbs.find(tx, lead)
    contact, line = people.contact(tx, row.contact), house.office.line(row.line)
    place = house.place(contact.number, state=contact.state) if contact.number else None
    may, thought, locked = _may_text(tx, house, lead, contact.number, place)
    open_now = place is not None and house.quiet.closed(place, tx.now) is None
    links = people.crm_links(tx, contact.id)
    link = next((each for each in links if each.crm_id), None)
    return CallerCard(
        number=contact.number,
        name=contact.name,
        zones=place.zones if place else (),
        crm_title=next((house.titles[name] for name in house.crms), None),
        crm_name=link.name if link else None,
        crm_url=link.url if link else None,
        crm_state=_crm_state(tx, house, lead, linked=link is not None),
        earlier_leads=timeline.earlier_leads(tx, lead, contact.id),
        may_text=may,
        think_first=thought,
        in_texting_hours=open_now and locked is None,
        locked=locked,
        practice_area=line.practice_area if line else "",
        language=contact.language,
        review_due=row.review_due,
        marks=_marks(tx, house, contact.number),
    )


def _may_text(
    tx: Tx, house: House, lead: int, number: Number | None, place: Place | None
) -> tuple[str, str, str | None]:
    """Words for the card, what to think of before one texts, and why the reply box is locked."""
    if number is None or place is None:
        return "No number to text", "", "The caller hid their number."
    decision = gate.judge(
        tx, house, to=number, body="", text_class=TextClass.SERVICE, lead=lead, moment="asked", keep=False
    )
    if decision.answer == "no":
        return "May not be texted", "", decision.why[0]
    closed = house.quiet.closed(place, tx.now)
    if closed is None:
        return "May be texted now", "", None
    opening = house.quiet.next_opening(place, tx.now)
    zone = house.office.zone
    until = f" till {opening.astimezone(zone):%a} {clock(opening, zone)}" if opening else " where they may be"
    rule = f"{str(closed)[:1].upper()}{str(closed)[1:]}."
    there = theirs(tx.now, place.zones, zone)
    now = f" It is {there} where they may be." if there else ""
    return f"Quiet hours{until}", f"{rule}{now} Think before you text.", None


def _marks(tx: Tx, house: House, number: Number | None) -> tuple[tuple[MarkKind, str], ...]:
    found = marks.in_force(tx, house.numbers, number) if number is not None else {}
    return tuple((kind, found[kind]) for kind in MOST_TELLING if kind in found)


def _crm_state(tx: Tx, house: House, lead: int, *, linked: bool) -> str:
    if not house.crms:
        return ""
    trouble = timeline.crm_trouble(tx, lead)
    if trouble:
        return trouble
    return "Saved" if linked else "Being saved"


def whom_to_ring(tx: Tx, lead: int) -> tuple[Number | None, Number | None]:
    """The caller's number and the line they rang."""
    row = verbs.find(tx, lead)
    return people.contact(tx, row.contact).number, row.line


def overview(tx: Tx, house: House, person: str, *, holder: str | None = None) -> Overview:
    """The frame around the queue. `holder`: of the engine in this process."""
    rows = health.all_rows(tx)
    known = {row.name: row for row in rows}
    sources = [each for each in house.office.connections if _carries_calls(house, each.name)]
    seen = [
        known[each.name].last_success_at or known[each.name].last_event_at
        for each in sources
        if each.name in known
    ]
    complete = len(seen) == len(sources) and all(at is not None for at in seen)
    live_as_of = min((at for at in seen if at is not None), default=None) if complete else None
    polls = [each.poll_seconds for each in sources if each.poll_seconds]
    return Overview(
        office=house.office.name,
        counts=queue.counts(tx, person),
        live_as_of=live_as_of,
        stale_after=max(LEAST_STALE, timedelta(seconds=SILENT_POLLS * max(polls, default=0))),
        connections=tuple(_health(row, house) for row in rows if house.office.connection(row.name)),
        texts_in_line=jobs.texts_in_line(tx),
        needing_people=queue.needing_people(tx),
        worker_elsewhere=who_works(tx, holder) if holder else None,
        blind=tuple(_blind(row, house) for row in blind.since(tx, tx.now - BLIND_SHOWN)),
    )


def _blind(row: BlindRow, house: House) -> BlindPeriod:
    return BlindPeriod(
        title=house.titles.get(row.connection, row.connection),
        began_at=row.began_at,
        ended_at=row.ended_at,
        why=row.why,
        calls=row.calls,
        too_late=row.too_late,
    )


def _carries_calls(house: House, name: str) -> bool:
    return any(line.calls == name for line in house.office.lines)


def _health(row: health.HealthRow, house: House) -> ConnectionHealth:
    title = house.titles.get(row.name, row.name)
    if row.trouble is None:
        sentence = f"{title} {'works' if row.last_success_at else 'has not been asked yet'}."
    else:
        since = clock(row.failing_since, house.office.zone) if row.failing_since else ""
        sentence = f"{row.trouble} Since {since}." if since else row.trouble
    return ConnectionHealth(
        name=row.name,
        title=title,
        ok=row.trouble is None,
        sentence=sentence,
        wants_sign_in=row.needs_person and row.name in house.signs_in,
        last_success_at=row.last_success_at,
        last_event_at=row.last_event_at,
        lag=None if row.lag_seconds is None else timedelta(seconds=row.lag_seconds),
        next_try_at=row.next_try_at,
        sign_in_until=row.sign_in_until,
    )
