"""A rehearsal of changed rules over what happened lately, each set of rules in a folder that is thrown away.

Must not: write anything to the office.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from mcdesk.app.connecting import make_house, number_key
from mcdesk.app.place import Place
from mcdesk.app.rules import rulebook_of
from mcdesk.domain.numbers import Number
from mcdesk.domain.office import Office
from mcdesk.domain.rehearsal import Would
from mcdesk.engine.house import House
from mcdesk.engine.rehearsing import Rehearsal, StageClock
from mcdesk.store import past
from mcdesk.store.opening import open_database
from mcdesk.store.past import Past


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What the rules in force come to, and what the changed ones do."""

    since: datetime
    until: datetime
    calls: int
    before: Would
    after: Would
    #: Whose track goes by what a CRM said of them then, which is not kept.
    unsure: tuple[Number, ...]


def rehearse(place: Place, office: Office, changed: Office, *, days: int) -> Rehearsed:
    """The last days' calls, texts and human acts by the office in force and by the changed one."""
    until = place.clock.now()
    since = until - timedelta(days=days)
    happened = place.database.read(lambda tx: past.since(tx, since)).result()
    rules, numbers = rulebook_of(place.database), number_key(place)
    houses = [make_house(each, rules, numbers=numbers) for each in (office, changed)]
    before, after = (_play(house, happened, until=until) for house in houses)
    crms = {crm for house in houses if house.office.asks_who_calls for crm in house.crms}
    return Rehearsed(since, until, len(happened.calls), before, after, past.unsure(happened, crms))


def _play(house: House, happened: Past, *, until: datetime) -> Would:
    clock = StageClock(happened.since)
    with TemporaryDirectory(prefix="mcdesk-rehearsal-") as folder:
        database = open_database(Path(folder), now=clock.now)
        try:
            return Rehearsal(database, clock, house).play(happened, until=until)
        finally:
            database.close()
