"""By a provider's clock this PC's is wrong: people are told, once and for as long as that is so.

Must not: keep texts back for it (the gate does).
"""

from datetime import timedelta

from mcdesk.domain.lateness import is_clock_wrong
from mcdesk.domain.spoken import counted
from mcdesk.engine.house import House
from mcdesk.store import health, talk
from mcdesk.store.transaction import Tx


def watch(tx: Tx, house: House, connection: str, off: timedelta) -> None:
    """This PC's clock is so far ahead of the connection's."""
    told = health.clock_wrong(tx, connection)
    if not is_clock_wrong(off):
        if told is not None:
            health.clock_right(tx, connection)
        return
    title = house.titles.get(connection, connection)
    way = "ahead of" if off > timedelta(0) else "behind"
    minutes = counted(int(abs(off).total_seconds()) // 60, "minute")
    why = f"This PC's clock is {minutes} {way} {title}'s, so nothing is texted. Set the clock."
    if why != told:
        health.trouble(tx, connection, purpose=health.CLOCK, why=why, needs_person=False)
    if told is None:
        then = "Texts go on by themselves then; phone the callers marked \u201cCall now\u201d."
        talk.alert(tx, kind="health", title="This PC's clock is wrong", text=f"{why} {then}")
