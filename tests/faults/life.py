"""One forked engine's life, from opening its database to its end, however it comes.

Must not: fork (`mortal` does), or be run in a process that has anything else to do.
"""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert, select

from mcdesk import app
from mcdesk.engine import inbox
from mcdesk.engine.clock import Clock
from mcdesk.engine.patience import Patience
from mcdesk.inbound import poller
from mcdesk.ports.provider import Tokens
from mcdesk.ports.signin import SignsIn
from mcdesk.settings import office_key
from mcdesk.store import configurations, schema
from mcdesk.store.opening import open_database
from mcdesk.store.opening_server import open_server
from mcdesk.store.secrets import Vault
from mcdesk.store.tokens import StoredTokens
from mcdesk.store.transaction import Tx
from mcdesk.wire import client
from tests.faults.breaking import BREAKS
from tests.faults.disk import Disk
from tests.faults.doom import Doom
from tests.faults.door import Door
from tests.faults.orders import CLOCK, Birth
from tests.faults.shared_clock import SharedClock

#: Short enough that a second life soon does what the first one left.
PATIENCE = Patience(
    lease=1.2,
    renew=0.3,
    settled=1.3,
    look_after=0.1,
    longest_pause=0.3,
    longest_outage_pause=0.3,
    login_pause=0.4,
    watch=0.2,
    line_type=0.3,
)
#: Together with `settled` longer than the slowest answer of a bad day.
TIMEOUTS = client.Timeouts(connect=0.7, silence=0.7, socket=2.0, whole=1.5)
#: How long a locked database is waited for, milliseconds.
LOCKED_FOR = 700


async def nobody_signs_in(provider: SignsIn) -> None:
    raise AssertionError("no story here opens a browser")


async def live(birth: Birth) -> None:
    """Until killed, or until told to leave."""
    client.TIMEOUTS = TIMEOUTS
    poller.LONGEST_PAUSE = 0.4
    inbox.SWEEP = 0.2
    if birth.broken:
        BREAKS[birth.broken]()
    place = on_server(birth) if birth.database else opened(birth.path)
    doom = Doom(birth.kind, birth.number, tallied=birth.tallied if birth.tally else None)
    await _install(place, birth)
    doom.watch_commits(place.database)
    doom.watch_requests()
    disk = Disk(place.database)
    office = app.run_office(
        place,
        listen=("127.0.0.1", birth.port),
        sign_in=nobody_signs_in,
        person="Maria",
        patience=replace(PATIENCE, lease=birth.lease, settled=3.0) if birth.lease else PATIENCE,
    )
    async with office as running:
        door = Door(running, place, doom, disk)
        server = await asyncio.start_unix_server(door.answer, birth.door)
        _say_ready(birth, running.hooks)
        await door.leave.wait()
        server.close()
    place.close()


def opened(folder: Path) -> app.Place:
    """The data folder, with the clock its stories share if there is one."""
    clock = SharedClock(folder / CLOCK) if (folder / CLOCK).exists() else Clock()
    database = open_database(folder, now=clock.now)
    vault = Vault(
        database,
        lambda: office_key(folder, create=False),
        new_key=lambda: office_key(folder, create=True),
    )

    def impatient(tx: Tx) -> None:
        tx.connection.exec_driver_sql(f"PRAGMA busy_timeout = {LOCKED_FOR}")

    database.write(impatient).result()
    return app.Place(folder, database, vault, clock)


def on_server(birth: Birth) -> app.Place:
    """A shared office's data."""
    clock = Clock()
    database = open_server(birth.database, now=clock.now)
    vault = Vault(database, lambda: office_key(birth.path, create=False))
    return app.Place(birth.path, database, vault, clock)


async def _install(place: app.Place, birth: Birth) -> None:
    """As if it had been at work for an hour; only what is not there yet."""

    def is_known(tx: Tx) -> bool:
        return tx.first(select(schema.configurations.c.id)) is not None

    def know(tx: Tx) -> None:
        configurations.apply(tx, birth.source, by="story")
        for name in ("twilio", "clio"):
            tx.run(insert(schema.connections).values(name=name, since=tx.now - timedelta(hours=1)))

    if not birth.source or await asyncio.wrap_future(place.database.read(is_known)):
        return
    await asyncio.wrap_future(place.database.write(know))
    tokens = Tokens(
        access=birth.tokens["access_token"],
        refresh=birth.tokens["refresh_token"],
        expires_at=datetime.now(UTC) + timedelta(days=3_000),
    )
    await StoredTokens(place.vault, place.database, "clio", "story").save(tokens)


def _say_ready(birth: Birth, hooks: dict[str, str]) -> None:
    written = birth.ready.with_suffix(".new")
    written.write_text(json.dumps(hooks))
    written.rename(birth.ready)
