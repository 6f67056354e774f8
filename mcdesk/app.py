"""The composition root: settings, store, providers, engine, inbound, put together and taken apart in order.

Must not: hold rules, SQL or screens.
"""

import asyncio
import getpass
import ipaddress
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from mcdesk.domain import configuration
from mcdesk.domain.consent import Keywords
from mcdesk.domain.hours import AreaCodes
from mcdesk.domain.numbers import Number
from mcdesk.domain.office import Connection, Office
from mcdesk.domain.sections import BadConfiguration
from mcdesk.engine.changes import Changes
from mcdesk.engine.clock import Clock
from mcdesk.engine.connections import Connections, Live
from mcdesk.engine.desk import Desk
from mcdesk.engine.engine import Engine
from mcdesk.engine.errands import Errands
from mcdesk.engine.house import House
from mcdesk.engine.patience import Patience
from mcdesk.inbound.poller import Poller
from mcdesk.inbound.receiver import Receiver
from mcdesk.inbound.routes import Accepting, HookRoutes
from mcdesk.ports.crm import Crm
from mcdesk.ports.hooks import Hook, HookAnswer, Hooked
from mcdesk.ports.phone import Phone
from mcdesk.ports.provider import Provider, Setup
from mcdesk.ports.signin import SignsIn
from mcdesk.ports.texts import Texts
from mcdesk.providers import discover
from mcdesk.settings import office_key, resource_folder, secret_from_environment
from mcdesk.store import configurations
from mcdesk.store.database import Database
from mcdesk.store.opening import open_database
from mcdesk.store.secrets import KeyTrouble, Vault
from mcdesk.store.tokens import StoredTokens

log = logging.getLogger(__name__)

#: At start the logs are read before anything is sent, but not for longer than this.
FIRST_READ_SECONDS = 10.0


class NoOffice(LookupError):
    """No configuration was applied yet."""


@dataclass(frozen=True, slots=True)
class Place:
    """The office's data on this PC, opened."""

    folder: Path
    database: Database
    vault: Vault
    clock: Clock

    def close(self) -> None:
        self.database.close()


def open_place(folder: Path, *, speed: float = 1.0, key: bytes | None = None) -> Place:
    """Open the data folder. `key`: of an office thrown away afterwards. Raises StoreTrouble in words."""
    clock = Clock(speed=speed)
    database = open_database(folder, now=clock.now)
    vault = Vault(
        database,
        lambda: key or office_key(folder, create=False),
        new_key=lambda: key or office_key(folder, create=True),
    )
    return Place(folder, database, vault, clock)


def starter() -> Office:
    """The shipped templates and sequences."""
    return configuration.read((resource_folder() / "starter.toml").read_text(encoding="utf-8"))


def read_office(source: str) -> Office:
    """A configuration, checked against the providers there are. Raises BadConfiguration."""
    office = configuration.read(source, starter=starter())
    known = discover()
    for connection in office.connections:
        _check_connection(connection, known)
    return office


def _check_connection(connection: Connection, known: dict[str, type[Provider]]) -> None:
    where = f"connections.{connection.name}"
    provider = known.get(connection.provider)
    if provider is None:
        raise BadConfiguration(
            f"{where}.provider: expected one of {', '.join(known)}, not {connection.provider!r}"
        )
    fields = {each.name: each for each in provider.fields}
    for name, value in connection.settings.items():
        if name not in fields:
            raise BadConfiguration(
                f"{where}.{name}: {provider.title} has no such setting; check the spelling"
            )
        if fields[name].secret:
            raise BadConfiguration(
                f"{where}.{name}: a secret does not belong in this file. "
                f"Take it out and run: mcdesk config set-secret {connection.name} {name}"
            )
        if fields[name].choices and value not in fields[name].choices:
            raise BadConfiguration(
                f"{where}.{name}: expected one of {', '.join(fields[name].choices)}, not {value!r}"
            )
    for name, field in fields.items():
        if field.required and not field.secret and not connection.settings.get(name):
            raise BadConfiguration(f"{where}.{name}: is missing; expected {field.title.lower()}")


def apply_configuration(place: Place, source: str, *, by: str) -> bool:
    """Put a configuration in force; whether it was another one before. Raises BadConfiguration."""
    read_office(source)
    return place.database.write(lambda tx: configurations.apply(tx, source, by=by)).result()


