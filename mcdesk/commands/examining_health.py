"""What `doctor` tells of how the office has been doing: its copies, its engine, each connection's times.

Must not: ask a company anything; it tells what the engine wrote down.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mcdesk import app
from mcdesk.domain.office import Office
from mcdesk.domain.queue import ConnectionHealth, Overview
from mcdesk.engine import cards, costs, holders
from mcdesk.ports.provider import Check
from mcdesk.store import leases, spending
from mcdesk.store.copies import all_copies
from mcdesk.ui import words
from mcdesk.ui.health import sentences

#: A copy a night: one that is older was missed.
COPY_AGE = timedelta(hours=50)
_RAISE = "At the limit nothing more is texted by itself that day. It is daily_cost in the configuration."


def copies(folder: Path) -> Check:
    """How old the newest verified copy is."""
    what = "Nightly backup"
    kept = all_copies(folder)
    if not kept:
        fix = "mcdesk makes one a few minutes after it starts, and each night; or: mcdesk backup FILE"
        return Check(what, "warn", "There is none yet.", fix)
    newest, ahead = kept[0], [copy.path.name for copy in kept if copy.is_ahead]
    age = datetime.now(UTC) - newest.at
    detail = f"{len(kept)} kept; the newest, {newest.path.name}, was verified {words.roughly(age)} ago."
    if ahead:
        told = f"{', '.join(ahead)} is dated after today, by a clock that was wrong, and does not count."
        fix = "Look at this PC's date and time. If they are right, the file may be deleted."
        return Check(what, "warn", told if newest.is_ahead else f"{detail} {told}", fix)
    if age > COPY_AGE:
        fix = "Leave mcdesk running for a few minutes; its log says why a backup failed."
        return Check(what, "warn", detail, fix)
    return Check(what, "ok", detail)


def engine(place: app.Place) -> Check:
    """Whether callers are texted back now, and by whom."""
    now = place.clock.now()
    known = place.database.read(leases.engines).result()
    alive = [each for each, until in known.items() if until > now and not holders.is_surely_gone(each)]
    if not alive:
        fix = "Start mcdesk, or without a window: mcdesk serve"
        return Check("Engine", "warn", "None is at work, so nobody is texted back now.", fix)
    worker = place.database.read(leases.worker).result()
    detail = f"At work on this data ({holders.in_words(worker or alive[0])})"
    others = [holders.in_words(each) for each in alive if worker is not None and each != worker]
    standing = f"; {', '.join(others)} stands by" if others else ""
    return Check("Engine", "ok", f"{detail}{standing}.")


def cost(place: app.Place, office: Office) -> Iterator[Check]:
    """What today's texts came to, where a day has a limit."""
    if office.texting.daily_cost is None:
        return
    day = office.day(place.clock.now())
    segments = place.database.read(lambda tx: spending.segments(tx, day=day)).result()
    fix = "" if not office.texting.is_nearly_spent(segments) else _RAISE
    told = f"{costs.spent(office.texting, segments)}."
    yield Check("Cost of texts", "warn" if fix else "ok", told, fix)


def connections(place: app.Place, office: Office) -> Iterator[Check]:
    """What the window shows, for whoever has none."""
    house = app.house_of(place, office)
    overview: Overview = place.database.read(lambda tx: cards.overview(tx, house, "")).result()
    now = place.clock.now()
    for each in overview.connections:
        yield _connection(each, now, office)
    for period in overview.blind:
        detail = f"{sentences.of_blindness(period, now, zone=office.zone)} {period.why}"
        yield Check("Not connected", "warn" if period.too_late else "ok", detail)


def _connection(connection: ConnectionHealth, now: datetime, office: Office) -> Check:
    facts = "; ".join(sentences.details(connection, now, zone=office.zone))
    detail = f"{connection.sentence} {facts}." if facts else connection.sentence
    ending = sentences.ending_soon((connection,), now)
    fix = f"Sign in again: mcdesk sign-in {connection.name}" if ending or connection.wants_sign_in else ""
    fine = connection.ok and ending is None
    return Check(f"{connection.name}, As the engine saw it", "ok" if fine else "warn", detail, fix)
