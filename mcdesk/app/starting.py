"""Starts an office on opened data and ends it: the engine and all around it, in order.

Must not: hold rules, SQL or screens.
"""

import asyncio
import getpass
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

from mcdesk.app.after_crash import refuse_damaged
from mcdesk.app.connecting import house_of, make_connections
from mcdesk.app.offices import current_office, office_or_starter
from mcdesk.app.place import Place
from mcdesk.app.running import Running
from mcdesk.domain.sections import BadConfiguration
from mcdesk.engine.changes import Changes
from mcdesk.engine.connections import Connections
from mcdesk.engine.desk import Desk
from mcdesk.engine.engine import Engine
from mcdesk.engine.errands import Errands
from mcdesk.engine.heartbeat import Heartbeat, asks_of
from mcdesk.engine.nightly import Nightly
from mcdesk.engine.patience import Patience
from mcdesk.engine.silence import Silence
from mcdesk.engine.witnessing import Witness
from mcdesk.inbound.receiver import Receiver
from mcdesk.ports.signin import SignsIn
from mcdesk.store.transaction import StoreTrouble

log = logging.getLogger(__name__)

#: A configuration that could not be taken up is tried again after so long.
RELOAD_AGAIN_SECONDS = 15.0


@asynccontextmanager
async def run_office(
    place: Place,
    *,
    listen: tuple[str, int] = ("127.0.0.1", 0),
    sign_in: Callable[[SignsIn], Awaitable[None]],
    person: str | None = None,
    patience: Patience | None = None,
    may_be_new: bool = False,
    asked_to_stop: asyncio.Event | None = None,
    on_silence: Callable[[Silence | None], None] = lambda silence: None,
    each_beat: Callable[[], None] = lambda: None,
) -> AsyncIterator[Running]:
    """The office at work until the block ends. `may_be_new`: without a configuration, wait for the first one.
    `asked_to_stop`: once set, a start does not wait for what it would begin with, and the block is entered.

    `on_silence` hears, on a thread of its own, when the engine gives no sign of life; `each_beat` is called
    there at every look, two seconds apart.
    Raises NoOffice, BadConfiguration, CannotListen or StoreTrouble.
    """
    await asyncio.to_thread(refuse_damaged, place)
    office = await asyncio.to_thread(office_or_starter if may_be_new else current_office, place)
    running: Running | None = None
    receiver = Receiver(routes=lambda: running.routes if running else None)
    address = await receiver.start(*listen)
    engine = Engine(
        place.database,
        place.clock,
        await asyncio.to_thread(house_of, place, office),
        Connections({}),
        patience=patience or Patience(),
        alone=place.file is not None,
    )

    loop = asyncio.get_running_loop()
    heartbeat = Heartbeat(
        asks_of(loop, place.database),
        limit=engine.patience.stall,
        broken=engine.broken.is_set,
        told=on_silence,
        each_beat=each_beat,
    )

    async def mended(name: str) -> None:
        if running is not None:
            await running.mended(name)

    errands = Errands(
        house=lambda: engine.house,
        connections=lambda: engine.connections,
        health=engine.health,
        sign_in=sign_in,
        mended=mended,
    )
    desk = make_desk(place, engine, errands=errands, person=person, heartbeat=heartbeat)
    running = Running(place, engine, desk, receiver, address, heartbeat)
    reloads = asyncio.Event()

    def note_reload(changes: Changes) -> None:
        if changes.office:
            loop.call_soon_threadsafe(reloads.set)

    stop_listening = engine.feed.subscribe(note_reload)
    watching = asyncio.create_task(_reload_when(reloads, running))
    try:
        engine.connections = await asyncio.to_thread(
            make_connections, place, office, listen=address, holder=engine.holder
        )
        await engine.start()
        heartbeat.start()
        await _unless(asked_to_stop or asyncio.Event(), running.begin())
        if place.file is not None:
            engine.supervise("copies", _copies(place.file, engine).run)
        engine.supervise("witness", _witness(place, engine).run)
        yield running
    finally:
        stop_listening()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await running.end()
        heartbeat.stop()


async def _unless(asked_to_stop: asyncio.Event, begin: Coroutine[None, None, None]) -> None:
    """To its end, or until we are asked to stop."""
    beginning, asking = asyncio.create_task(begin), asyncio.create_task(asked_to_stop.wait())
    try:
        await asyncio.wait({beginning, asking}, return_when=asyncio.FIRST_COMPLETED)
        if beginning.done():
            beginning.result()
    finally:
        for task in (beginning, asking):
            task.cancel()
        await asyncio.gather(beginning, asking, return_exceptions=True)


def _copies(file: Path, engine: Engine) -> Nightly:
    return Nightly(
        file, engine.database, engine.clock, house=lambda: engine.house, may=lambda: engine.is_at_work
    )


def _witness(place: Place, engine: Engine) -> Witness:
    return Witness(place.folder, engine.database, engine.clock, may=lambda: engine.is_at_work)


async def _reload_when(reloads: asyncio.Event, running: Running) -> None:
    while True:
        await reloads.wait()
        reloads.clear()
        try:
            await running.reload()
            log.info("The new configuration is in force", extra={"action": "office.reloaded"})
            continue
        except BadConfiguration as error:
            log.error("The new configuration is not used: %s", error, extra={"action": "office.refused"})
            continue
        except StoreTrouble as error:
            log.error("The new configuration waits: %s", error, extra={"action": "office.waits"})
        except Exception:
            log.exception("Taking up the new configuration failed", extra={"action": "office.failed"})
        await asyncio.sleep(RELOAD_AGAIN_SECONDS)
        reloads.set()


def make_desk(
    place: Place,
    engine: Engine,
    *,
    errands: Errands | None = None,
    person: str | None = None,
    heartbeat: Heartbeat | None = None,
) -> Desk:
    """A desk over a running engine."""
    return Desk(
        place.database,
        place.clock,
        house=lambda: engine.house,
        feed=engine.feed,
        person=person or who_sits_here(),
        errands=errands,
        holder=engine.holder,
        silence=lambda: heartbeat.silence if heartbeat else None,
    )


def who_sits_here() -> str:
    """The person signed in to this PC."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "This desk"