def current_office(place: Place) -> Office:
    """The office in force. Raises NoOffice."""
    source = place.database.read(configurations.newest).result()
    if source is None:
        raise NoOffice(
            "This office has no configuration yet. Write one (see the README), then: "
            "mcdesk config import FILE"
        )
    return read_office(source)


def _office_or_starter(place: Place) -> Office:
    try:
        return current_office(place)
    except NoOffice:
        return starter()


def make_house(office: Office) -> House:
    """The office and the shipped tables."""
    tables, known = resource_folder() / "compliance", discover()
    with (tables / "optout_keywords.csv").open(encoding="utf-8", newline="") as file:
        keywords = Keywords.read(file)
    with (tables / "us_area_code_zones.csv").open(encoding="utf-8", newline="") as file:
        area_codes = AreaCodes.read(file)
    classes = {each.name: known[each.provider] for each in office.connections}
    return House(
        office=office,
        keywords=keywords,
        area_codes=area_codes,
        crms=tuple(name for name, provider in classes.items() if issubclass(provider, Crm)),
        signs_in=frozenset(name for name, provider in classes.items() if issubclass(provider, SignsIn)),
        titles={name: provider.title for name, provider in classes.items()},
    )


def values_of(place: Place, connection: Connection, provider: type[Provider]) -> dict[str, str]:
    """Every field of a connection: set, secret from environment or vault, or default."""
    values = {}
    for field in provider.fields:
        value = connection.settings.get(field.name)
        if value is None and field.secret:
            value = secret_from_environment(connection.name, field.name) or _kept(
                place, connection, field.name
            )
        values[field.name] = field.default if value is None else value
    return values


def _kept(place: Place, connection: Connection, field: str) -> str | None:
    try:
        return place.vault.get(connection.name, field)
    except KeyTrouble as error:
        log.warning("%s", error, extra={"action": "secret.sealed", "connection": connection.name})
        return None


def make_connections(place: Place, office: Office, *, listen: str | None, holder: str) -> Connections:
    """Providers for every connection. `listen`: our own address, for providers on this PC."""
    known = discover()
    live = {}
    for connection in office.connections:
        provider = known[connection.provider]
        hook_secret = place.vault.hook_secret(connection.name, connection.hook_secret)
        values = values_of(place, connection, provider)
        base = office.public_url or (listen if all_loopback(values) else None)
        setup = Setup(
            connection=connection.name,
            settings=values,
            lines=_lines(office, connection.name),
            hook_url=hook_address(base, connection.name, hook_secret) if base else None,
            tokens=StoredTokens(place.vault, place.database, connection.name, holder),
            firm=office.name,
        )
        live[connection.name] = Live(connection, provider(setup), hook_secret)
    return Connections(live)


def _lines(office: Office, name: str) -> tuple[Number, ...]:
    lines = [line for line in office.lines if name in (line.calls, line.texts)]
    numbers = [number for line in lines for number in (line.number, line.text_from)]
    return tuple(dict.fromkeys(numbers))


def hook_address(base: str, connection: str, secret: str) -> str:
    return f"{base}/hooks/{connection}/{secret}"


def all_loopback(values: dict[str, str]) -> bool:
    """Whether every address among these settings is on this PC, and there is one."""
    addresses = [value for value in values.values() if value.startswith(("http://", "https://"))]
    return bool(addresses) and all(_is_loopback(address) for address in addresses)


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def refuse_speed(place: Place, office: Office, speed: float) -> None:
    """A rehearsal may only talk to pretend companies. Raises BadConfiguration."""
    if speed == 1.0:
        return
    if speed <= 0:
        raise BadConfiguration("--speed must be more than 0")
    known = discover()
    for connection in office.connections:
        if not all_loopback(values_of(place, connection, known[connection.provider])):
            raise BadConfiguration(
                f"--speed is a rehearsal: {connection.name} must have only addresses of this PC (127.0.0.1), "
                "so that no real person is texted at a wrong time. Set its base_url, or leave --speed out."
            )


class Running:
    """An office at work: engine, receiver, pollers, and a desk to ask."""

    def __init__(self, place: Place, engine: Engine, desk: Desk, receiver: Receiver, listen: str) -> None:
        self.place = place
        self.engine = engine
        self.desk = desk
        self.listen = listen
        self._receiver = receiver
        self._pollers: list[Poller] = []
        self._polling: list[asyncio.Task[None]] = []
        self.routes: HookRoutes = HookRoutes(())

    @property
    def hooks(self) -> dict[str, str]:
        """The hook address of each connection that sends any."""
        base = self.engine.house.office.public_url or self.listen
        return {
            live.name: hook_address(base, live.name, live.hook_secret)
            for live in self.engine.connections
            if isinstance(live.provider, Hooked)
        }

    async def begin(self) -> None:
        """Read the logs once, so that opt-outs come first; then poll and send."""
        self._open_routes()
        self._pollers = [
            Poller(live, self.engine.inbox, self.place.database, self.place.clock, self.engine.health)
            for live in self.engine.connections
            if live.connection.poll_seconds and isinstance(live.provider, (Phone, Texts))
        ]
        if self._pollers:
            first = [asyncio.create_task(poller.read_once()) for poller in self._pollers]
            _, late = await asyncio.wait(first, timeout=FIRST_READ_SECONDS)
            for task in late:
                task.cancel()
        for poller in self._pollers:
            self._polling.append(asyncio.create_task(self.engine.keep_going("poll", poller.run)))
        await self.engine.start_work()

    async def mended(self, connection: str) -> None:
        """It works again: read its log and send what waited, at once."""
        await self.engine.retry(connection)
        for poller in self._pollers:
            poller.now.set()

    async def reload(self) -> None:
        """Go on with the configuration that is in force now."""
        office = await asyncio.to_thread(current_office, self.place)
        connections = await asyncio.to_thread(
            make_connections, self.place, office, listen=self.listen, holder=self.engine.holder
        )
        await self._stop_polling()
        await self.engine.replace(make_house(office), connections)
        await self.begin()
        for live in connections:
            await self.engine.retry(live.name)

    async def _stop_polling(self) -> None:
        for task in self._polling:
            task.cancel()
        await asyncio.gather(*self._polling, return_exceptions=True)
        self._polling = []

    async def end(self) -> None:
        await self._receiver.stop()
        await self._stop_polling()
        await self.engine.stop()
        await self.engine.connections.close()

    def _open_routes(self) -> None:
        hooks = self.hooks
        self.routes = HookRoutes(
            Accepting(live.name, live.hook_secret, hooks[live.name], self._accept(live))
            for live in self.engine.connections
            if live.name in hooks
        )

    def _accept(self, live: Live) -> Callable[[Hook], Awaitable[HookAnswer]]:
        async def accept(hook: Hook) -> HookAnswer:
            return await self.engine.inbox.accept(live, hook)

        return accept


@asynccontextmanager
async def run_office(
    place: Place,
    *,
    listen: tuple[str, int] = ("127.0.0.1", 0),
    sign_in: Callable[[SignsIn], Awaitable[None]],
    person: str | None = None,
    patience: Patience | None = None,
    may_be_new: bool = False,
) -> AsyncIterator[Running]:
    """The office at work until the block ends. `may_be_new`: without a configuration, wait for the first one.

    Raises NoOffice, BadConfiguration, CannotListen or StoreTrouble.
    """
    office = await asyncio.to_thread(_office_or_starter if may_be_new else current_office, place)
    running: Running | None = None
    receiver = Receiver(routes=lambda name, secret: running.routes(name, secret) if running else None)
    address = await receiver.start(*listen)
    engine = Engine(
        place.database, place.clock, make_house(office), Connections({}), patience=patience or Patience()
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
    desk = make_desk(place, engine, errands=errands, person=person)
    running = Running(place, engine, desk, receiver, address)
    reloads = asyncio.Event()
    loop = asyncio.get_running_loop()

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
        await running.begin()
        yield running
    finally:
        stop_listening()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await running.end()


async def _reload_when(reloads: asyncio.Event, running: Running) -> None:
    while True:
        await reloads.wait()
        reloads.clear()
        try:
            await running.reload()
            log.info("The new configuration is in force", extra={"action": "office.reloaded"})
        except BadConfiguration as error:
            log.error("The new configuration is not used: %s", error, extra={"action": "office.refused"})


def make_desk(
    place: Place, engine: Engine, *, errands: Errands | None = None, person: str | None = None
) -> Desk:
    """A desk over a running engine."""
    return Desk(
        place.database,
        place.clock,
        house=lambda: engine.house,
        feed=engine.feed,
        person=person or who_sits_here(),
        errands=errands,
    )


def who_sits_here() -> str:
    """The person signed in to this PC."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "This desk"


def try_screen() -> str:
    """Bring up what a window needs, and what it runs on. Qt ends the process where that cannot be."""
    # Qt is a third of a second, and only the window and this question need it.
    from PySide6.QtWidgets import QApplication

    return QApplication(["mcdesk"]).platformName()
